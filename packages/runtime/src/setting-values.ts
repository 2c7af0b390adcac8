import { z } from "zod";

/**
 * The kinds of values that settings have. Each reads the text of an environment variable or a flag, and takes its own
 * output as well, so that code can override a setting with a ready value.
 */

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  yes: true,
  on: true,
  false: false,
  "0": false,
  no: false,
  off: false,
};

/** `250ms`, `30s`, `5m`, `2h`, `7d` → milliseconds. */
export const duration = () => quantity(MS, 'a duration such as "250ms", "30s", "5m", "2h" or "7d"');

/** `512B`, `64kB` (10³), `64MiB` (2²⁰) → bytes. */
export const byteSize = () => quantity(BYTES, 'a size such as "512B", "64MiB" or "2GB"');

function quantity(units: Readonly<Record<string, number>>, what: string) {
  return z.union([z.number(), z.string()]).transform((value, context) => {
    if (typeof value === "number" && value >= 0) return value;
    const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(String(value).trim());
    const unit = units[match?.[2] ?? ""];
    if (match !== null && unit !== undefined) return Math.round(Number(match[1]) * unit);
    context.addIssue({ code: "custom", message: `expected ${what}` });
    return z.NEVER;
  });
}

/** `true`, `1`, `yes`, `on` and their opposites, in any case. */
export const bool = () =>
  z.union([z.boolean(), z.string()]).transform((value, context) => {
    const parsed = typeof value === "boolean" ? value : BOOLEANS[value.trim().toLowerCase()];
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: 'expected "true" or "false"' });
    return z.NEVER;
  });

/** `a, b` → [a, b], each checked by `item`; blank items are left out. */
export const list = <S extends z.ZodType>(item: S) =>
  z.preprocess(
    (value) =>
      typeof value === "string"
        ? value
            .split(",")
            .map((part) => part.trim())
            .filter((part) => part !== "")
        : value,
    z.array(item),
  );

/** A whole number within bounds. */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .union([z.number(), z.string().regex(/^\s*-?\d+\s*$/, "expected a whole number")])
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

/** A TCP port; 0 = any free one. */
export const port = () => integer(0, 65_535);
