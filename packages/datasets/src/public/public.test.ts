import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAgNews } from "./ag-news.ts";
import { readImdb } from "./imdb.ts";
import fixture from "./newsgroups-cleaning.json" with { type: "json" };
import { cleanNewsgroupPost } from "./newsgroups-cleaning.ts";
import type { PublicDocument } from "./public-set.ts";
import { readSample } from "./samples.ts";
import { sharedFolder } from "./shared-data.ts";
import { fourGroups, readTwentyNewsgroups } from "./twenty-newsgroups.ts";

const shared = sharedFolder(process.env);
const folder = join(shared ?? "", "data");

async function countLabels(rows: AsyncIterable<PublicDocument>) {
  const counts: Record<string, number> = {};
  for await (const row of rows) counts[row.label] = (counts[row.label] ?? 0) + 1;
  return counts;
}

describe("cleaning of 20 Newsgroups", () => {
  it.each(fixture.cases as [string, string][])("of %j equals scikit-learn", (post, cleaned) => {
    expect(cleanNewsgroupPost(post)).toBe(cleaned);
  });
});

it("says which file is not there", async () => {
  await expect(readAgNews({ folder: "/nowhere" }).next()).rejects.toThrow(/\/nowhere\/ag_news\.jsonl\.gz: there is no/);
  await expect(readSample("/nowhere/s.json", "agnews-5000")).rejects.toThrow(/can't read the samples/);
});

describe.skipIf(!shared)("public data", () => {
  it("cleans all of 20 Newsgroups as scikit-learn does", async () => {
    const hash = createHash("sha256");
    for await (const row of readTwentyNewsgroups({ folder })) hash.update(`${cleanNewsgroupPost(row.text)}\0`);
    // The same hash over scikit-learn 1.9.1's strip_newsgroup_quoting(…footer(…header(text))).
    expect(hash.digest("hex")).toBe("117f3eb2d5970050066a68d3f757bbb07b686685dabcf602373019d4c5733c19");
  });

  it("has 3,387 posts in the four groups, 92 of them empty when cleaned", async () => {
    const counts = await countLabels(readTwentyNewsgroups({ folder, groups: fourGroups }));
    expect(counts).toEqual({ "alt.atheism": 799, "comp.graphics": 973, "sci.space": 987, "talk.religion.misc": 628 });
    const cleaned = await countLabels(readTwentyNewsgroups({ folder, groups: fourGroups, cleaned: true }));
    expect(Object.values(cleaned).reduce((a, b) => a + b)).toBe(3_387 - 92);
  });

  it("has the fixed samples of AG News", async () => {
    const ids = await readSample(join(shared!, "reference", "samples.json"), "agnews-5000");
    const found: string[] = [];
    for await (const row of readAgNews({ folder, ids: new Set(ids) })) found.push(row.id);
    expect(found).toEqual(ids);
    expect(await countLabels(readAgNews({ folder, split: "test" }))).toEqual({
      World: 1_900,
      Sports: 1_900,
      Business: 1_900,
      "Sci/Tech": 1_900,
    });
    await expect(readSample(join(shared!, "reference", "samples.json"), "none" as "agnews-5000")).rejects.toThrow(
      /no sample/,
    );
  });

  it("has all of IMDB", async () => {
    expect(await countLabels(readImdb({ folder }))).toEqual({ pos: 25_000, neg: 25_000 });
  });
});
