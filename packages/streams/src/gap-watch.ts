import type { Clock } from "@eddy/runtime/clock";
import type { ChainLink, ChainVerdict } from "./chain.ts";

/** Records that a reader waits for: those of `origin` after `applied`, of which `previous` is one. */
export interface Gap {
  readonly topic: string;
  readonly partition: number;
  readonly origin: number;
  readonly applied: number | undefined;
  readonly previous: number;
}

/** open: for long enough to be told; standing: told before; healed: a record was taken; left: the partition is someone else's now. */
export type GapChange = "open" | "standing" | "healed" | "left";

export type GapReport = (gap: Gap, change: GapChange) => void;

export interface GapWatchOptions {
  readonly topic: string;
  readonly partition: number;
  /** Gaps that the commit tells of. */
  readonly known?: ReadonlyMap<number, number>;
  readonly applied: (origin: number) => number | undefined;
  readonly clock: Clock;
  readonly report: GapReport;
}

/** A gap is told once it has stood for so long: a new owner may still be writing what is missing. */
export const GAP_AFTER_MS = 60_000;
/** And again so often. */
export const GAP_AGAIN_MS = 600_000;

/** Watches for gaps in the chain of one partition: records that ran ahead, and none taken since. */
export interface GapWatch {
  judged(verdict: ChainVerdict, link: ChainLink): void;
  /** To be called each time that the loop comes round: time alone makes a gap one to tell. */
  check(): void;
  /** By origin: the `previous` of the first record that ran ahead. */
  readonly open: ReadonlyMap<number, number>;
  close(): void;
}

export function createGapWatch({ topic, partition, known, applied, clock, report }: GapWatchOptions): GapWatch {
  const open = new Map<number, number>(known);
  const since = new Map([...open.keys()].map((origin) => [origin, clock.now()]));
  const told = new Map<number, number>();
  const gap = (origin: number): Gap => ({
    topic,
    partition,
    origin,
    applied: applied(origin),
    previous: open.get(origin)!,
  });

  function closed(origin: number, change: GapChange): void {
    if (told.has(origin)) report(gap(origin), change);
    open.delete(origin);
    since.delete(origin);
    told.delete(origin);
  }

  return {
    open,
    judged(verdict, { origin, previous }) {
      if (verdict === "ahead" && !open.has(origin)) {
        open.set(origin, previous);
        since.set(origin, clock.now());
      } else if ((verdict === "take" || verdict === "start") && open.has(origin)) closed(origin, "healed");
    },
    check() {
      const now = clock.now();
      for (const [origin, at] of since) {
        const last = told.get(origin);
        if (last === undefined ? now - at < GAP_AFTER_MS : now - last < GAP_AGAIN_MS) continue;
        told.set(origin, now);
        report(gap(origin), last === undefined ? "open" : "standing");
      }
    },
    close() {
      for (const origin of [...open.keys()]) closed(origin, "left");
    },
  };
}
