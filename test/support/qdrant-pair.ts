import { expect } from "vitest";

/** Two servers that speak Qdrant's REST, asked the same. */
export interface Pair {
  readonly real: Answering;
  readonly ours: Answering;
}

export interface Answering {
  readonly url: string;
  readonly apiKey?: string;
}

export interface Answer {
  readonly status: number;
  readonly result: unknown;
  readonly error?: string;
}

export async function ask({ url, apiKey }: Answering, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "accept-encoding": "identity", ...(apiKey && { "api-key": apiKey }) },
  });
  const { result, status } = JSON.parse(await response.text()) as { result: unknown; status: { error?: string } };
  return { status: response.status, result: comparable(result), error: status.error };
}

/** Without numbers of operations, which count differently. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== "operation_id" && name !== "version");
  return Object.fromEntries(members.map(([name, member]) => [name, comparable(member)]));
}

/** Equal, but for numbers that are 1e-5 apart or less: sums of floats depend on their order. */
export function expectClose(found: unknown, expected: unknown, shown: string): void {
  expect(aligned(found, expected), shown).toEqual(expected);
}

function aligned(found: unknown, expected: unknown): unknown {
  if (typeof found === "number" && typeof expected === "number") {
    return Math.abs(found - expected) <= 1e-5 * Math.max(1, Math.abs(expected)) ? expected : found;
  }
  if (Array.isArray(found) && Array.isArray(expected)) return found.map((one, i) => aligned(one, expected[i]));
  if (!isObject(found) || !isObject(expected)) return found;
  return Object.fromEntries(Object.entries(found).map(([name, one]) => [name, aligned(one, expected[name])]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Asks both, expects the same, and returns it. An error's class is compared, not its text. */
export async function same({ real, ours }: Pair, method: string, path: string, body?: unknown): Promise<Answer> {
  const expected = await ask(real, method, path, body);
  const found = await ask(ours, method, path, body);
  const shown = `${method} ${path} ${JSON.stringify(body)} (Qdrant: ${expected.error ?? "ok"}; ours: ${found.error ?? "ok"})`;
  expectClose(
    { status: found.status, result: found.result },
    { status: expected.status, result: expected.result },
    shown,
  );
  return expected;
}
