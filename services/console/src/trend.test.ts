import type { Trend } from "@eddy/contracts/api/trend";
import { beforeEach, describe, expect, test } from "vitest";
import { clock, fill, get, replica, START, store, useConsole, write } from "./console-fixture.ts";

useConsole();

const iso = (ms: number) => new Date(ms).toISOString();

describe("trend", () => {
  beforeEach(fill);
  const trend = async (query = "") => (await get(`/v1/trend?${query}`)).body<Trend>();
  const rows = ({ clusters }: Trend) =>
    Object.fromEntries(clusters.map(({ cluster_id, counts }) => [cluster_id, counts]));

  test("by when documents came, from the first one until now", async () => {
    await clock.advance(7_000);
    await write("later/1", "a goal", "c1");
    await write("later/2", "a goal", "c4");
    await clock.advance(1_000);
    const found = await trend("buckets=5");
    expect(found).toMatchObject({ clock: "received", from: iso(START), to: iso(START + 10_000), step_seconds: 2 });
    expect(found.clusters[0]!.cluster_id).toBe("c1");
    expect(rows(found)).toEqual({
      c1: [4, 0, 0, 1, 0],
      c2: [4, 0, 0, 0, 0],
      c3: [2, 0, 0, 0, 0],
      c4: [0, 0, 0, 1, 0],
    });
  });

  test("by when they were published, in a range", async () => {
    const days = "clock=published&from=2026-11-20&to=2026-11-23&buckets=4";
    const found = await trend(days);
    expect(found).toMatchObject({
      from: "2026-11-20T00:00:00.000Z",
      to: "2026-11-24T00:00:00.000Z",
      step_seconds: 86_400,
    });
    expect(rows(found)).toEqual({ c1: [1, 1, 1, 1], c2: [1, 1, 1, 1], c3: [1, 1, 0, 0] });
    // Without a range: from the first to the last.
    expect(rows(await trend("clock=published&buckets=4"))).toEqual(rows(found));
  });

  test("retired clusters count for their heir", async () => {
    const { choice, clusters } = replica.state;
    const kept = [1, 2, 4].map((cluster) => ({
      cluster,
      centre: { vector: Float32Array.from(clusters.get(cluster)!.sum), weight: 1 },
      absorbs: cluster === 2 ? [3] : [],
    }));
    await trend("clock=published&buckets=4");
    await replica.propose({ type: "refitted", clusters: kept, sampleSize: 10, choice: choice! });
    expect(rows(await trend("clock=published&buckets=4"))).toEqual({ c1: [1, 1, 1, 1], c2: [2, 2, 1, 1] });
  });

  test("buckets of the past are asked for once a minute, those of the last minute each time", async () => {
    const { facet } = store;
    let asked = 0;
    store.facet = (...question) => {
      asked += 1;
      return facet(...question);
    };
    const asking = async () => {
      const before = asked;
      const found = await trend(`from=${iso(START)}&buckets=200`);
      return { asked: asked - before, first: found.clusters.find(({ cluster_id }) => cluster_id === "c1")!.counts[0] };
    };
    await clock.advance(150_000);
    // 151 seconds: 151 buckets of a second; 91 of them end more than a minute ago.
    expect(await asking()).toEqual({ asked: 151, first: 4 });
    await store.write([]);
    expect(await asking()).toEqual({ asked: 61, first: 4 });
    const moved = { cluster_id: "c2", distance: 0.1, margin: 0.1, assigned_with: 3, assigned_at: iso(START) };
    await store.reassign([{ documentId: "sport/0", version: 2, change: moved }]);
    expect((await asking()).first).toBe(4);
    await clock.advance(49_000);
    await asking();
    await clock.advance(11_000);
    expect((await asking()).first).toBe(3);
  });

  test.each([
    ["buckets=1", /buckets/],
    ["buckets=201", /buckets/],
    ["clock=sun", /clock/],
    ["from=2026-12-01&to=2026-11-01", /after/],
    ["from=x", /no date/],
  ])("%s is refused", async (query, message) => {
    const { status, body } = await get(`/v1/trend?${query}`);
    expect([status, body<{ error: { message: string } }>().error.message]).toEqual([
      400,
      expect.stringMatching(message),
    ]);
  });
});
