import type { IncomingMessage } from "node:http";
import { badFormat, Refusal } from "../engine/refusal.ts";

/** Qdrant's `service.max_request_size_mb`. */
export const BODY_LIMIT = 32 * 1024 * 1024;

/** The whole body. One that is too large is read to its end, not kept, so that the client gets the answer; after 8 limits it is cut off. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 8 * BODY_LIMIT) break;
  }
  if (size > BODY_LIMIT) {
    throw new Refusal(400, `JSON payload (${size} bytes) is larger than allowed (limit: ${BODY_LIMIT} bytes).`);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** JSON, whatever the content type says. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) throw badFormat("EOF while parsing a value at line 1 column 0");
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw badFormat("invalid unicode code point");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badFormat(error instanceof Error ? error.message : "invalid JSON");
  }
}
