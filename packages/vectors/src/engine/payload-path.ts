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
      } else if (isObject(value) && Object.hasOwn(value, step.key)) next.push(value[step.key]);
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

export const isNullValue = (value: unknown) => value === null || (Array.isArray(value) && value.includes(null));

/**
 * A copy of `payload` with `patch` merged in at `path` (at the top without one). Null removes a key, and is not kept as a value; but where
 * there was no payload yet, the patch becomes it as it is (as in Qdrant).
 */
export function mergePayload(payload: Payload, patch: Readonly<Payload>, path?: PayloadPath): Payload {
  if (path) return asObject(mergeAt(payload, path.steps, patch));
  return Object.keys(payload).length === 0 ? { ...patch } : mergeKeys(payload, patch);
}

function mergeKeys(payload: Payload, patch: Readonly<Payload>): Payload {
  const merged = { ...payload };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else define(merged, key, value);
  }
  return merged;
}

function mergeAt(value: unknown, steps: readonly Step[], patch: Readonly<Payload>): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return mergeKeys(asObject(value), patch);
  if (step === "all" || "at" in step) {
    const merges = (i: number) => step === "all" || i === step.at;
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return list.map((element, i) => (merges(i) ? mergeAt(element, rest, patch) : element));
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
    // Qdrant removes no element by its number: the same request again would remove the next one.
    return rest.length === 0 ? value : value.with(step.at, removeSteps(value[step.at], rest));
  }
  if (!isObject(value) || !Object.hasOwn(value, step.key)) return value;
  const copy = { ...value };
  if (rest.length === 0) delete copy[step.key];
  else define(copy, step.key, removeSteps(copy[step.key], rest));
  return copy;
}

type Steps = readonly Step[];

/** The payload with only what stands at the paths, below them, or on the way to them. */
export function includePaths(payload: Payload, paths: readonly PayloadPath[]): Payload {
  const include: Keep = (child, inside) => {
    if (inside.length === 0) return undefined;
    return inside.some((steps) => steps.length === 0) ? child : copyChildren(child, inside, include);
  };
  return asObject(copyChildren(payload, stepsOf(paths), include));
}

/** The payload without what stands at the paths. */
export function excludePaths(payload: Payload, paths: readonly PayloadPath[]): Payload {
  const exclude: Keep = (child, inside) => {
    if (inside.length === 0) return child;
    return inside.some((steps) => steps.length === 0) ? undefined : copyChildren(child, inside, exclude);
  };
  return asObject(copyChildren(payload, stepsOf(paths), exclude));
}

/** What is kept of a child, given the steps that go on below it; undefined: nothing. */
type Keep = (child: unknown, inside: readonly Steps[]) => unknown;

const stepsOf = (paths: readonly PayloadPath[]) => paths.map(({ steps }) => steps);

/** Elements of a list have no numbers here: `list[0]` names none of them, as in Qdrant. */
function copyChildren(value: unknown, paths: readonly Steps[], keep: Keep): unknown {
  const below = (leads: (step: Step) => boolean) =>
    paths.filter(([first]) => first !== undefined && leads(first)).map(([, ...rest]) => rest);
  if (Array.isArray(value)) {
    const inside = below((step) => step === "all");
    return value.map((child) => keep(child, inside)).filter((child) => child !== undefined);
  }
  if (!isObject(value)) return value;
  const copy: Payload = {};
  for (const [key, child] of Object.entries(value)) {
    const kept = keep(
      child,
      below((step) => typeof step === "object" && "key" in step && step.key === key),
    );
    if (kept !== undefined) define(copy, key, kept);
  }
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
