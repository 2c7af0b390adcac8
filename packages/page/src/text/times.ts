const STEPS: readonly [name: string, seconds: number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
];

/** How long before `now`: "just now", "40 s ago", "5 min ago", "3 h ago", "2 d ago". Both in milliseconds. */
export function ago(ms: number, now: number): string {
  const seconds = Math.floor((now - ms) / 1_000);
  if (seconds < 5) return "just now";
  const [name, step] = STEPS.find(([, step]) => seconds >= step) ?? ["s", 1];
  return `${Math.floor(seconds / step)} ${name} ago`;
}

/** A step of time in words: 60 → "1 min", 5400 → "1.5 h". */
export function span(seconds: number): string {
  const [name, step] = STEPS.find(([, step]) => seconds >= step) ?? ["s", 1];
  return `${Number((seconds / step).toFixed(1))} ${name}`;
}

const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** RFC 3339 → the reader's own time; what is none comes back as it is. */
export function localTime(rfc3339: string): string {
  const ms = Date.parse(rfc3339);
  return Number.isNaN(ms) ? rfc3339 : local.format(ms);
}
