/**
 * The GPU's path without a GPU: the WebGPU provider of onnxruntime-node on SwiftShader, the Vulkan implementation on the CPU that
 * Debian's chromium brings. Slow, so the texts are short.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { realModel } from "@eddy/embedding/real-model";
import { expect, it } from "vitest";
import { testThatNeeds } from "../support/needs.ts";

const chromium = "/usr/lib/chromium";
const driver = join(chromium, "vk_swiftshader_icd.json");
const software = { LD_LIBRARY_PATH: chromium, VK_DRIVER_FILES: driver };
const none = { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" };
const source = process.env.CI ? "auto" : "cache";
const LIMIT_MS = 900_000;

const words = "The crew of the shuttle will dock with a station on Thursday".split(" ");
const texts = [
  "",
  "naïve café — Zürich",
  ...Array.from({ length: 24 }, (_, i) => words.slice(0, 1 + (i % 12)).join(" ")),
];

async function embedInProcess(environment: NodeJS.ProcessEnv) {
  const script = fileURLToPath(new URL("embed.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, "webgpu", "fp32", source], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  child.stdin.end(JSON.stringify(texts));
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { output, errors, code: code as number | null };
}

const onCpu = await realModel("fp32", { device: "cpu" });
const withSoftwareGpu = testThatNeeds("software GPU (Debian's chromium)", existsSync(driver));

(onCpu ? withSoftwareGpu : it.skip)(
  "webgpu gives the vectors of the CPU, fp32",
  async () => {
    const embedder = await onCpu!();
    const expected = await embedder.embed(texts);
    await embedder.close();
    const { output, errors, code } = await embedInProcess(software);
    expect(code, errors).toBe(0);
    const { device, vectors } = JSON.parse(output) as { device: string; vectors: number[][] };
    expect(device).toBe("webgpu");
    const cosines = vectors.map((vector, row) =>
      vector.reduce((sum, value, i) => sum + value * expected[row]!.vector[i]!, 0),
    );
    expect(cosines).toHaveLength(texts.length);
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.999);
  },
  LIMIT_MS,
);

it.skipIf(!onCpu)(
  "webgpu without a GPU ends the process, and says what to do (G9)",
  async () => {
    const { errors, code } = await embedInProcess(none);
    expect(code).not.toBe(0);
    expect(errors).toMatch(/device webgpu was asked for and is not there.*--device cpu.*DEVICE_UNAVAILABLE/s);
  },
  120_000,
);
