/**
 * Many calls, one session that is never idle.
 *
 * Q1. Calls that overlap are taken together: whatever waits, up to `windowSize` texts in the order they came, is one window,
 *     cut into batches by length. A text that comes alone starts at once.
 * Q2. While one window is inferred, the next is tokenised; its first batch is handed over before the last of the former
 *     is back. At most two windows are under way.
 * Q3. Each call gets its own results in its order, whatever batches its texts were in.
 * Q4. A failed batch fails the calls that have a text in it. An aborted call leaves at once; its texts that are not in a
 *     window yet are never run.
 */
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { EmbeddedText, TextKind } from "./port.ts";

const WINDOWS_UNDER_WAY = 2;

export interface QueuedText {
  readonly text: string;
  readonly kind: TextKind;
}

/** Embeds one window; same length, in order. Its promise settles when the last batch of the window is back. */
export type EmbedWindow = (texts: readonly QueuedText[]) => Promise<readonly EmbeddedText[]>;

export interface EmbedQueue {
  embed(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<EmbeddedText[]>;
  /** Fails what waits with `reason`; resolves when nothing is under way. */
  close(reason: Error): Promise<void>;
}

interface Call {
  readonly results: EmbeddedText[];
  readonly done: Deferred<EmbeddedText[]>;
  left: number;
  over: boolean;
}

interface Entry extends QueuedText {
  readonly call: Call;
  readonly at: number;
}

/** @param windowSize most texts of a window */
export function createEmbedQueue(embedWindow: EmbedWindow, windowSize: number): EmbedQueue {
  let waiting: Entry[] = [];
  const underWay = new Set<Promise<void>>();
  let closed: Error | undefined;

  function fail(call: Call, error: unknown): void {
    call.over = true;
    call.done.reject(error);
  }

  function pump(): void {
    while (underWay.size < WINDOWS_UNDER_WAY) {
      waiting = waiting.filter(({ call }) => !call.over);
      if (waiting.length === 0) return;
      const window = waiting.slice(0, windowSize);
      waiting = waiting.slice(windowSize);
      const run = runWindow(window).finally(() => {
        underWay.delete(run);
        pump();
      });
      underWay.add(run);
    }
  }

  async function runWindow(window: readonly Entry[]): Promise<void> {
    try {
      const results = await embedWindow(window);
      window.forEach(({ call, at }, i) => {
        call.results[at] = results[i]!;
        call.left -= 1;
        if (call.left === 0) call.done.resolve(call.results);
      });
    } catch (error) {
      for (const { call } of window) fail(call, error);
    }
  }

  return {
    async embed(texts, kind, signal) {
      signal?.throwIfAborted();
      if (closed) throw closed;
      if (texts.length === 0) return [];
      const call: Call = { results: [], done: createDeferred(), left: texts.length, over: false };
      const abort = () => fail(call, signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      texts.forEach((text, at) => {
        waiting.push({ text, kind, call, at });
      });
      pump();
      try {
        return await call.done.promise;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    async close(reason) {
      closed = reason;
      for (const { call } of waiting) fail(call, reason);
      waiting = [];
      await Promise.all(underWay);
    },
  };
}
