import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SourceFault } from "./port.ts";

export interface Download {
  readonly url: string;
  /** Where the file goes. What has come so far is kept beside it as `<path>.part`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes; checked where known. */
  readonly size?: number;
  /** In hexadecimal; checked where known. */
  readonly sha256?: string;
  /** Called as bytes arrive, with all that is there. */
  readonly onProgress?: (received: number) => void;
  readonly signal?: AbortSignal;
}

export interface DownloadLimits {
  /** Longest wait for the next bytes, in milliseconds. */
  readonly stallMs: number;
  /** Tries without a single new byte before giving up. */
  readonly attempts: number;
  /** Before a new try. */
  readonly sleep: (failures: number) => Promise<void>;
}

/**
 * Brings one file, going on where an earlier try was cut off (Range). The file appears under its name only when its size
 * and checksum are right. Throws SourceFault.
 */
export async function download(file: Download, limits: DownloadLimits): Promise<void> {
  if (await isComplete(file)) return;
  const part = `${file.path}.part`;
  await mkdir(dirname(file.path), { recursive: true });
  for (let failures = 0; ; ) {
    const before = await sizeOf(part);
    try {
      await transfer(file, part, before, limits.stallMs);
      break;
    } catch (error) {
      if (file.signal?.aborted || error instanceof SourceFault || isDiskFault(error)) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= limits.attempts) throw new SourceFault(`${file.url}: ${reasonOf(error)}`, { cause: error });
      await limits.sleep(failures);
    }
  }
  await check(file, part);
  await rename(part, file.path);
}

/** Only a checksum can tell that what is there is this file. */
async function isComplete({ path, size, sha256 }: Download): Promise<boolean> {
  return sha256 !== undefined && size === (await sizeOf(path)) && sha256 === (await sha256Of(path));
}

/** The folder can't be written: no other try, and no other source, will mend it. */
export function isDiskFault(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM"].includes(code ?? "") && syscall !== "connect";
}

/** What is wrong, in one line: Node's fetch hides it in the cause. */
export function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  if (cause instanceof Error) return cause.message;
  return error instanceof Error ? error.message : String(error);
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function transfer(file: Download, part: string, have: number, stallMs: number): Promise<void> {
  if (file.size !== undefined && have >= file.size) return;
  const stall = createStallTimer(stallMs);
  const signal = file.signal ? AbortSignal.any([file.signal, stall.signal]) : stall.signal;
  try {
    const response = await fetch(file.url, {
      headers: { ...file.headers, "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) },
      signal,
    });
    // 416: all of it is there already. 200 to a Range: the server starts over.
    if (response.status === 416) return;
    if (response.status !== 200 && response.status !== 206) throw statusFault(file.url, response.status);
    let received = response.status === 206 ? have : 0;
    const handle = await open(part, response.status === 206 ? "a" : "w");
    try {
      for await (const chunk of response.body ?? []) {
        stall.reset();
        await handle.write(chunk);
        received += chunk.length;
        file.onProgress?.(received);
      }
    } finally {
      await handle.close();
    }
    if (file.size !== undefined && received < file.size)
      throw new Error(`cut off at ${received} of ${file.size} bytes`);
  } finally {
    stall.stop();
  }
}

/** A status that another try may mend is an Error; one that it can't is a SourceFault. */
function statusFault(url: string, status: number): Error {
  const passing = status === 408 || status === 429 || status >= 500;
  return passing ? new Error(`HTTP ${status}`) : new SourceFault(`${url}: HTTP ${status}`);
}

async function check({ url, size, sha256 }: Download, part: string): Promise<void> {
  const fault = async (what: string) => {
    await rm(part, { force: true });
    return new SourceFault(`${url}: ${what}`);
  };
  const found = await sizeOf(part);
  if (size !== undefined && found !== size) throw await fault(`${found} bytes instead of ${size}`);
  const digest = sha256 === undefined ? undefined : await sha256Of(part);
  if (digest !== sha256) throw await fault(`its sha256 is ${digest} instead of ${sha256}`);
}

function createStallTimer(stallMs: number) {
  const controller = new AbortController();
  const start = () =>
    setTimeout(() => controller.abort(new Error(`no answer within ${Math.round(stallMs / 1000)} s`)), stallMs);
  let timer = start();
  return {
    signal: controller.signal,
    reset() {
      clearTimeout(timer);
      timer = start();
    },
    stop: () => clearTimeout(timer),
  };
}
