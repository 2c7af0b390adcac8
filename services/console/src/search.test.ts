import type { Search } from "@eddy/contracts/api/search";
import { beforeEach, describe, expect, test } from "vitest";
import { clock, embed, fill, get, replica, themes, useConsole, write } from "./console-fixture.ts";

useConsole();

describe("search", () => {
  beforeEach(fill);
  const search = async (query: string) => (await get(`/v1/search?${query}`)).body<Search>();
  const ids = ({ documents }: Search) => documents.map(({ document_id }) => document_id);

  test("by meaning: the nearest first, with the cosine", async () => {
    const text = themes.space[2];
    const { by, documents } = await search(`q=${encodeURIComponent(`<b>${text}</b>`)}&limit=3`);
    expect([by, documents.length]).toEqual(["meaning", 3]);
    expect(documents[0]).toMatchObject({ document_id: "space/2", cluster_id: "c2", text, label: "space" });
    expect(documents[0]!.score).toBeCloseTo(1, 5);
    const [question, other] = await Promise.all([embed(text), embed(documents[1]!.text!)]);
    expect(documents[1]!.score).toBeCloseTo(
      question.reduce((sum, value, at) => sum + value * other[at]!, 0),
      5,
    );
  });

  test("by word: all the words, the latest received first, without a score", async () => {
    for (const id of ["late/1", "late/2"]) {
      await clock.advance(1_000);
      await write(id, "a telescope, again", "c4");
    }
    const found = await search("q=Telescope&by=word");
    expect(ids(found).slice(0, 2)).toEqual(["late/2", "late/1"]);
    expect(ids(found).slice(2).sort()).toEqual(["space/1", "space/3"]);
    expect(found.documents.some((document) => "score" in document)).toBe(false);
    expect(ids(await search("q=telescope+planet&by=word&limit=1")).length).toBe(1);
    expect(ids(await search("q=telescopes&by=word"))).toEqual([]);
  });

  test("in one cluster only; under the heir's name until the sweep comes by", async () => {
    expect(ids(await search("q=rocket&cluster=c3")).sort()).toEqual(["money/0", "money/1"]);
    expect(ids(await search("q=rocket&by=word&cluster=c1"))).toEqual([]);
    const { choice, clusters } = replica.state;
    const kept = [1, 2, 4].map((cluster) => ({
      cluster,
      centre: { vector: Float32Array.from(clusters.get(cluster)!.sum), weight: 1 },
      absorbs: cluster === 2 ? [3] : [],
    }));
    await replica.propose({ type: "refitted", clusters: kept, sampleSize: 10, choice: choice! });
    expect((await search("q=stocks&by=word")).documents.map(({ cluster_id }) => cluster_id)).toEqual(["c2"]);
    expect((await get("/v1/search?q=stocks&cluster=c3")).status).toBe(404);
  });

  test.each([
    ["q=", "INVALID_PARAMETER"],
    ["by=word", "INVALID_PARAMETER"],
    ["q=x&by=smell", "INVALID_PARAMETER"],
    ["q=x&limit=101", "INVALID_PARAMETER"],
    ["q=%3Cp%3E%3C/p%3E", "EMPTY_TEXT"],
  ])("%s is refused: %s", async (query, code) => {
    expect((await get(`/v1/search?${query}`)).body<{ error: { code: string } }>().error.code).toBe(code);
  });
});
