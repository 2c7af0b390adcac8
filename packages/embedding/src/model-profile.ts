import type { Pooling, TextKind } from "./port.ts";

/** How a model wants to be used, beyond its graph. */
export interface ModelProfile {
  readonly pooling: Pooling;
  /** Tokens of one text, special ones included. */
  readonly maxTokens: number;
  /** Words put before a text of that kind. */
  readonly prefixes: Readonly<Record<TextKind, string>>;
}

/** What the files of a model say, where it has them. */
export interface ModelConfigs {
  /** `config.json` */
  readonly config?: { readonly max_position_embeddings?: number };
  /** `sentence_bert_config.json` */
  readonly sentenceBert?: { readonly max_seq_length?: number | null };
  /** `1_Pooling/config.json` */
  readonly pooling?: { readonly pooling_mode_cls_token?: boolean; readonly pooling_mode_mean_tokens?: boolean };
}

/** As sentence-transformers cuts the default model. */
const DEFAULT_MAX_TOKENS = 256;
const none = { document: "", query: "" };

interface Family {
  readonly name: RegExp;
  readonly pooling?: Pooling;
  readonly maxTokens?: number;
  readonly prefixes?: Readonly<Record<TextKind, string>>;
}

/**
 * What model cards say and no file does: the pooling where the ONNX copy of a model leaves out `1_Pooling` (as those of
 * Xenova do), its length, and its prefixes. The first that matches counts.
 */
const families: readonly Family[] = [
  { name: /(^|\/)multilingual-e5|(^|\/)e5-/i, maxTokens: 512, prefixes: { document: "passage: ", query: "query: " } },
  {
    name: /bge-(small|base|large)-en/i,
    pooling: "cls",
    maxTokens: 512,
    prefixes: { document: "", query: "Represent this sentence for searching relevant passages: " },
  },
  {
    name: /bge-(small|base|large)-zh/i,
    pooling: "cls",
    maxTokens: 512,
    prefixes: { document: "", query: "为这个句子生成表示以用于检索相关文章：" },
  },
  { name: /bge-m3/i, pooling: "cls", maxTokens: 8192 },
  { name: /snowflake-arctic-embed|mxbai-embed|gte-(small|base|large)-en-v1\.5/i, pooling: "cls", maxTokens: 512 },
  { name: /all-MiniLM-L6|paraphrase-multilingual-mpnet/i, maxTokens: 256 },
  { name: /paraphrase-multilingual-MiniLM|all-MiniLM-L12/i, maxTokens: 128 },
  { name: /all-mpnet-base/i, maxTokens: 384 },
];

export function modelProfile(model: string, { config, sentenceBert, pooling }: ModelConfigs): ModelProfile {
  const family = families.find(({ name }) => name.test(model));
  const positions = countOf(config?.max_position_embeddings) ?? Number.POSITIVE_INFINITY;
  return {
    pooling: poolingOf(pooling) ?? family?.pooling ?? "mean",
    maxTokens: Math.min(countOf(sentenceBert?.max_seq_length) ?? family?.maxTokens ?? DEFAULT_MAX_TOKENS, positions),
    prefixes: family?.prefixes ?? none,
  };
}

/** undefined: the file has no number there that can be meant. */
function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 2 ? (value as number) : undefined;
}

function poolingOf(config: ModelConfigs["pooling"]): Pooling | undefined {
  if (config?.pooling_mode_cls_token) return "cls";
  return config?.pooling_mode_mean_tokens ? "mean" : undefined;
}
