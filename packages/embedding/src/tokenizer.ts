import { FatalError } from "@eddy/contracts/errors";
import { env, PreTrainedTokenizer } from "@huggingface/transformers";
import { fitText } from "./fit-text.ts";
import { rememberWords } from "./word-cache.ts";

// Files come from `model-source/` alone. (The import shares the onnxruntime-node of `inference-thread.js`.)
env.allowRemoteModels = false;
env.allowLocalModels = false;

/** What the model reads of one text: one sequence, or several where a long text is read in chunks. */
export interface TokenizedText {
  /** Ids with the special tokens; each at most `maxTokens` long. */
  readonly sequences: readonly (readonly number[])[];
  readonly truncated: boolean;
}

export interface TokenizeOptions {
  /** Most tokens of a sequence, special ones included. */
  readonly maxTokens: number;
  /** 1 = read the start of the text only. */
  readonly maxChunks: number;
}

export interface Tokenizer {
  readonly padId: number;
  tokenize(text: string, options: TokenizeOptions): TokenizedText;
}

/** The parsed `tokenizer.json` of a model, and its `tokenizer_config.json` where it has one. */
export interface TokenizerFiles {
  readonly tokenizer: object;
  readonly config?: object;
}

/**
 * Padding and cutting are done here and in the batch, not by what `tokenizer.json` says (some say 128 and always pad).
 * The special tokens are put around what is left after the cut, so that a cut text keeps its closing one. Throws FatalError MODEL_DAMAGED.
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  try {
    return open(files);
  } catch (cause) {
    throw new FatalError(
      "MODEL_DAMAGED",
      `tokenizer.json is no tokenizer of a text model: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

function open({ tokenizer, config = {} }: TokenizerFiles): Tokenizer {
  const model = new PreTrainedTokenizer(tokenizer, config);
  const encode = rememberWords((text) => model.encode(text, { add_special_tokens: false }), tokenizer);
  const [before, after] = specialTokens(model.encode("a"), encode("a"));
  const around = before.length + after.length;
  return {
    padId: model.pad_token_id ?? padIdOf(tokenizer) ?? 0,
    tokenize(text, { maxTokens, maxChunks }) {
      const room = maxTokens - around;
      const { ids, cut } = fitText(text, room * maxChunks, encode);
      const sequences = evenChunks(ids, room).map((chunk) => [...before, ...chunk, ...after]);
      return { sequences, truncated: cut };
    },
  };
}

/** What stands before and after the ids of a text: [CLS] and [SEP], <s> and </s>, or nothing. */
function specialTokens(whole: readonly number[], inner: readonly number[]): [number[], number[]] {
  for (let at = 0; at + inner.length <= whole.length; at++) {
    if (inner.every((id, i) => whole[at + i] === id)) return [whole.slice(0, at), whole.slice(at + inner.length)];
  }
  return [[], []];
}

/** As few chunks as will do, of nearly equal length, so that the mean of their vectors is fair to each. */
function evenChunks(ids: readonly number[], room: number): (readonly number[])[] {
  const count = Math.max(1, Math.ceil(ids.length / room));
  const cut = (chunk: number) => Math.round((chunk * ids.length) / count);
  return Array.from({ length: count }, (_, chunk) => ids.slice(cut(chunk), cut(chunk + 1)));
}

function padIdOf(tokenizer: object): number | undefined {
  const { padding } = tokenizer as { padding?: { pad_id?: number } | null };
  return padding?.pad_id;
}
