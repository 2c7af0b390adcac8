/**
 * A document as a reader found it: people's shape `{id?, text, title?, source?, published_at?, label?, metadata?, vector?}`,
 * not yet checked. Ingest checks it.
 */
export type FoundDocument = Readonly<Record<string, unknown>>;

/** What a reader gives for each place that should hold a document. `line` counts from 1. */
export type Item =
  | { readonly ok: true; readonly document: FoundDocument; readonly file: string; readonly line: number }
  | { readonly ok: false; readonly file: string; readonly line: number; readonly reason: string };

/** The names under which a file keeps the fields of a document. */
export interface FieldNames {
  readonly text?: string;
  readonly id?: string;
  readonly title?: string;
  readonly label?: string;
  readonly source?: string;
  readonly published_at?: string;
}

export const fieldNames = ["text", "id", "title", "label", "source", "published_at"] as const;
