import type { Section } from "@eddy/report/report";
import { choice, limit, prose, table, wrong } from "../frame/blocks.ts";
import type { News } from "./news.ts";
import { wordCount } from "./plain-text.ts";
import { published } from "./published.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function dataSection({ plain, texts, titles, labels, classes, outOf, fixed }: News): Section {
  const words = plain.map(wordCount);
  const doubled = texts.map((text, row) => wordCount(text) + wordCount(titles[row]!));
  const length = (values: readonly number[]) => ({ mean: mean(values), digits: 1 });
  return {
    title: "The data",
    blocks: [
      table(
        "AG News",
        ["", "published", "here"],
        [
          ["articles to draw from", published.articles, outOf],
          ["articles clustered", published.sample, plain.length],
          ["classes", published.classes, classes.length],
          ["average length in words, field text, cleaned", published.averageWords, length(words)],
          ["average length in words, field text as it is", null, length(texts.map(wordCount))],
          ["average length in words, title and field text", null, length(doubled)],
        ],
        "Words are what stands between spaces.",
      ),
      table(
        "Classes",
        ["class", "articles", "average words", "shortest", "longest"],
        classes.map((name) => {
          const own = words.filter((_, row) => labels[row] === name);
          return [name, own.length, length(own), Math.min(...own), Math.max(...own)];
        }),
      ),
      prose(
        `The field text begins with the title. Put before it once more, the title brings the average to ${mean(doubled).toFixed(1)} words: that is how one comes to the write-up's ${published.averageWords}. The text itself has ${mean(words).toFixed(1)}.`,
      ),
      choice(
        fixed
          ? "Which 5,000 articles the write-up took is not said; these are a fixed sample, 1,250 of each class, the list that all figures of Eddy on this data are stated on."
          : "Which 5,000 articles the write-up took is not said; these are drawn at random with seed 0.",
      ),
      choice(
        'What "removing special characters" removes is not said: here everything but a–z, 0–9 and space. It glues words that only a dash or the end of a line parted.',
      ),
      limit(
        `The copy of the data at hand has ${outOf.toLocaleString("en")} rows to train on, not ${published.articles.toLocaleString("en")}.`,
      ),
      wrong(
        'Under "limitations" the write-up names the lack of labels. AG News has labels, and the purity of 78 % that it states cannot be had without them.',
      ),
    ],
  };
}
