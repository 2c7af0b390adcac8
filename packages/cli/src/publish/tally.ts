/** Where a document was found; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly at: number;
}

export interface Example extends Place {
  readonly message: string;
}

export interface Reason {
  /** A code of Eddy's closed list, or what is wrong with a line in words. */
  readonly reason: string;
  count: number;
  readonly examples: readonly Example[];
}

const MOST_EXAMPLES = 5;
const MOST_REASONS = 50;
const OTHER = "other reasons";

/** Counts what was refused by reason, with the first few of each: however many there are, little is kept. */
export interface Tally {
  add(reason: string, example: Example): void;
  readonly total: number;
  /** The most frequent first. */
  reasons(): readonly Reason[];
}

export function createTally(): Tally {
  const reasons = new Map<string, { reason: string; count: number; examples: Example[] }>();
  let total = 0;
  return {
    add(wanted, example) {
      total++;
      const reason = reasons.has(wanted) || reasons.size < MOST_REASONS ? wanted : OTHER;
      const entry = reasons.get(reason) ?? { reason, count: 0, examples: [] };
      reasons.set(reason, entry);
      entry.count++;
      if (entry.examples.length < MOST_EXAMPLES) entry.examples.push(example);
    },
    get total() {
      return total;
    },
    reasons: () => [...reasons.values()].sort((a, b) => b.count - a.count),
  };
}

/** What readers say of a line, without what differs from line to line: `3 fields where …` → `n fields where …`. */
export function kindOf(message: string): string {
  return message
    .split(/[:;(]/, 1)[0]!
    .replace(/(?<![-\w])\d+/g, "n")
    .trim();
}
