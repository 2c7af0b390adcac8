import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { parseExact } from "../engine/exact-json.ts";
import { badFormat, Refusal } from "../engine/refusal.ts";
import { parseVectorJson } from "./vector-json.ts";

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

/** Below this size it does not pay to look for vectors. */
const LARGE = 16 * 1024;

/** JSON, whatever the content type says. */
export function parseBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw badFormat("invalid unicode code point");
  try {
    const found = body.length < LARGE ? undefined : parseVectorJson(body, parseExact);
    return found ?? parseExact(body.toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badFormat(error.message);
  }
}
