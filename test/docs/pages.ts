/** The pages whose blocks are run, and what each takes for granted. */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defaultCacheDir } from "@eddy/embedding/create-embedder";
import { root } from "./block.ts";

export interface Page {
  readonly path: string;
  /**
   * `model`: what it shows is the default model's; where that is not at hand its commands are run with the embedder that needs none, and what
   * they say is not compared. `hash`: the same for any embedder, so the one that needs none does.
   */
  readonly embedder: "model" | "hash";
  /** Of a page that speaks of another model, too. */
  readonly otherModel?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sections that need a Kafka and a Qdrant; each begins with nothing else running, and no data. */
  readonly fleet?: readonly string[];
  /** Puts what the page takes for its reader's own into the folder. */
  readonly given?: (folder: string) => void;
  /** Commands before the first block. */
  readonly first?: string;
  /** What a block of Python that is no file of its own finds defined: a file of this folder. */
  readonly notebook?: string;
}

const publishMailbox =
  "npx eddy publish docs/examples/mailbox.csv --id number --text message --label department --source channel --published-at received --wait";

const own: readonly Page[] = [
  {
    path: "README.md",
    embedder: "hash",
    // So few that the young model stays as it is while the page is run.
    env: { EDDY_DEMO_RATE: "1" },
    fleet: ["On a fleet"],
    given(folder) {
      const text = "The central bank left interest rates unchanged on Thursday.";
      writeFileSync(join(folder, "news.jsonl"), `${JSON.stringify({ id: "news-1", text, source: "wire" })}\n`);
      const table = "headline,body,section\nOil rises,Prices rose and shares fell.,markets\n";
      writeFileSync(join(folder, "articles.csv.gz"), gzipSync(table));
      writeFileSync(join(folder, "app.log"), "disk is nearly full\n");
    },
  },
  {
    path: "docs/OPERATIONS.md",
    embedder: "hash",
    first: `npx eddy up --clusters 3\n${publishMailbox}\nnpx eddy switch eddy`,
  },
  { path: "docs/tutorial.md", embedder: "model" },
  {
    path: "docs/guides/change-the-model.md",
    embedder: "model",
    otherModel: "Xenova/bge-small-en-v1.5",
    given: (folder) => putModel(join(folder, "models/bge-small"), "Xenova--bge-small-en-v1.5"),
  },
  { path: "docs/guides/move-from-bertopic.md", embedder: "hash", notebook: "notebook.py" },
  { path: "docs/guides/publish-from-python.md", embedder: "hash", fleet: ["Into the topic"] },
  { path: "docs/guides/query-from-python-and-curl.md", embedder: "model" },
  { path: "docs/guides/run-on-a-gpu.md", embedder: "hash" },
  { path: "docs/guides/size-a-fleet.md", embedder: "hash", fleet: ["Make the topics"] },
];

/** A model of the cache, laid out as the hub has it. Where it is not at hand, nothing. */
function putModel(folder: string, name: string): void {
  const cache = join(defaultCacheDir(), "models", name);
  const version = existsSync(cache) ? readdirSync(cache).find((one) => one.startsWith("int8-")) : undefined;
  if (version === undefined) return;
  mkdirSync(join(folder, "onnx"), { recursive: true });
  symlinkSync(join(cache, version, "model.onnx"), join(folder, "onnx", "model_quantized.onnx"));
  symlinkSync(join(cache, version, "tokenizer.json"), join(folder, "tokenizer.json"));
}

/** Those, and any guide that nobody has told of yet. */
export const pages: readonly Page[] = [
  ...own,
  ...readdirSync(join(root, "docs/guides"))
    .map((name) => `docs/guides/${name}`)
    .filter((path) => !own.some((page) => page.path === path))
    .map((path) => ({ path, embedder: "hash" }) as const),
];
