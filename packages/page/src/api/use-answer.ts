import { useEffect, useRef, useState } from "preact/hooks";
import { isMissingRoute } from "./fault.ts";
import { createPoll } from "./poll.ts";
import { request } from "./request.ts";

/** What a view has of its answer. */
export interface Answer<T> {
  /** The latest; it stays while a newer one is on its way, and after a failure. */
  readonly data: T | undefined;
  /** Why the latest try gave none. */
  readonly error: unknown;
  /** The route is not there: the part is to be left out. */
  readonly missing: boolean;
  /** Asks now. */
  reload(): void;
}

interface Held<T> {
  readonly path: string | undefined;
  readonly data?: T;
  readonly error?: unknown;
}

/** Asks for `path` and again every `everyMs`, for as long as the view is there. undefined: asks nothing. */
export function useAnswer<T>(path: string | undefined, everyMs = 5_000): Answer<T> {
  const [held, setHeld] = useState<Held<T>>({ path });
  const nudge = useRef(() => {});
  useEffect(() => {
    if (path === undefined) return;
    const poll = createPoll(async (signal) => {
      try {
        const data = await request<T>(path, { signal });
        setHeld({ path, data });
      } catch (error) {
        if (!signal.aborted) setHeld((before) => ({ path, error, ...(before.path === path && { data: before.data }) }));
        throw error;
      }
    }, everyMs);
    nudge.current = poll.nudge;
    return poll.stop;
  }, [path, everyMs]);
  const mine = held.path === path ? held : { path };
  return {
    data: mine.data,
    error: mine.error,
    missing: isMissingRoute(mine.error),
    reload: () => nudge.current(),
  };
}
