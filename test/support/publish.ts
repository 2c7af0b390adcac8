import { createRandom, type Random } from "@eddy/runtime/random";
import { randomText } from "./random-text.ts";

export interface Sent {
  readonly status: number;
  readonly body: {
    readonly accepted?: number;
    readonly ids?: readonly string[];
    readonly error?: { code: string; message: string };
  };
  readonly retryAfter: string | null;
}

/** Sends documents as JSON lines; any answer is returned. */
export async function send(api: string, documents: readonly object[]): Promise<Sent> {
  const answer = await fetch(`${api}/v1/documents`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: documents.map((document) => `${JSON.stringify(document)}\n`).join(""),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Sent["body"],
    retryAfter: answer.headers.get("retry-after"),
  };
}

export function randomDocuments(prefix: string, count: number, random: Random = createRandom(1)): object[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${prefix}-${n}`,
    text: randomText(random),
    source: n % 2 === 0 ? "wire" : "web",
    published_at: new Date().toISOString(),
  }));
}

/** Sends documents that must all be accepted. */
export async function publish(api: string, documents: readonly object[]): Promise<void> {
  const { status, body } = await send(api, documents);
  if (status !== 202 || body.accepted !== documents.length) throw new Error(`${status} ${JSON.stringify(body)}`);
}
