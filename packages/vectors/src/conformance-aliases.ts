import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { currentOf, pointAlias } from "./aliases.ts";
import type { QdrantApi } from "./qdrant-api.ts";

export interface AliasPeer {
  readonly api: QdrantApi;
  stop(collections: readonly string[]): Promise<void>;
}

/** Every QdrantApi whose server has aliases passes this. */
export function describeAliases(name: string, connect: () => Promise<AliasPeer>): void {
  describe(`aliases: ${name}`, () => {
    const run = `alias-${process.pid}`;
    const [a, b, live, other] = [`${run}-a`, `${run}-b`, `${run}-live`, `${run}-other`];
    let peer: AliasPeer;

    beforeAll(async () => {
      peer = await connect();
      for (const [collection, points] of [
        [a, 1],
        [b, 2],
      ] as const) {
        await peer.api.createCollection(collection, { vectors: { size: 2, distance: "Dot" } });
        const upsert = {
          points: Array.from({ length: points }, (_, id) => ({ id, vector: [1, id], payload: { of: collection } })),
        };
        await peer.api.update(collection, [{ upsert }]);
      }
    });
    afterEach(async () => {
      const ours = [...(await peer.api.aliases()).keys()].filter((alias) => alias.startsWith(run));
      if (ours.length > 0) await peer.api.changeAliases(ours.map((alias_name) => ({ delete_alias: { alias_name } })));
    });
    afterAll(() => peer.stop([a, b]));

    const points = (collection: string) => peer.api.count(collection, {});
    const ours = async () =>
      Object.fromEntries([...(await peer.api.aliases())].filter(([alias]) => alias.startsWith(run)));

    it("stands for nothing until it is pointed, and then for the last collection it was pointed at", async () => {
      expect(await currentOf(peer.api, live)).toBeUndefined();
      expect(await pointAlias(peer.api, live, a)).toBeUndefined();
      expect(await points(live)).toBe(1);
      expect(await pointAlias(peer.api, live, b)).toBe(a);
      expect([await currentOf(peer.api, live), await points(live)]).toEqual([b, 2]);
      expect(await pointAlias(peer.api, live, b)).toBe(b);
    });

    it("works wherever a collection's name does", async () => {
      await pointAlias(peer.api, live, a);
      const { api } = peer;
      expect((await api.getCollection(live))?.points).toBe(1);
      await expect(api.createCollection(live, { vectors: {} })).rejects.toMatchObject({ code: "STORE_REFUSED" });
      await api.createIndex(live, "of", "keyword");
      expect(Object.keys((await api.getCollection(a))?.indexes ?? {})).toEqual(["of"]);
      await api.setMetadata(live, { kept: "yes" });
      expect((await api.getCollection(a))?.metadata).toEqual({ kept: "yes" });
      await api.update(live, [{ set_payload: { payload: { more: 1 }, points: [0] } }]);
      expect(await api.retrieve(a, { ids: [0] })).toEqual([{ id: 0, payload: { of: a, more: 1 } }]);
      expect((await api.scroll(live, {})).points).toEqual(await api.retrieve(live, { ids: [0] }));
      expect(await api.query(live, { query: [1, 0] })).toMatchObject([{ id: 0, score: 1 }]);
      expect(await api.facet(live, { key: "of", exact: true })).toEqual([{ value: a, count: 1 }]);
    });

    it("changes nothing where it is refused", async () => {
      const { api } = peer;
      await pointAlias(api, live, a);
      const refused = { code: "STORE_REFUSED" };
      await expect(pointAlias(api, live, `${run}-none`)).rejects.toMatchObject(refused);
      await expect(pointAlias(api, b, a)).rejects.toMatchObject(refused);
      await expect(pointAlias(api, other, live)).rejects.toMatchObject(refused);
      const rename = { rename_alias: { old_alias_name: `${run}-none`, new_alias_name: other } };
      await expect(api.changeAliases([rename])).rejects.toMatchObject(refused);
      expect(await ours()).toEqual({ [live]: a });
    });

    it("swaps, renames and deletes in the order of the actions", async () => {
      const { api } = peer;
      await pointAlias(api, live, a);
      await pointAlias(api, other, b);
      const rename = (from: string, to: string) => ({ rename_alias: { old_alias_name: from, new_alias_name: to } });
      await api.changeAliases([rename(live, `${run}-x`), rename(other, live), rename(`${run}-x`, other)]);
      expect(await ours()).toEqual({ [live]: b, [other]: a });
      await api.changeAliases([
        { delete_alias: { alias_name: live } },
        { delete_alias: { alias_name: `${run}-none` } },
      ]);
      expect(await ours()).toEqual({ [other]: a });
      await expect(api.count(live, {})).rejects.toMatchObject({ code: "STORE_REFUSED" });
    });

    it("never shows neither of two collections while it is switched", async () => {
      const { api } = peer;
      await pointAlias(api, live, a);
      let switching = true;
      const seen = new Set<number>();
      const watch = async () => {
        while (switching) {
          seen.add(await points(live));
          await nextTurn();
        }
      };
      const watchers = [watch(), watch()];
      for (let i = 0; i < 40; i += 1) await pointAlias(api, live, i % 2 === 0 ? b : a);
      switching = false;
      await Promise.all(watchers);
      expect([1, 2]).toEqual(expect.arrayContaining([...seen]));
    });
  });
}
