import { defineCommand } from "../command.ts";
import { experimentSettings } from "../reproduce/settings.ts";

export const reproduce = defineCommand({
  name: "reproduce",
  group: "Experiments:",
  summary: "re-run published experiments in text clustering",
  description: `Re-runs four published experiments on the real data, prints their tables beside the published figures and what Eddy's own
way (streamed, one pass) gives on the same data, and writes a report for each: a page with pictures, and JSON.

  newsgroups      20 Newsgroups, four groups: MiniLM and K-Means
  agnews-encoder  AG News, a tenth: an encoder to 64 numbers, K-Means, t-SNE
  imdb-n2d        IMDB: word counts, an autoencoder, UMAP or Isomap, DBSCAN and K-Means
  agnews-dec      AG News, 5,000: an autoencoder, then deep embedded clustering

What takes long is kept in the cache (embeddings, trained encoders, maps), so a run that was stopped goes on where it was, and a
second one takes seconds. --quick shows within three minutes that all works; its figures are not to be compared.

The data are public: see --data. Each file is JSON Lines, gzipped, with "id", "text", "label" and "split" ("train" or "test").`,
  parameters: [{ syntax: "<experiment...>", description: "names as above, or all" }],
  settings: experimentSettings,
  examples: [
    "eddy reproduce newsgroups",
    "eddy reproduce all --quick",
    "eddy reproduce agnews-dec --seeds 10 --out reports",
    "eddy reproduce newsgroups --features tfidf --json | jq .goals",
  ],
  async run({ terminal, args, options }) {
    // Only here is it all loaded: it takes a second, which no other command should wait for.
    const { reproduceNamed } = await import("../reproduce/run.ts");
    return reproduceNamed(args, options, terminal);
  },
});
