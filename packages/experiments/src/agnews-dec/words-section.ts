import type { Section } from "@eddy/report/report";
import { clean } from "@eddy/text/clean";
import { choice, table } from "../frame/blocks.ts";
import { clusterNames, majorityLabels } from "../frame/majority.ts";
import type { Material } from "./material.ts";
import { K } from "./settings.ts";
import { clusterWords } from "./words.ts";

const NEAREST = 3;
const KEYWORDS = 10;
const SHOWN = 110;

export function wordsSection({ news, runs }: Material): Section {
  const { after, clusters } = runs[0]!;
  const texts = news.texts.map(clean);
  const found = clusterWords(texts, after, clusters, K, { keywords: KEYWORDS, nearest: NEAREST });
  const names = clusterNames(majorityLabels(news.labels, clusters, K));
  const share = (size: number) => ({ mean: size / clusters.length, percent: true, digits: 1 });
  return {
    title: "What the clusters speak of",
    blocks: [
      table(
        "Keywords",
        ["cluster", "articles", "share", "keywords"],
        found.map(({ size, keywords }, cluster) => [names[cluster]!, size, share(size), keywords.join(", ")]),
        "DEC, seed 0.",
      ),
      table(
        "Nearest articles",
        ["cluster", "class", "article"],
        found.flatMap(({ nearest }, cluster) =>
          nearest.map((row) => [names[cluster]!, news.labels[row]!, shortened(texts[row]!)]),
        ),
        "Nearest to the mean of the cluster's codes after DEC.",
      ),
      choice(
        "Keywords are by class-based TF-IDF (BERTopic's) over the 300 articles of each cluster that lie nearest to its mean, as Eddy names its live clusters.",
      ),
    ],
  };
}

const shortened = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1).trimEnd()}…` : text);
