import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { createSession } from "./session.ts";

const home = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
const cuda = join(home, "bin", "napi-v6", process.platform, process.arch, "libonnxruntime_providers_cuda.so");

it.skipIf(existsSync(cuda))("refuses to go on without a GPU that was asked for, and says what to do (G9)", async () => {
  await expect(createSession({ file: "any.onnx", device: "cuda", threads: 1 })).rejects.toMatchObject({
    code: "DEVICE_UNAVAILABLE",
    message: expect.stringMatching(/cuda was asked for and is not there.*--device cpu/),
  });
});
