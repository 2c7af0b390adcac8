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
  /** An error's text, without its class in front and without what JSON parsers say differently. */
  readonly error?: string;
}

export async function ask({ url, apiKey }: Answering, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "accept-encoding": "identity", ...(apiKey && { "api-key": apiKey }) },
  });
  const { result, status } = JSON.parse(await response.text()) as { result: unknown; status: { error?: string } };
  return { status: response.status, result: rounded(result), error: status.error };
}

/** Numbers to five digits, and no numbers of operations. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(5));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== "operation_id" && name !== "version");
  return Object.fromEntries(members.map(([name, member]) => [name, rounded(member)]));
}

/** Asks both, expects the same, and returns it. An error's class is compared, not its text. */
export async function same({ real, ours }: Pair, method: string, path: string, body?: unknown): Promise<Answer> {
  const expected = await ask(real, method, path, body);
  const found = await ask(ours, method, path, body);
  const shown = `${method} ${path} ${JSON.stringify(body)} (Qdrant: ${expected.error ?? "ok"}; ours: ${found.error ?? "ok"})`;
  expect({ status: found.status, result: found.result }, shown).toEqual({
    status: expected.status,
    result: expected.result,
  });
  return expected;
}
