import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { RetryableError } from "@eddy/contracts/errors";
import { documentOf, type HubSet, hubSets } from "./hub-sets.ts";
import { readParquet } from "./parquet.ts";

export interface FetchOptions {
  /** Where `<name>.jsonl.gz` goes. */
  readonly folder: string;
  /** The hub, or a mirror of the same layout. */
  readonly endpoint: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
  onFile?(file: { readonly set: string; readonly index: number; readonly count: number }): void;
}

/** Longest wait for an answer to begin, in milliseconds. */
const ANSWER_MS = 15_000;

/** By configuration, then split: the addresses of the parquet files, as the hub makes them of every set. */
type Listing = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Brings a public set from the hub, in the form that the readers take. The file gets its name when it is whole.
 * @throws RetryableError API_UNAVAILABLE where the hub doesn't answer, or not with the set
 */
export async function fetchPublicSet(name: HubSet["name"], options: FetchOptions): Promise<void> {
  const set = hubSets.find((one) => one.name === name);
  if (set === undefined) throw new RangeError(`no set ${name}`);
  const { folder, endpoint } = options;
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, `${name}-`));
  try {
    const listing = (await (
      await ask(`${endpoint}/api/datasets/${set.repository}/parquet`, options)
    ).json()) as Listing;
    const part = join(scratch, `${name}.jsonl.gz`);
    await pipeline(Readable.from(lines(set, listing, scratch, options)), createGzip(), createWriteStream(part));
    await rename(part, join(folder, `${name}.jsonl.gz`));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* lines(set: HubSet, listing: Listing, scratch: string, options: FetchOptions): AsyncGenerator<string> {
  const files = Object.entries(listing).flatMap(([configuration, splits]) => {
    const found = set.labelOf(configuration);
    return found === undefined
      ? []
      : Object.entries(splits).flatMap(([split, urls]) => urls.map((url) => ({ ...found, split, url })));
  });
  const indices = new Map<string, number>();
  for (const [at, { url, split, label }] of files.entries()) {
    options.onFile?.({ set: set.name, index: at + 1, count: files.length });
    const path = join(scratch, `${at}.parquet`);
    const response = await ask(url, options);
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(path), { signal: options.signal });
    for (const row of await readParquet(path)) {
      const group = `${split}/${label}`;
      const index = indices.get(group) ?? 0;
      indices.set(group, index + 1);
      const document = documentOf(set, row, { split, label, index });
      if (document !== undefined) yield `${JSON.stringify(document)}\n`;
    }
    await rm(path);
  }
  if (files.length === 0) throw unavailable(options.endpoint, `has no parquet files of ${set.repository}`);
}

async function ask(url: string, { endpoint, token, signal }: FetchOptions): Promise<Response> {
  // The token is for the hub alone, not for where its files lie.
  const headers: Record<string, string> =
    token !== undefined && new URL(url).origin === new URL(endpoint).origin ? { authorization: `Bearer ${token}` } : {};
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error(`no answer in ${ANSWER_MS / 1_000} s`)), ANSWER_MS);
  try {
    const stop = signal ? AbortSignal.any([signal, patience.signal]) : patience.signal;
    const response = await fetch(url, { headers, signal: stop });
    if (!response.ok) throw unavailable(endpoint, `answers ${response.status} to ${new URL(url).pathname}`);
    return response;
  } catch (error) {
    if (signal?.aborted || error instanceof RetryableError) throw error;
    const { cause, message } = error as Error;
    throw unavailable(endpoint, `can't be reached (${cause instanceof Error ? cause.message || cause.name : message})`);
  } finally {
    clearTimeout(timer);
  }
}

const unavailable = (endpoint: string, what: string) => new RetryableError("API_UNAVAILABLE", `${endpoint} ${what}`);
