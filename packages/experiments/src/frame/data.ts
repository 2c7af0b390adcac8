import { existsSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { readAgNews } from "@eddy/datasets/public/ag-news";
import type { PublicDocument } from "@eddy/datasets/public/public-set";
import { readSample, type SampleName } from "@eddy/datasets/public/samples";
import { shuffledIndices } from "@eddy/deep/batches";
import { createRandom } from "@eddy/runtime/random";

/** Texts with their ids and labels, column by column. */
export interface LabelledTexts {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

export async function collect(rows: AsyncIterable<PublicDocument>): Promise<PublicDocument[]> {
  const documents: PublicDocument[] = [];
  for await (const row of rows) documents.push(row);
  return documents;
}

export function columnsOf(documents: readonly Pick<PublicDocument, "id" | "text" | "label">[]): LabelledTexts {
  return {
    ids: documents.map(({ id }) => id),
    texts: documents.map(({ text }) => text),
    labels: documents.map(({ label }) => label),
  };
}

/** `most` of them at random, always the same ones, in their old order. */
export function seededSample<T>(documents: readonly T[], most: number, seed = 0): readonly T[] {
  if (documents.length <= most) return documents;
  const chosen = shuffledIndices(documents.length, createRandom(seed).next).slice(0, most).sort();
  return Array.from(chosen, (row) => documents[row]!);
}

export interface AgNewsSample {
  readonly documents: readonly PublicDocument[];
  /** The list of ids that figures are stated on was there; else the rows were drawn with seed 0. */
  readonly fixed: boolean;
  /** Rows of the train part that it was drawn from. */
  readonly outOf: number;
}

/** A sample of AG News' train part: by `samples.json` in or beside the folder, else as many drawn at random. */
export async function agNewsSample(folder: string, name: SampleName): Promise<AgNewsSample> {
  const all = await collect(readAgNews({ folder, split: "train" }));
  const size = Number(name.replace("agnews-", ""));
  if (all.length < size) {
    throw new FatalError(
      "CONFIG_INVALID",
      `${folder} has ${all.length} rows of AG News to train on; ${name} needs ${size}`,
    );
  }
  const list = [join(folder, "samples.json"), join(folder, "..", "reference", "samples.json")].find(existsSync);
  if (list === undefined) return { documents: seededSample(all, size), fixed: false, outOf: all.length };
  const ids = new Set(await readSample(list, name));
  const documents = all.filter(({ id }) => ids.has(id));
  if (documents.length < ids.size) {
    throw new FatalError(
      "CONFIG_INVALID",
      `${list} names ${ids.size - documents.length} rows of ${name} that ${folder} does not have`,
    );
  }
  return { documents, fixed: true, outOf: all.length };
}

export interface News extends LabelledTexts {
  /** The classes, in the order of the alphabet. */
  readonly classes: readonly string[];
  /** Rows of the train part that they were drawn from. */
  readonly outOf: number;
  /** They are the list that figures are stated on. */
  readonly fixed: boolean;
}

/** A sample's texts, and its rows as they were read; with `most`, so many of them: then it is not the list any more. */
export async function readNews(
  folder: string,
  name: SampleName,
  most?: number,
): Promise<News & { readonly documents: readonly PublicDocument[] }> {
  const { documents: all, outOf, fixed } = await agNewsSample(folder, name);
  const documents = most === undefined ? all : seededSample(all, most);
  const columns = columnsOf(documents);
  const classes = [...new Set(columns.labels)].sort();
  return { ...columns, documents, classes, outOf, fixed: fixed && most === undefined };
}
