import { posix } from "node:path";
import type { FoundDocument, Item } from "@eddy/datasets/item";
import type { Place } from "./tally.ts";

/** A document on its way. */
export interface Outgoing extends Place {
  /** The id that it came with: versions of one document keep their order. */
  readonly id: string | undefined;
  /** A line of JSON, with an id in any case, so that sending it twice makes one document. */
  readonly line: string;
}

export interface OutgoingOptions {
  /** Its folder is its label, where it has none. */
  readonly labelFromFolder: boolean;
  readonly newId: () => string;
  /** Told of every item, readable or not. */
  readonly onRead: () => void;
  /** Told of what can't be read, which is not given on. */
  readonly onUnreadable: (item: Extract<Item, { ok: false }>) => void;
}

export async function* outgoing(items: AsyncIterable<Item>, options: OutgoingOptions): AsyncGenerator<Outgoing> {
  for await (const item of items) {
    options.onRead();
    if (!item.ok) {
      options.onUnreadable(item);
      continue;
    }
    const { file, line: at } = item;
    const document = options.labelFromFolder ? withFolder(item.document) : item.document;
    const given = document.id;
    // Another kind of id is for Eddy to refuse.
    const id = typeof given === "string" || typeof given === "number" ? String(given) : undefined;
    const line = jsonOf(given === undefined ? { id: options.newId(), ...document } : document);
    if (line === undefined) {
      options.onUnreadable({ ok: false, file, line: at, reason: "nested too deep" });
      continue;
    }
    yield { id, line, file, at };
  }
}

function withFolder(document: FoundDocument): FoundDocument {
  const folder = typeof document.id === "string" ? posix.dirname(document.id) : ".";
  return document.label === undefined && folder !== "." ? { ...document, label: posix.basename(folder) } : document;
}

/** undefined: nested deeper than the stack. */
function jsonOf(document: FoundDocument): string | undefined {
  try {
    return JSON.stringify(document);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
