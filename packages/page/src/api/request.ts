import { faultOf, unreachable } from "./fault.ts";
import { authorization, locked } from "./key.ts";

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/** The answer of the API, parsed. Throws ApiFault, or the reason of `signal`. */
export async function request<T>(path: string, { method = "GET", body, signal }: Call = {}): Promise<T> {
  const patience = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      cache: "no-store",
      headers: { ...authorization(), ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    answer = await response.json().catch(() => undefined);
  } catch {
    signal?.throwIfAborted();
    throw unreachable();
  }
  signal?.throwIfAborted();
  if (response.ok) return answer as T;
  const fault = faultOf(response.status, answer);
  if (response.status === 401) locked.value = fault.message;
  throw fault;
}

/** `/v1/search`, {q: "a b", cluster: undefined} → `/v1/search?q=a+b`. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
