import { truncateSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { locateModel } from "./locate-model.ts";
import { type ModelSource, SourceFault, type SourceName } from "./port.ts";

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "eddy-cache-"));
});
afterEach(() => rm(cacheDir, { recursive: true }));

/** A source that counts how often it is asked, and fails while `fault` is set. */
function fakeSource(name: SourceName, fault?: string): ModelSource & { fault: string | undefined; asked: number } {
  const source = {
    name,
    fault,
    asked: 0,
    async fetch({ folder }: { folder: string }) {
      source.asked += 1;
      await mkdir(join(folder, "onnx"), { recursive: true });
      await writeFile(join(folder, "tokenizer.json"), "{}");
      if (source.fault !== undefined) throw new SourceFault(source.fault);
      await writeFile(join(folder, "onnx/model.onnx"), `weights of ${name}`);
      return { weights: "onnx/model.onnx", files: ["tokenizer.json", "onnx/model.onnx"], origin: "here" };
    },
  };
  return source;
}
const locate = (sources: readonly ModelSource[], strict = false) =>
  locateModel({ model: "owner/name", dtype: "fp32", cacheDir, sources, strict });

it("fetches once, then takes the cache; the revision is that of the weights", async () => {
  const hub = fakeSource("hub");
  const first = await locate([hub]);
  expect(first.revision).toMatch(/^[0-9a-f]{12}$/);
  expect(first.folder).toBe(join(cacheDir, "models", "owner--name", `fp32-${first.revision}`));
  expect(await readFile(first.weights, "utf8")).toBe("weights of hub");
  expect(await locate([hub])).toEqual(first);
  expect(await locate([])).toEqual(first);
  expect(hub.asked).toBe(1);
});

it("goes to the next source, and says why none will do", async () => {
  const [hub, maven] = [fakeSource("hub", "not reachable"), fakeSource("maven", "no mvn")];
  const error = await locate([hub, maven]).catch((fault: unknown) => fault);
  expect(error).toMatchObject({ code: "MODEL_UNAVAILABLE" });
  const { message } = error as Error;
  for (const part of ["hub: not reachable", "maven: no mvn", "--embedder hash", cacheDir])
    expect(message).toContain(part);
  maven.fault = undefined;
  expect(await readFile((await locate([hub, maven])).weights, "utf8")).toBe("weights of maven");
});

it("takes what is cached from another source only when any will do", async () => {
  const [hub, maven] = [fakeSource("hub"), fakeSource("maven")];
  const fromHub = await locate([hub], true);
  expect(await locate([maven])).toEqual(fromHub);
  expect((await locate([maven], true)).revision).not.toBe(fromHub.revision);
});

it.each([
  ["cut", (file: string) => truncateSync(file, 3)],
  ["changed", (file: string) => writeFileSync(file, "weights of hug")],
])("fetches a %s file again, or names it", async (_, damage) => {
  const hub = fakeSource("hub");
  const { weights } = await locate([hub]);
  damage(weights);
  hub.fault = "not reachable";
  const error = await locate([hub]).catch((fault: unknown) => fault);
  expect(error).toMatchObject({ code: "MODEL_DAMAGED", message: expect.stringContaining(weights) });
  hub.fault = undefined;
  expect(await readFile((await locate([hub])).weights, "utf8")).toBe("weights of hub");
});

it("lets one of many fetch", async () => {
  const hub = fakeSource("hub");
  const all = await Promise.all(Array.from({ length: 4 }, () => locate([hub])));
  expect(new Set(all.map(({ weights }) => weights)).size).toBe(1);
  expect(hub.asked).toBe(1);
});

it("refuses the manifest of a newer version", async () => {
  const { folder } = await locate([fakeSource("hub")]);
  await writeFile(join(folder, "manifest.json"), '{"format":2}');
  await expect(locate([])).rejects.toMatchObject({ code: "FORMAT_UNKNOWN" });
});

it("says so when the cache can't be written", async () => {
  const file = join(cacheDir, "models");
  await writeFile(file, "not a folder");
  await expect(locate([fakeSource("hub")])).rejects.toMatchObject({ code: "HOME_NOT_WRITABLE" });
  expect(dirname(file)).toBe(cacheDir);
});
