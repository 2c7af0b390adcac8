import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { badRequest } from "../engine/refusal.ts";

const BREAK = "\r\n";
const HEAD_LIMIT = 16 * 1024;

/** Streams the part `snapshot` of a `multipart/form-data` request (RFC 7578) into a file. It must be the first part. */
export async function receivePart(request: IncomingMessage, field: string, file: string): Promise<void> {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(
    request.headers["content-type"] ?? "",
  );
  if (!boundary) throw badRequest("Multipart error: Could not find Content-Type: multipart/form-data");
  // Opened first: a stream that opens it by itself may do so after it has failed, and after the file was removed.
  const handle = await open(file, "w");
  await pipeline(partOf(request, boundary[1] ?? boundary[2]!, field), handle.createWriteStream());
}

async function* partOf(body: AsyncIterable<Buffer>, boundary: string, field: string): AsyncGenerator<Buffer> {
  const start = Buffer.from(`--${boundary}${BREAK}`);
  const end = Buffer.from(`${BREAK}--${boundary}`);
  let rest: Buffer = Buffer.alloc(0);
  let state: "head" | "content" | "after" = "head";
  for await (const chunk of body) {
    // what follows the part is read to its end, so that the client gets its answer
    if (state === "after") continue;
    rest = Buffer.concat([rest, chunk]);
    if (state === "head") {
      const close = rest.indexOf(BREAK + BREAK);
      if (close < 0 && rest.length > HEAD_LIMIT) throw badRequest("Multipart error: the part has no head");
      if (close < 0) continue;
      const head = rest.subarray(0, close).toString();
      if (rest.indexOf(start) !== 0 || !new RegExp(`[; ]name="?${field}"?`, "i").test(head))
        throw badRequest(`Multipart error: Field '${field}' is required`);
      rest = rest.subarray(close + 2 * BREAK.length);
      state = "content";
    }
    const at = rest.indexOf(end);
    // the end may be cut by a chunk's
    const sure = at >= 0 ? at : Math.max(0, rest.length - end.length);
    yield rest.subarray(0, sure);
    rest = rest.subarray(sure);
    if (at >= 0) state = "after";
  }
  if (state !== "after") throw badRequest("Multipart error: Multipart stream is incomplete");
}
