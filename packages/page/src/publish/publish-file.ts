import { ApiFault } from "../api/fault.ts";
import { beginOf } from "./begin.ts";
import type { FileKind } from "./file-kind.ts";
import { lineBatches, type NumberedLine } from "./lines-of.ts";
import { addSummary, isRefusal, nothingYet, type Outcome, placeIn } from "./outcome.ts";
import { type Parcel, sendPatiently } from "./send.ts";
import { type Columns, columnsQuery } from "./table-header.ts";

export interface Progress {
  /** Bytes of the file that went. */
  readonly sent: number;
  readonly outcome: Outcome;
  /** Seconds to wait: Eddy is catching up. */
  readonly waiting?: number;
}

const PATH = "/v1/documents";

/**
 * Publishes a file. JSON Lines and tables go as they are, packed or not; a text goes line by line, in batches; the rest is one document.
 * Throws ApiFault where the whole was refused, or the reason of `signal`; what was accepted until then is in the last progress.
 */
export async function publishFile(
  file: File,
  kind: FileKind,
  columns: Columns,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  let outcome = nothingYet;
  let sent = 0;

  async function deliver(parcel: Parcel, placeOf: typeof placeIn, onSent: (bytes: number) => void): Promise<void> {
    const told = (waiting?: number) => tell({ sent, outcome, ...(waiting !== undefined && { waiting }) });
    const onProgress = (bytes: number) => {
      onSent(bytes);
      told();
    };
    try {
      outcome = addSummary(outcome, await sendPatiently(parcel, onProgress, told, signal), placeOf);
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      outcome = addSummary(outcome, error.details, placeOf);
      // After a fault that only sums up refusals there is nothing more to tell.
      if (!isRefusal(error) || !["REJECTED", ...outcome.refusals.map(({ code }) => code)].includes(error.code)) {
        told();
        throw error;
      }
    }
    told();
  }

  const whole = (bytes: number) => {
    sent = Math.min(file.size, bytes);
  };
  if (kind.kind === "text") {
    const chunks = textOf(file, kind.gzipped, (bytes) => {
      sent = bytes;
    });
    for await (const batch of lineBatches(chunks)) {
      const body = batch.map(({ text }) => JSON.stringify({ text: text.toWellFormed() })).join("\n");
      await deliver(parcelOf(PATH, body, kind.contentType), placeAmong(batch), () => {});
    }
  } else if (kind.kind === "whole") {
    const id = file.name.replace(/\.gz$/i, "");
    const text = await beginOf(file, kind.gzipped, Infinity);
    await deliver(parcelOf(PATH, JSON.stringify({ id, text }), kind.contentType), placeIn, whole);
  } else {
    const isArray = kind.kind === "lines" && /^\s*\[/.test(await beginOf(file, kind.gzipped, 1_024));
    const type = isArray ? "application/json" : kind.contentType;
    const path = kind.kind === "table" ? `${PATH}?${columnsQuery(columns)}` : PATH;
    await deliver(parcelOf(path, file, type, kind.gzipped), placeIn, whole);
  }
  sent = file.size;
  tell({ sent, outcome });
  return outcome;
}

function parcelOf(path: string, body: Blob | string, type: string, gzipped = false): Parcel {
  return { path, body, headers: { "content-type": type, ...(gzipped && { "content-encoding": "gzip" }) } };
}

const placeAmong =
  (batch: readonly NumberedLine[]): typeof placeIn =>
  (rejected) =>
    `line ${batch[rejected.index]?.number ?? rejected.index + 1}`;

async function* textOf(file: File, gzipped: boolean, onRead: (bytes: number) => void): AsyncGenerator<string> {
  let read = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, out) {
      read += chunk.length;
      onRead(read);
      out.enqueue(chunk);
    },
  });
  const packed = file.stream().pipeThrough(counted);
  const bytes = gzipped ? packed.pipeThrough(new DecompressionStream("gzip")) : packed;
  const decoder = new TextDecoder();
  const reader = bytes.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    yield decoder.decode(value, { stream: true });
  }
  yield decoder.decode();
}
