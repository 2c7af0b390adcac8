/** Numbers as people read them. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 46201 → `46,201`. */
export function count(value: number): string {
  return grouped.format(value);
}

/** `1 document`, `46,201 documents`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** 0.2804 → `28.0%`. */
export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)}%`;
}

/** `0.284`; blank where there is none. */
export function decimal(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? "" : value.toFixed(digits);
}

/** Documents a second: `0.4/s`, `12/s`, `1,204/s`. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)}/s`;
}

/** Seconds: `0.4 s`, `12 s`, `3:07 min`, `2:05 h`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [large, small, unit] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, "min"]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), "h"];
  return `${large}:${String(small).padStart(2, "0")} ${unit}`;
}

/** Bytes: `0.4 MB`, `31 MB`, `2,048 MB`. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : count(value)} MB`;
}
