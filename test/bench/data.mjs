// The texts of the benches, from the shared data beside the checkout (EDDY_SHARED, else ../shared).
import { join } from "node:path";
import { readAgNews } from "@eddy/datasets/public/ag-news";
import { readSample } from "@eddy/datasets/public/samples";
import { sharedFolder } from "@eddy/datasets/public/shared-data";
import { fourGroups, readTwentyNewsgroups } from "@eddy/datasets/public/twenty-newsgroups";

/** `agnews`: the 5,000 of samples.json; `agnews-12000`: its 12,000; `newsgroups`: the four groups, cleaned, without the empty ones. */
export async function loadTexts(name) {
  const shared = sharedFolder(process.env);
  if (shared === undefined) throw new Error("the shared data is not there: set EDDY_SHARED");
  const folder = join(shared, "data");
  const texts = [];
  if (name === "agnews" || name === "agnews-12000") {
    const sample = name === "agnews" ? "agnews-5000" : name;
    const ids = new Set(await readSample(join(shared, "reference", "samples.json"), sample));
    for await (const item of readAgNews({ folder, ids })) texts.push(item);
  } else {
    for await (const item of readTwentyNewsgroups({ folder, groups: fourGroups, cleaned: true }))
      if (item.text.trim() !== "") texts.push(item);
  }
  return texts.map(({ id, text, label }) => ({ id, text, label }));
}
