const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const rough = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** 12345 → "12,345". */
export const count = (value: number): string => whole.format(value);

/** 12345 → "12.3K"; for narrow places. */
export const compact = (value: number): string => (Math.abs(value) < 10_000 ? count(value) : short.format(value));

/** 20.04 → "20", 0.35 → "0.4". */
export const rate = (value: number): string => rough.format(value);

/** 0.148 → "14.8%". */
export const share = (value: number): string => percent.format(value);

/** 1, "document" → "1 document"; 2 → "2 documents". */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** 1536 → "1.5 kB". */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const at = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${rough.format(value / 1_000 ** at)} ${units[at]}`;
}
