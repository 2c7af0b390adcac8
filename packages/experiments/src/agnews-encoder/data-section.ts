import type { Section } from "@eddy/report/report";
import { choice, limit, table } from "../frame/blocks.ts";
import type { News } from "../frame/data.ts";

const PUBLISHED_ROWS = 120_000;
const grouped = (count: number) => count.toLocaleString("en");

export function dataSection({ labels, classes, outOf, fixed }: News): Section {
  const share = (labels.length / outOf) * 100;
  return {
    title: "The data",
    blocks: [
      table(
        "AG News",
        ["", "published", "here"],
        [
          ["articles to draw from", PUBLISHED_ROWS, outOf],
          ["articles taken", PUBLISHED_ROWS / 10, labels.length],
          ...classes.map((name): [string, null, number] => [
            `of these: ${name}`,
            null,
            labels.filter((label) => label === name).length,
          ]),
        ],
      ),
      limit(
        `The write-up takes a tenth of ${grouped(PUBLISHED_ROWS)} rows. The copy of the data at hand has ${grouped(outOf)} rows to train on; ${grouped(labels.length)} of them are ${share.toFixed(0)} %${labels.length === PUBLISHED_ROWS / 10 ? ", as many articles as its tenth" : ""}.`,
      ),
      choice(
        fixed
          ? "Its random_state picks rows of a file that is not at hand: these are a fixed sample, the list that figures of Eddy are stated on. The field text is embedded as it is; it begins with the title."
          : "Its random_state picks rows of a file that is not at hand: these are drawn at random with seed 0. The field text is embedded as it is; it begins with the title.",
      ),
    ],
  };
}
