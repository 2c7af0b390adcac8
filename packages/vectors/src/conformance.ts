import { clusterName, type PointPayload } from "@eddy/contracts/collection";
import { FatalError } from "@eddy/contracts/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PointWrite, Reassignment, VectorStore } from "./port.ts";

/** What a suite runs against: stores over one server, each on the collection of that name, and the removal of what they made. */
export interface Peer {
  store(collection: string): VectorStore;
  stop(collections: readonly string[]): Promise<void>;
}

const DIMENSIONS = 8;
const spec = { dimensions: DIMENSIONS, distance: "Cosine", uuid: "5f0c6e0e-0000-4000-8000-000000000001" } as const;

/** A unit vector that leans towards axis `axis`. */
function vectorOf(axis: number, lean = 1): Float32Array {
  const vector = new Float32Array(DIMENSIONS).fill(0.1);
  vector[axis % DIMENSIONS]! += lean;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function documentOf(id: string, version: number, more: Partial<PointPayload> = {}): PointWrite {
  const payload: PointPayload = {
    document_id: id,
    text: `text of ${id}`,
    revision: `0:${version}`,
    received_at: "2026-01-02T03:04:05Z",
    cluster_id: "c1",
    counted_in: "c1",
    version,
    assigned_with: version,
    assigned_at: "2026-01-02T03:04:05Z",
    ...more,
  };
  return { vector: vectorOf(version), payload };
}

function markOf(id: string, version: number): PointWrite {
  const { document_id, revision, received_at, assigned_with, assigned_at } = documentOf(id, version).payload;
  return { payload: { document_id, revision, received_at, version, assigned_with, assigned_at, deleted: true } };
}

function move(documentId: string, version: number, cluster: string, assigned_with: number): Reassignment {
  const change = {
    cluster_id: cluster,
    distance: 0.25,
    margin: 0.5,
    assigned_with,
    assigned_at: "2026-02-02T00:00:00Z",
  };
  return { documentId, version, change };
}

/** Every VectorStore passes this. `connect` gives a peer whose store is empty. */
export function describeVectorStore(name: string, connect: () => Promise<Peer>): void {
  describe(`vector store: ${name}`, () => {
    let peer: Peer;
    const made: string[] = [];
    const collectionName = () => {
      made.push(`conformance-${process.pid}-${made.length}`);
      return made.at(-1)!;
    };
    beforeAll(async () => {
      peer = await connect();
    });
    afterAll(() => peer.stop(made));

    async function open(): Promise<VectorStore> {
      const store = peer.store(collectionName());
      await store.open(spec);
      return store;
    }

    const clusters = async (store: VectorStore, ...ids: string[]) => {
      const found = await store.lookup(ids);
      return ids.map((id) => found.get(id)?.payload.cluster_id);
    };

    it("gives back what was written, payload and vector", async () => {
      const store = await open();
      const written = documentOf("a", 3, {
        metadata: { nested: { list: [1, "two", null] } },
        label: "sport",
        distance: 0.125,
      });
      await store.write([written]);
      const found = (await store.lookup(["a"], { withVectors: true })).get("a");
      expect(found?.payload).toEqual(written.payload);
      expect([...found!.vector!]).toEqual([...written.vector!]);
      expect((await store.lookup(["a"])).get("a")?.vector).toBeUndefined();
    });

    it("leaves out documents that are not there", async () => {
      const store = await open();
      await store.write([documentOf("a", 1)]);
      expect([...(await store.lookup(["x", "a", "y"])).keys()]).toEqual(["a"]);
    });

    it("takes empty calls", async () => {
      const store = await open();
      await store.write([]);
      await store.reassign([]);
      expect((await store.lookup([])).size).toBe(0);
      expect(await store.sample(10)).toEqual([]);
      expect(await store.sample(0)).toEqual([]);
      expect(await store.nearest(vectorOf(0), { limit: 5 })).toEqual([]);
      expect(await store.page({ limit: 5 })).toEqual({ points: [] });
      expect(await store.count()).toBe(0);
      expect(await store.facet("cluster_id")).toEqual([]);
      expect(await store.purge("2100-01-01T00:00:00Z")).toBe(0);
      await store.ping();
    });

    it.each([
      ["an older version", 5, 5, 4, 9, false],
      ["a newer version", 5, 5, 6, 1, true],
      ["the same version, assigned earlier", 5, 7, 5, 6, false],
      ["the same version and model", 5, 7, 5, 7, true],
      ["the same version, assigned later", 5, 7, 5, 8, true],
    ])("fence: %s", async (_, version, assigned, nextVersion, nextAssigned, wins) => {
      const store = await open();
      await store.write([documentOf("d", version, { assigned_with: assigned, cluster_id: "c1" })]);
      await store.write([documentOf("d", nextVersion, { assigned_with: nextAssigned, cluster_id: "c2" })]);
      expect(await clusters(store, "d")).toEqual([wins ? "c2" : "c1"]);
      expect(await store.count()).toBe(1);
    });

    it("fences each point of a mixed call by its own version", async () => {
      const store = await open();
      await store.write(["a", "b", "c"].map((id) => documentOf(id, 10)));
      await store.write([
        documentOf("a", 9, { cluster_id: "c2" }),
        documentOf("b", 11, { cluster_id: "c2" }),
        documentOf("new", 1, { cluster_id: "c2" }),
        documentOf("c", 10, { cluster_id: "c2", assigned_with: 9 }),
      ]);
      expect(await clusters(store, "a", "b", "new", "c")).toEqual(["c1", "c2", "c2", "c1"]);
    });

    it("keeps a mark against older content, and lets newer content replace it", async () => {
      const store = await open();
      await store.write([documentOf("d", 1)]);
      await store.write([markOf("d", 5)]);
      await store.write([documentOf("d", 4)]);
      const mark = (await store.lookup(["d"], { withVectors: true })).get("d")!;
      expect(mark.payload).toEqual(markOf("d", 5).payload);
      expect(mark.vector).toBeUndefined();
      expect(await store.count()).toBe(0);
      expect(await store.count({ deleted: true })).toBe(1);
      await store.write([documentOf("d", 6, { cluster_id: "c3" })]);
      expect(await clusters(store, "d")).toEqual(["c3"]);
      expect(await store.count({ deleted: true })).toBe(0);
    });

    it("leaves marks out of what people ask for", async () => {
      const store = await open();
      await store.write([documentOf("alive", 1), documentOf("dead", 2)]);
      await store.write([markOf("dead", 3), markOf("never seen", 3)]);
      expect((await store.page({ limit: 10 })).points.map(({ payload }) => payload.document_id)).toEqual(["alive"]);
      expect((await store.nearest(vectorOf(2), { limit: 10 })).map(({ payload }) => payload.document_id)).toEqual([
        "alive",
      ]);
      expect((await store.sample(10)).map(({ payload }) => payload.document_id)).toEqual(["alive"]);
      expect(await store.facet("cluster_id")).toEqual([{ value: "c1", count: 1 }]);
      const marks = (await store.page({ limit: 10, where: { deleted: true } })).points;
      expect(marks.map(({ payload }) => payload.document_id).sort()).toEqual(["dead", "never seen"]);
    });

    it("purges the marks written before a date, and nothing else", async () => {
      const store = await open();
      const writtenOn = (mark: PointWrite, day: number): PointWrite => ({
        payload: { ...mark.payload, assigned_at: `2026-01-0${day}T00:00:00.000Z` },
      });
      const marks = [2, 3, 4].map((day) => writtenOn(markOf(`m${day}`, day), day));
      await store.write([
        {
          ...documentOf("old", 1),
          payload: { ...documentOf("old", 1).payload, assigned_at: "2026-01-01T00:00:00.000Z" },
        },
        ...marks,
      ]);
      expect(await store.purge("2026-01-04T00:00:00Z")).toBe(2);
      expect([...(await store.lookup(["old", "m2", "m3", "m4"])).keys()].sort()).toEqual(["m4", "old"]);
    });

    it("reassigns only what is unchanged and assigned earlier, and never inserts", async () => {
      const store = await open();
      await store.write([
        documentOf("same", 5, { assigned_with: 5 }),
        documentOf("edited", 6, { assigned_with: 6 }),
        documentOf("later", 5, { assigned_with: 20 }),
        markOf("dead", 5),
      ]);
      await store.reassign(["same", "edited", "later", "dead", "absent"].map((id) => move(id, 5, "c9", 20)));
      expect(await clusters(store, "same", "edited", "later", "dead", "absent")).toEqual([
        "c9",
        "c1",
        "c1",
        undefined,
        undefined,
      ]);
      const { payload } = (await store.lookup(["same"])).get("same")!;
      expect(payload).toMatchObject({
        counted_in: "c1",
        version: 5,
        assigned_with: 20,
        distance: 0.25,
        margin: 0.5,
        text: "text of same",
      });
      expect((await store.lookup(["absent"])).size).toBe(0);
    });

    it("sweeps and edits in any interleaving leave the edit's content and the latest sweep's cluster", async () => {
      const store = await open();
      await store.write([documentOf("d", 5)]);
      await Promise.all([
        store.reassign([move("d", 5, "c7", 7)]),
        store.write([documentOf("d", 8, { text: "edited", cluster_id: "c8" })]),
        store.reassign([move("d", 5, "c9", 9)]),
      ]);
      const { payload } = (await store.lookup(["d"])).get("d")!;
      expect(payload).toMatchObject({ text: "edited", version: 8, cluster_id: "c8", assigned_with: 8 });
    });

    it("moves many points in one call", async () => {
      const store = await open();
      const ids = Array.from({ length: 600 }, (_, i) => `many ${i}`);
      await store.write(ids.map((id) => documentOf(id, 1)));
      await store.reassign(ids.map((id, i) => move(id, 1, clusterName((i % 3) + 1), 2)));
      expect(await store.facet("cluster_id")).toEqual([1, 2, 3].map((i) => ({ value: `c${i}`, count: 200 })));
      expect((await store.lookup(ids)).size).toBe(600);
    });

    it("pages through all points once, in a stable order", async () => {
      const store = await open();
      const ids = Array.from({ length: 57 }, (_, i) => `page ${i}`);
      await store.write(ids.map((id) => documentOf(id, 1)));
      const seen: string[] = [];
      let after: string | undefined;
      let pages = 0;
      do {
        const page = await store.page({ limit: 10, after, withVectors: pages === 0 });
        expect(page.points.every(({ vector }) => (vector !== undefined) === (pages === 0))).toBe(true);
        seen.push(...page.points.map(({ payload }) => payload.document_id));
        after = page.next;
        pages += 1;
      } while (after !== undefined);
      expect(pages).toBe(6);
      expect([...seen].sort()).toEqual([...ids].sort());
    });

    it("pages through briefs in the order of the pages", async () => {
      const store = await open();
      await store.write(Array.from({ length: 7 }, (_, i) => documentOf(`brief ${i}`, i)));
      const { points } = await store.page({ limit: 10 });
      const first = await store.briefs({ limit: 4 });
      const second = await store.briefs({ limit: 4, after: first.next! });
      expect(second.next).toBeUndefined();
      expect([...first.briefs, ...second.briefs]).toEqual(
        points.map(({ payload: { document_id, cluster_id, version } }) => ({ document_id, cluster_id, version })),
      );
    });

    it("samples uniformly, without repetition, with vectors", async () => {
      const store = await open();
      const ids = Array.from({ length: 40 }, (_, i) => `s${i}`);
      await store.write(ids.map((id, i) => documentOf(id, 1, { cluster_id: i < 20 ? "c1" : "c2" })));
      const drawn = new Map(ids.map((id) => [id, 0]));
      const rounds = 200;
      for (let round = 0; round < rounds; round += 1) {
        const points = await store.sample(10);
        expect(new Set(points.map(({ payload }) => payload.document_id)).size).toBe(10);
        for (const { payload, vector } of points) {
          expect(vector).toHaveLength(DIMENSIONS);
          drawn.set(payload.document_id, drawn.get(payload.document_id)! + 1);
        }
      }
      // each is drawn with p = 1/4: 50 ± 6.1 of 200; six deviations either way
      for (const count of drawn.values()) expect(Math.abs(count - 50)).toBeLessThan(37);
      expect((await store.sample(100)).length).toBe(40);
      expect((await store.sample(100, { cluster: "c2" })).length).toBe(20);
    });

    it("gives the nearest first, with the cosine as score", async () => {
      const store = await open();
      await store.write(
        [0, 1, 2, 3].map((axis) => ({ ...documentOf(`axis ${axis}`, 1), vector: vectorOf(axis, 3 - axis / 2) })),
      );
      const hits = await store.nearest(vectorOf(2, 2), { limit: 3 });
      expect(hits[0]?.payload.document_id).toBe("axis 2");
      const cosine = vectorOf(2, 2).reduce((sum, value, i) => sum + value * vectorOf(2, 2)[i]!, 0);
      expect(hits[0]?.score).toBeCloseTo(cosine, 5);
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a));
      expect(await store.nearest(vectorOf(2), { limit: 3, where: { cluster: "c404" } })).toEqual([]);
    });

    it("gives points in the order of a date, of those that are asked for", async () => {
      const store = await open();
      const seconds = [3, 1, 4, 15, 9, 2, 6];
      const at = (second: number) => new Date(Date.parse("2026-03-01T00:00:00Z") + second * 1_000).toISOString();
      await store.write([
        ...seconds.map((second) =>
          documentOf(`s${second}`, 1, {
            received_at: at(second),
            cluster_id: second % 2 ? "c1" : "c2",
            ...(second < 4 && { published_at: at(100 - second) }),
          }),
        ),
        { payload: { ...markOf("deleted", 2).payload, received_at: at(99) } },
      ]);
      const newest = { by: "received_at", direction: "desc" } as const;
      const ids = async (options: Partial<Parameters<VectorStore["ordered"]>[0]> & { limit: number }) =>
        (await store.ordered({ ...newest, ...options })).map(({ payload }) => payload.document_id).join(" ");
      expect(await ids({ limit: 100 })).toBe("s15 s9 s6 s4 s3 s2 s1");
      expect(await ids({ limit: 3 })).toBe("s15 s9 s6");
      expect(await ids({ limit: 2, where: { cluster: "c2" } })).toBe("s6 s4");
      expect(await ids({ limit: 0 })).toBe("");
      expect(await ids({ limit: 2, direction: "asc" })).toBe("s1 s2");
      expect(await ids({ limit: 100, by: "published_at", direction: "asc" })).toBe("s3 s2 s1");
      const [first] = await store.ordered({ ...newest, limit: 1, withVectors: true });
      expect(first!.vector).toHaveLength(DIMENSIONS);
      expect((await store.ordered({ ...newest, limit: 1 }))[0]!.vector).toBeUndefined();
      await store.write([documentOf("s1", 2, { received_at: at(20) })]);
      expect(await ids({ limit: 1 })).toBe("s1");
    });

    it("filters by each of the port's conditions", async () => {
      const store = await open();
      await store.write([
        documentOf("1", 1, {
          cluster_id: "c1",
          source: "bbc",
          label: "sport",
          published_at: "2026-01-01T00:00:00Z",
          text: "The cup final",
        }),
        documentOf("2", 2, {
          cluster_id: "c2",
          source: "bbc",
          published_at: "2026-01-02T12:00:00+02:00",
          text: "Cup cakes",
        }),
        documentOf("3", 3, {
          cluster_id: "c2",
          source: "cnn",
          label: "food",
          published_at: "2026-01-03T00:00:00Z",
          title: "Kitchens",
          text: "cupboards",
        }),
      ]);
      const ids = async (where: Parameters<VectorStore["count"]>[0]) => {
        const { points } = await store.page({ limit: 10, where });
        expect(await store.count(where)).toBe(points.length);
        return points
          .map(({ payload }) => payload.document_id)
          .sort()
          .join("");
      };
      expect(await ids({})).toBe("123");
      expect(await ids({ cluster: "c2" })).toBe("23");
      expect(await ids({ source: "bbc", cluster: "c2" })).toBe("2");
      expect(await ids({ label: "food" })).toBe("3");
      expect(await ids({ hasLabel: true })).toBe("13");
      expect(await ids({ hasLabel: false })).toBe("2");
      expect(await ids({ publishedFrom: "2026-01-02T10:00:00Z" })).toBe("23");
      expect(await ids({ publishedFrom: "2026-01-01T00:00:00Z", publishedTo: "2026-01-02T09:59:59Z" })).toBe("1");
      expect(await ids({ text: "CUP" })).toBe("12");
      expect(await ids({ text: "final the" })).toBe("1");
      expect(await ids({ text: "kitchens" })).toBe("3");
      expect(await ids({ text: "cupboards  kitchens" })).toBe("3");
      expect(await ids({ text: "cup kitchens" })).toBe("");
      expect(await ids({ assignedBefore: 3 })).toBe("12");
      const { received_at } = documentOf("1", 1).payload;
      const later = new Date(Date.parse(received_at) + 1).toISOString();
      expect(await ids({ receivedFrom: received_at, receivedBefore: later })).toBe("123");
      expect(await ids({ receivedFrom: later })).toBe("");
      expect(await ids({ receivedBefore: received_at })).toBe("");
    });

    it("counts the values of a field exactly, largest first", async () => {
      const store = await open();
      const source = (i: number) => (i < 6 ? "a" : i < 9 ? "b" : undefined);
      await store.write(
        Array.from({ length: 12 }, (_, i) => documentOf(`f${i}`, 1, { source: source(i), label: `l${i}` })),
      );
      expect(await store.facet("source")).toEqual([
        { value: "a", count: 6 },
        { value: "b", count: 3 },
      ]);
      expect(await store.facet("source", { limit: 1 })).toEqual([{ value: "a", count: 6 }]);
      expect(await store.facet("label")).toHaveLength(12);
      expect(await store.facet("source", { where: { label: "l7" } })).toEqual([{ value: "b", count: 1 }]);
    });

    it("keeps ids of any Unicode apart", async () => {
      const store = await open();
      const ids = [
        "é",
        "e\u0301",
        "日本",
        "🙂",
        "a\nb",
        '"quoted"',
        "a".repeat(2000),
        " ",
        "1",
        "01",
        "../x",
        "\u200b",
        "__proto__",
        "%41",
        "A",
      ];
      await store.write(ids.map((id, i) => documentOf(id, i + 1, { metadata: { __proto__x: i } })));
      const found = await store.lookup(ids);
      expect(ids.map((id) => found.get(id)?.payload.version)).toEqual(ids.map((_, i) => i + 1));
      expect(await store.count()).toBe(ids.length);
    });

    it("opens again what it made, and refuses another log's or shape's collection", async () => {
      const name = collectionName();
      await peer.store(name).open(spec);
      await peer.store(name).write([documentOf("d", 1)]);
      await peer.store(name).open(spec);
      expect(await peer.store(name).count()).toBe(1);
      const code = async (other: Partial<{ dimensions: number; distance: "Cosine" | "Euclid"; uuid: string }>) => {
        const error = await peer
          .store(name)
          .open({ ...spec, ...other })
          .catch((cause: unknown) => cause);
        return error instanceof FatalError ? error.code : error;
      };
      expect(await code({ uuid: "5f0c6e0e-0000-4000-8000-000000000002" })).toBe("STORE_FOREIGN");
      expect(await code({ dimensions: 9 })).toBe("STORE_SHAPE");
      expect(await code({ distance: "Euclid" })).toBe("STORE_SHAPE");
    });

    it("opens the same collection from several workers at once", async () => {
      const name = collectionName();
      await Promise.all([1, 2, 3].map(() => peer.store(name).open(spec)));
      await peer.store(name).write([documentOf("d", 1)]);
      expect(await peer.store(name).count()).toBe(1);
    });

    it("measures Euclidean distance where asked to", async () => {
      const store = peer.store(collectionName());
      await store.open({ ...spec, distance: "Euclid" });
      const far = new Float32Array(DIMENSIONS).fill(2);
      const near = new Float32Array(DIMENSIONS).fill(0.5);
      await store.write([
        { ...documentOf("far", 1), vector: far },
        { ...documentOf("near", 1), vector: near },
      ]);
      const hits = await store.nearest(new Float32Array(DIMENSIONS), { limit: 2 });
      expect(hits.map(({ payload }) => payload.document_id)).toEqual(["near", "far"]);
      expect(hits[0]?.score).toBeCloseTo(Math.sqrt(DIMENSIONS * 0.25), 5);
      expect([...(await store.lookup(["far"], { withVectors: true })).get("far")!.vector!]).toEqual([...far]);
    });

    it("refuses a vector of another width, and writes nothing of that request", async () => {
      const store = await open();
      const wrong = { ...documentOf("wrong", 1), vector: new Float32Array(DIMENSIONS + 1).fill(1) };
      await expect(store.write([documentOf("fine", 1), wrong])).rejects.toMatchObject({ code: "STORE_REFUSED" });
      expect(await store.count()).toBe(0);
    });
  });
}
