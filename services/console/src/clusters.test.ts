import type { ClusterDetail } from "@eddy/contracts/api/cluster";
import { beforeEach, describe, expect, test } from "vitest";
import { clock, embed, fill, get, post, replica, themes, useConsole, write } from "./console-fixture.ts";

useConsole();

describe("clusters", () => {
  beforeEach(fill);

  test("largest first, with shares, keywords, and the empty one", async () => {
    const { body } = await get("/v1/clusters");
    const { clusters, documents, seeding } = body<{
      clusters: { cluster_id: string; size: number; share: number; keywords: string[]; born_at_version: number }[];
      documents: number;
      seeding?: unknown;
    }>();
    expect(documents).toBe(10);
    expect(seeding).toBeUndefined();
    expect(
      clusters.map(({ cluster_id, size, share, born_at_version }) => [cluster_id, size, share, born_at_version]),
    ).toEqual([
      ["c1", 4, 0.4, 1],
      ["c2", 4, 0.4, 1],
      ["c3", 2, 0.2, 1],
      ["c4", 0, 0, 1],
    ]);
    expect(clusters[0]!.keywords).toContain("goal");
    expect(clusters[1]!.keywords).toContain("orbit");
    expect(clusters[2]!.keywords).toContain("bank");
    expect(clusters[3]!.keywords).toEqual([]);
    expect(clusters[0]!.keywords.length).toBeLessThanOrEqual(8);
  });

  test("keywords stay for ten seconds, then change behind the reader's back; a cluster without any is not kept waiting", async () => {
    const words = async (id: string) => (await get(`/v1/clusters/${id}`)).body<{ keywords: string[] }>().keywords;
    await words("c3");
    for (let n = 2; n < 8; n++) await write(`money/${n}`, "dividend dividend dividend dividend", "c3");
    await clock.advance(9_999);
    expect(await words("c3")).not.toContain("dividend");
    await write("zoo/1", "giraffe at the waterhole", "c4");
    expect(await words("c4")).toContain("giraffe");
    expect(await words("c3")).toContain("dividend");
    for (let n = 8; n < 30; n++) await write(`money/${n}`, "coupon coupon coupon coupon coupon", "c3");
    await clock.advance(10_000);
    // The old ones are given while the new ones are made.
    expect(await words("c3")).not.toContain("coupon");
    await expect.poll(() => words("c3")).toContain("coupon");
  });

  test("one cluster: its newest documents, the latest first, with their distance to the centre", async () => {
    for (let n = 0; n < 4; n++) {
      await clock.advance(1_000);
      await write(`new/${n}`, `goal number ${n}`, n === 2 ? "c2" : "c1");
    }
    const { newest, nearest } = (await get("/v1/clusters/c1?limit=1&newest=2")).body<ClusterDetail>();
    expect(nearest.length).toBe(1);
    expect(newest.map(({ document_id }) => document_id)).toEqual(["new/3", "new/1"]);
    const vector = await embed("goal number 3");
    const cosine = vector.reduce((sum, value, at) => sum + value * centreOf(1)[at]!, 0);
    expect(newest[0]!.distance).toBeCloseTo(1 - cosine, 5);
    expect((await get("/v1/clusters/c1?newest=0")).body<ClusterDetail>().newest).toEqual([]);
    expect((await get("/v1/clusters/c4")).body<ClusterDetail>()).toMatchObject({ nearest: [], newest: [] });
  });

  test("one cluster: the documents nearest to its centre, shortened", async () => {
    await write("long/1", `${themes.sport.join(" ")} ${"😀".repeat(300)}`, "c1", { label: "sport" });
    const { body, status } = await get("/v1/clusters/1?limit=2");
    expect(status).toBe(200);
    const { nearest, ...view } = body<{
      nearest: { document_id: string; text: string; distance: number }[];
      size: number;
      cluster_id: string;
    }>();
    expect(view).toMatchObject({ cluster_id: "c1", size: 5 });
    expect(nearest.length).toBe(2);
    expect(nearest[0]!.document_id).toBe("long/1");
    expect(nearest[0]!.text.length).toBeLessThanOrEqual(300);
    expect(nearest[0]!.text).toMatch(/😀…$/u);
    expect(nearest[0]!.text.isWellFormed()).toBe(true);
    const cosine = (await embed(`${themes.sport.join(" ")} ${"😀".repeat(300)}`)).reduce(
      (sum, value, at) => sum + value * centreOf(1)[at]!,
      0,
    );
    expect(nearest[0]!.distance).toBeCloseTo(1 - cosine, 5);
    expect(nearest[1]!.distance).toBeGreaterThan(nearest[0]!.distance);
  });

  test("a retired cluster names its heir, and its documents count for the heir until the sweep", async () => {
    const { choice, clusters } = replica.state;
    const centre = (id: number) => ({ vector: Float32Array.from(clusters.get(id)!.sum), weight: 1 });
    const kept = [1, 2].map((id) => ({ cluster: id, centre: centre(id), absorbs: id === 2 ? [3, 4] : [] }));
    const { outcome } = await replica.propose({ type: "refitted", clusters: kept, sampleSize: 10, choice: choice! });
    expect(outcome).toEqual({ taken: true });
    const list = (await get("/v1/clusters")).body<{
      clusters: { cluster_id: string; size: number; keywords: string[] }[];
    }>().clusters;
    expect(list.map(({ cluster_id, size }) => [cluster_id, size])).toEqual([
      ["c2", 6],
      ["c1", 4],
    ]);
    expect(list[0]!.keywords).toContain("bank");
    const evaluation = (await get("/v1/evaluation")).body<{ confusion: { clusters: string[] } }>();
    expect(evaluation.confusion.clusters).toEqual(["c1", "c2"]);
    for (const url of ["/v1/clusters/c3", "/v1/documents?cluster=c3", "/v1/export?cluster=c3"]) {
      const { status, body } = await get(url);
      expect([status, body<{ error: { heir: string } }>().error.heir]).toEqual([404, "c2"]);
    }
  });

  test("a name that a person gave", async () => {
    await replica.propose({ type: "renamed", cluster: 2, name: "Space <b>" });
    expect((await get("/v1/clusters/c2")).body()).toMatchObject({ name: "Space <b>" });
  });

  test("classify: the nearest cluster, the margin, the next ones; cleaned as documents are", async () => {
    await replica.propose({ type: "renamed", cluster: 2, name: "Space" });
    const { status, body } = await post("/v1/classify", {
      text: "<p>The rocket &amp; the telescope</p>",
      title: "In orbit",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cluster_id: "c2", name: "Space" });
    expect(body.keywords).toContain("orbit");
    const vector = await embed("In orbit\nThe rocket & the telescope");
    const distance = (id: number) => 1 - vector.reduce((sum, value, at) => sum + value * centreOf(id)[at]!, 0);
    expect(body.distance).toBeCloseTo(distance(2), 5);
    expect(body.alternatives.length).toBe(3);
    expect(body.alternatives.map(({ cluster_id }: { cluster_id: string }) => cluster_id).sort()).toEqual([
      "c1",
      "c3",
      "c4",
    ]);
    expect(body.margin).toBeCloseTo(body.alternatives[0].distance - body.distance, 6);
    expect((await post("/v1/classify", "late goal in the match")).body.cluster_id).toBe("c1");
  });

  function centreOf(id: number): Float32Array {
    const { sum } = replica.state.clusters.get(id)!;
    const norm = Math.hypot(...sum);
    return Float32Array.from(sum, (value) => value / norm);
  }
});
