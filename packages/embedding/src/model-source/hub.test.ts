import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelProgress } from "../port.ts";
import { COMMIT, type FakeFile, type FakeHub, startFakeHub } from "./fake-hub.ts";
import { createHubSource, type HubOptions } from "./hub.ts";
import { SourceFault } from "./port.ts";

const weights = randomBytes(300_000);
const files: Readonly<Record<string, FakeFile>> = {
  "Xenova/m/tokenizer.json": { content: Buffer.from('{"model":{}}') },
  "Xenova/m/config.json": { content: Buffer.from("{}") },
  "Xenova/m/onnx/model_quantized.onnx": { content: weights, large: true },
};

let folder: string;
let hub: FakeHub;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddy-hub-"));
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

function source(options: Partial<HubOptions> = {}) {
  const limits = { stallMs: 5000, sleep: async () => {}, ...options.limits };
  return createHubSource({ endpoint: hub.endpoint, answerMs: 5000, ...options, limits });
}
const request = (more: object = {}) => ({ model: "Xenova/m", dtype: "int8" as const, folder, ...more });
const weightsPath = () => join(folder, "onnx", "model_quantized.onnx");
const bodies = () => hub.requests.filter((line) => line.startsWith("GET /store"));

describe("the hub", () => {
  it("brings the files of one commit, with progress", async () => {
    hub = await startFakeHub(files);
    const progress: ModelProgress[] = [];
    const fetched = await source().fetch(request({ onProgress: (step: ModelProgress) => progress.push(step) }));
    expect(fetched).toEqual({
      weights: "onnx/model_quantized.onnx",
      files: ["tokenizer.json", "config.json", "onnx/model_quantized.onnx"],
      origin: `Xenova/m@${COMMIT}`,
    });
    expect(weights.equals(await readFile(weightsPath()))).toBe(true);
    expect(progress.at(-1)).toEqual({
      source: "hub",
      file: "onnx/model_quantized.onnx",
      received: 300_000,
      total: 300_000,
    });
  });

  it("goes on where the connection was cut", async () => {
    hub = await startFakeHub(files);
    hub.cuts.push(100_000, 50_000);
    const onProgress = ({ received }: ModelProgress) => {
      if (received === 100_000 || received === 150_000) hub.cutHeld();
    };
    await source().fetch(request({ onProgress }));
    expect(weights.equals(await readFile(weightsPath()))).toBe(true);
    expect(bodies().map((line) => line.split(" ")[2])).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
  });

  it("goes on after the process was stopped, and does not fetch again what is whole", async () => {
    hub = await startFakeHub(files);
    await source().fetch(request());
    await rm(weightsPath());
    await writeFile(`${weightsPath()}.part`, weights.subarray(0, 250_000));
    await source().fetch(request());
    expect(weights.equals(await readFile(weightsPath()))).toBe(true);
    await source().fetch(request());
    expect(bodies()).toEqual([
      "GET /store/Xenova/m/onnx/model_quantized.onnx",
      "GET /store/Xenova/m/onnx/model_quantized.onnx bytes=250000-",
    ]);
  });

  it("refuses a file with a wrong checksum, and leaves nothing of it", async () => {
    const name = "Xenova/m/onnx/model_quantized.onnx";
    hub = await startFakeHub({ ...files, [name]: { ...files[name]!, sha256: "ab".repeat(32) } });
    await expect(source().fetch(request())).rejects.toThrow(/sha256 is [0-9a-f]{64} instead of (ab){32}/);
    expect([existsSync(weightsPath()), existsSync(`${weightsPath()}.part`)]).toEqual([false, false]);
  });

  it("tries again what may pass, and gives up in the end", async () => {
    hub = await startFakeHub(files);
    hub.statuses.push(503, 429);
    await source().fetch(request());
    expect(bodies()).toHaveLength(3);
    await rm(weightsPath());
    hub.cuts.push(...Array.from({ length: 20 }, () => 0));
    await expect(source({ limits: { attempts: 3 } }).fetch(request())).rejects.toThrow(SourceFault);
    expect(bodies()).toHaveLength(6);
  });

  it("says what is missing", async () => {
    hub = await startFakeHub(files);
    await expect(source().fetch(request({ model: "Xenova/other" }))).rejects.toThrow(
      /no Xenova\/other with a tokenizer/,
    );
    await expect(source().fetch(request({ dtype: "fp32" }))).rejects.toThrow(/no fp32 ONNX file.*onnx\/model.onnx/);
  });

  it("gives the token, and says when it is wanted", async () => {
    hub = await startFakeHub(files, "secret");
    const refused = await source()
      .fetch(request())
      .catch((error: Error) => error);
    expect((refused as Error).message).toMatch(/HTTP 401.*HF_TOKEN/);
    await expect(source({ token: "secret" }).fetch(request())).resolves.toMatchObject({
      weights: "onnx/model_quantized.onnx",
    });
  });

  it("waits no longer than it may", async () => {
    hub = await startFakeHub(files);
    hub.silent = true;
    await expect(source({ answerMs: 50 }).fetch(request())).rejects.toThrow(/can't be reached/);
  });

  it("stops when its signal says so", async () => {
    hub = await startFakeHub(files);
    const controller = new AbortController();
    const onProgress = ({ file }: ModelProgress) => file.endsWith(".onnx") && controller.abort(new Error("enough"));
    await expect(source().fetch(request({ onProgress, signal: controller.signal }))).rejects.toThrow();
    expect(existsSync(weightsPath())).toBe(false);
  });
});
