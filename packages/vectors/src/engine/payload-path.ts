import type { Payload } from "../protocol.ts";
import { badFormat, isObject } from "./refusal.ts";

/** A key, one element of a list, or all elements of a list. */
type Step = { readonly key: string } | { readonly at: number } | "all";

/** Where in a payload: `a.b`, `list[].x`, `list[0]`, `"a.b"` (a key with a dot). */
export interface PayloadPath {
  readonly text: string;
  readonly steps: readonly Step[];
}

const TOKEN = /(?:"([^"]+)"|([^.[\]"]+))((?:\[\d*\])*)(\.|$)/y;

export function parsePath(text: unknown): PayloadPath {
  if (typeof text !== "string") throw badFormat("invalid type: a payload key must be a string");
  const steps: Step[] = [];
  TOKEN.lastIndex = 0;
  let ended = false;
  while (!ended) {
    const match = TOKEN.exec(text);
    if (!match) throw badFormat(`Invalid json path: '${text}'`);
    steps.push({ key: match[1] ?? match[2] ?? "" });
    for (const [, at] of (match[3] ?? "").matchAll(/\[(\d*)\]/g)) steps.push(at === "" ? "all" : { at: Number(at) });
    ended = match[4] === "";
  }
  return { text, steps };
}

/** The values at a path; none where there are none. A list at the end of the path is one value. */
export function valuesAt(payload: unknown, path: PayloadPath): readonly unknown[] {
  const first = path.steps[0];
  if (path.steps.length === 1 && typeof first === "object" && "key" in first) {
    if (!isObject(payload) || !Object.hasOwn(payload, first.key)) return [];
    return [payload[first.key]];
  }
  let level: unknown[] = [payload];
  for (const step of path.steps) {
    const next: unknown[] = [];
    for (const value of level) {
      if (step === "all") {
        if (Array.isArray(value)) next.push(...value);
      } else if ("at" in step) {
        if (Array.isArray(value) && step.at < value.length) next.push(value[step.at]);
      } else if (isObject(value)) {
        if (Object.hasOwn(value, step.key)) next.push(value[step.key]);
      } else if (Array.isArray(value)) {
        // `list.x` reads like `list[].x`
        for (const element of value)
          if (isObject(element) && Object.hasOwn(element, step.key)) next.push(element[step.key]);
      }
    }
    level = next;
  }
  return level;
}

/** Values with lists opened by one level: a condition holds for a list if it holds for one of its elements. */
export function openLists(values: readonly unknown[]): readonly unknown[] {
  return values.some(Array.isArray) ? values.flat(1) : values;
}

export const isEmptyValue = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** A copy of `payload` with `patch` merged in at `path` (at the top without one); null removes an existing key. */
export function mergePayload(payload: Payload, patch: Readonly<Payload>, path?: PayloadPath): Payload {
  if (path) return asObject(mergeAt(payload, path.steps, patch));
  const merged = { ...payload };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null && Object.hasOwn(merged, key)) delete merged[key];
    else define(merged, key, value);
  }
  return merged;
}

function mergeAt(value: unknown, steps: readonly Step[], patch: Readonly<Payload>): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return mergePayload(asObject(value), patch);
  if (step === "all") return Array.isArray(value) ? value.map((element) => mergeAt(element, rest, patch)) : [];
  if ("at" in step) {
    if (!Array.isArray(value) || step.at >= value.length) return value;
    return value.with(step.at, mergeAt(value[step.at], rest, patch));
  }
  const copy = { ...asObject(value) };
  define(copy, step.key, mergeAt(Object.hasOwn(copy, step.key) ? copy[step.key] : undefined, rest, patch));
  return copy;
}

/** A copy of `payload` without what stands at `path`. */
export function removeAt(payload: Payload, path: PayloadPath): Payload {
  return asObject(removeSteps(payload, path.steps));
}

function removeSteps(value: unknown, steps: readonly Step[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step === "all") {
    if (!Array.isArray(value)) return value;
    return rest.length === 0 ? [] : value.map((element) => removeSteps(element, rest));
  }
  if ("at" in step) {
    if (!Array.isArray(value) || step.at >= value.length) return value;
    return rest.length === 0 ? value.toSpliced(step.at, 1) : value.with(step.at, removeSteps(value[step.at], rest));
  }
  if (!isObject(value) || !Object.hasOwn(value, step.key)) return value;
  const copy = { ...value };
  if (rest.length === 0) delete copy[step.key];
  else define(copy, step.key, removeSteps(copy[step.key], rest));
  return copy;
}

/** The payload with only, or without, the given paths. */
export function projectPayload(payload: Payload, include?: readonly PayloadPath[], exclude?: readonly PayloadPath[]) {
  if (include) {
    let kept: Payload = {};
    for (const path of include) kept = asObject(copySteps(payload, kept, path.steps));
    return kept;
  }
  return (exclude ?? []).reduce(removeAt, payload);
}

function copySteps(from: unknown, into: unknown, steps: readonly Step[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return from;
  if (step === "all" || "at" in step) {
    if (!Array.isArray(from)) return into;
    const into_ = Array.isArray(into) ? into : [];
    return from.map((element, i) => copySteps(element, into_[i] ?? {}, rest));
  }
  if (!isObject(from) || !Object.hasOwn(from, step.key)) return into;
  const copy = { ...asObject(into) };
  define(copy, step.key, copySteps(from[step.key], Object.hasOwn(copy, step.key) ? copy[step.key] : undefined, rest));
  return copy;
}

function asObject(value: unknown): Payload {
  return isObject(value) ? value : {};
}

/** `__proto__` as a plain key: a payload is people's data. */
function define(target: Payload, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
