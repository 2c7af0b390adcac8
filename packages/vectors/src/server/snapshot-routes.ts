import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { Engine } from "../engine/engine.ts";
import { badFormat, badRequest, Refusal, wrongInput } from "../engine/refusal.ts";
import { sha256Of } from "../engine/snapshot-file.ts";
import { receivePart } from "./multipart.ts";
import { ACCEPTED, type Call, type Route, read, sendFile, write } from "./route.ts";

const C = "/collections/:name/snapshots";
const DOWNLOAD_MS = 30 * 60_000;

/** The answer once it is done; with `wait=false` at once, and a fault is told to the server only. */
async function waited<T>({ parameters, onFault }: Call, work: Promise<T>): Promise<T | typeof ACCEPTED> {
  if (parameters.wait !== false) return work;
  work.catch(onFault);
  return ACCEPTED;
}

export const snapshotRoutes: readonly Route[] = [
  read("GET", C, ({ engine, name }) => engine.snapshots.list(engine.collection(name).name)),
  write("POST", C, async (call) => waited(call, call.engine.createSnapshot(call.name))),
  read("GET", `${C}/:id`, ({ engine, name, id }) => sendFile(engine.snapshots.path(engine.collection(name).name, id))),
  write("DELETE", `${C}/:id`, async (call) =>
    waited(call, remove(call.engine, call.engine.collection(call.name).name, call.id)),
  ),
  write("PUT", `${C}/recover`, async (call) => waited(call, recover(call))),
  { ...write("POST", `${C}/upload`, upload), streams: true },

  read("GET", "/snapshots", ({ engine }) => engine.snapshots.list()),
  write("POST", "/snapshots", async (call) => waited(call, call.engine.createFullSnapshot())),
  read("GET", "/snapshots/:id", ({ engine, id }) => sendFile(engine.snapshots.path(undefined, id))),
  write("DELETE", "/snapshots/:id", async (call) => waited(call, remove(call.engine, undefined, call.id))),
];

async function remove(engine: Engine, collection: string | undefined, name: string): Promise<true> {
  await engine.snapshots.remove(collection, name);
  return true;
}

/** `{location, checksum?, api_key?}`; of several copies there is but one, so `priority` decides nothing. */
async function recover({ engine, name, body }: Call): Promise<true> {
  const { location, checksum, api_key } = body();
  if (typeof location !== "string") throw badFormat("missing field `location`");
  if (!URL.canParse(location)) throw badFormat("relative URL without a base");
  const url = new URL(location);
  if (url.protocol === "file:") {
    await recoverFrom(engine, name, await engine.snapshots.pathOfUrl(url, fileURLToPath), checksum);
    return true;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw badRequest(`URL ${location} with scheme ${url.protocol.slice(0, -1)} is not supported`);
  const file = await engine.snapshots.scratch(randomUUID());
  try {
    await download(url, typeof api_key === "string" ? api_key : undefined, file);
    await recoverFrom(engine, name, file, checksum);
  } finally {
    await rm(file, { force: true });
  }
  return true;
}

async function download(url: URL, apiKey: string | undefined, file: string): Promise<void> {
  const failed = (why: string) => badRequest(`Failed to download snapshot from ${url}: ${why}`);
  const headers = apiKey === undefined ? undefined : { "api-key": apiKey };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(DOWNLOAD_MS) }).catch((error: Error) => {
    throw failed(error.cause instanceof Error ? error.cause.message : error.message);
  });
  if (!response.ok || !response.body) throw failed(`status - ${response.status}`);
  const handle = await open(file, "w");
  await pipeline(Readable.fromWeb(response.body), handle.createWriteStream());
}

async function upload(call: Call): Promise<true | typeof ACCEPTED> {
  const { engine, name, request, query } = call;
  const file = await engine.snapshots.scratch(randomUUID());
  const received = receivePart(request, "snapshot", file);
  await received.catch(async (error) => {
    await rm(file, { force: true });
    throw error;
  });
  const recovered = recoverFrom(engine, name, file, query.get("checksum")).finally(() => rm(file, { force: true }));
  return waited(
    call,
    recovered.then(() => true as const),
  );
}

async function recoverFrom(engine: Engine, name: string, file: string, checksum: unknown): Promise<void> {
  if (typeof checksum === "string") {
    if (!/^[0-9a-f]{64}$/i.test(checksum))
      throw new Refusal(422, "Validation error in JSON body: [checksum: Invalid SHA256 hash]");
    const found = await sha256Of(file);
    if (found !== checksum.toLowerCase())
      throw wrongInput(`Snapshot checksum mismatch: expected ${checksum}, got ${found}`);
  }
  await engine.recoverSnapshot(name, file);
}
