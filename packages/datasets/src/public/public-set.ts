import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { openDocuments } from "../open.ts";

/** A row of a public data set. */
export interface PublicDocument {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly title?: string;
  readonly split: "train" | "test";
}

export interface PublicSetOptions {
  /** Where the `.jsonl.gz` files lie. */
  readonly folder: string;
  readonly split?: "train" | "test";
}

/** Reads a set from `<folder>/<name>.jsonl.gz`, in the file's order (sorted by class in places: shuffle it). */
export async function* readPublicSet(
  name: string,
  { folder, split }: PublicSetOptions,
): AsyncGenerator<PublicDocument> {
  for await (const item of openDocuments(join(folder, `${name}.jsonl.gz`))) {
    if (!item.ok) throw new FatalError("CONFIG_INVALID", `${item.file}:${item.line}: ${item.reason}`);
    const row = item.document as unknown as PublicDocument; // our own files: their shape is checked by the tests
    if (split === undefined || row.split === split) yield row;
  }
}
