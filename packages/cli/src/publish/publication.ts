import { randomUUID } from "node:crypto";
import { limited } from "@eddy/datasets/limit";
import { paced } from "@eddy/datasets/rate";
import { shuffled } from "@eddy/datasets/shuffle";
import type { Api } from "../api.ts";
import type { Terminal } from "../terminal.ts";
import { awaitClustered } from "./await-clustered.ts";
import { batches } from "./batches.ts";
import type { Input } from "./input.ts";
import { type Outgoing, outgoing } from "./outgoing.ts";
import { startProgress } from "./progress.ts";
import { createSender, type Sent } from "./sender.ts";
import { type PublishOptions, WINDOW } from "./settings.ts";
import type { Summary } from "./summary.ts";
import { createTally, kindOf } from "./tally.ts";

/** A request's worth. */
const BATCH = { items: 500, bytes: 1_000_000, lingerMs: 20 };
/** The seed of the shuffle that nobody asked for. */
const SEED = 0;

export interface Publication extends Summary {
  /** What ended it early. */
  readonly failure: unknown;
}

/** Sends what the input holds. Never throws: what was sent until a failure is told beside it. */
export async function publishInput(
  input: Input,
  api: Api,
  terminal: Terminal,
  options: PublishOptions,
  signal: AbortSignal,
): Promise<Publication> {
  const { clock } = terminal;
  const from = clock.now();
  const tally = createTally();
  const totals = { read: 0, sent: 0, ended: false };

  async function* documents(): AsyncGenerator<Outgoing> {
    const items = options.limit === undefined ? input.items() : limited(input.items(), options.limit);
    yield* outgoing(items, {
      labelFromFolder: options.labelFromFolder,
      newId: randomUUID,
      onRead: () => totals.read++,
      onUnreadable: ({ file, line, reason }) => tally.add(kindOf(reason), { file, at: line, message: reason }),
    });
    totals.ended = true;
  }

  function readRatio(): number | undefined {
    if (totals.ended) return 1;
    if (!input.bytes) return undefined;
    return Math.max(input.bytesRead() / input.bytes, totals.read / (options.limit ?? Number.POSITIVE_INFINITY));
  }

  const progress = startProgress({
    note: terminal.draw,
    columns: () => terminal.progressColumns,
    clock,
    standing: () => ({ read: totals.read, sent: totals.sent, rejected: tally.total, readRatio: readRatio() }),
  });
  const waits = { clock, random: Math.random, signal, onWait: progress.waiting };
  const send = createSender({ api, ...waits });
  const settle = ({ accepted, refused }: Sent) => {
    totals.sent += accepted;
    for (const { document, code, message } of refused) {
      tally.add(code, { file: document.file, at: document.at, message });
    }
  };

  let failure: unknown;
  let clusteredSeconds: number | undefined;
  const elapsed = () => (clock.now() - from) / 1_000;
  let seconds = 0;
  try {
    // One batch is on its way while the next one is read.
    let sending: Promise<void> | undefined;
    const source = inOrder(documents(), input.finite, options);
    const timed = options.rate === undefined ? source : paced(source, { perSecond: options.rate, clock, signal });
    for await (const batch of batches(timed, { ...BATCH, bytesOf, clock, signal })) {
      await sending;
      sending = send(batch).then(settle);
      sending.catch(() => undefined); // told by the await
    }
    await sending;
    seconds = elapsed();
    if (options.wait && !signal.aborted) {
      await awaitClustered(api, waits);
      clusteredSeconds = elapsed();
    }
  } catch (error) {
    failure = error;
    seconds ||= elapsed();
  } finally {
    progress.stop();
  }
  return { sent: totals.sent, rejected: tally.total, seconds, clusteredSeconds, reasons: tally.reasons(), failure };
}

const bytesOf = ({ line }: Outgoing) => line.length;

/** In the order that was asked for: by default, shuffled where nobody waits for the first. */
function inOrder(
  documents: AsyncIterable<Outgoing>,
  finite: boolean,
  { shuffle, inOrder, rate }: PublishOptions,
): AsyncIterable<Outgoing> {
  const seed = shuffle ?? (finite && !inOrder && rate === undefined ? SEED : undefined);
  if (seed === undefined) return documents;
  return shuffled(documents, { seed, window: WINDOW, keyOf: ({ id }) => id, bytesOf });
}
