/**
 * `eddy reproduce` from the command line, on the real data with the real model: small samples, every step. The figures can't be
 * compared with anything; that all is there and hangs together can.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedFolder } from "@eddy/datasets/public/shared-data";
import type { ReportJson } from "@eddy/report/to-json";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const eddy = fileURLToPath(new URL("../../packages/cli/bin/eddy.js", import.meta.url));
const names = ["newsgroups", "agnews-encoder", "imdb-n2d", "agnews-dec"];
const LIMIT_MS = 480_000;

function run(args: readonly string[], interruptAt?: RegExp) {
  const child = spawn(process.execPath, [eddy, "reproduce", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  let interrupted = false;
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => {
    err += chunk;
    if (interrupted || !interruptAt?.test(err)) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  return new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, out, err })),
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddy-reproduce-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!sharedFolder(process.env))("eddy reproduce", () => {
  let reports: ReportJson[];

  it("runs all four on small samples", { timeout: LIMIT_MS }, async () => {
    const { code, out, err } = await run(["all", "--quick", "--seeds", "2", "--fresh", "--json", "--out", folder]);
    expect(code, `${err}\n${out.slice(-2_000)}`).toBe(0);
    reports = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(reports.map(({ experiment }) => experiment)).toEqual(names);
  });

  it.each(names)("%s has a page, JSON and pictures, without a hole in them", async (name) => {
    const page = await readFile(join(folder, `${name}.html`), "utf8");
    expect(page).toMatch(/<\/html>\s*$/);
    expect(page).not.toMatch(/\bNaN\b|\bundefined\b|\[object/);
    const kept = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(reports.find(({ experiment }) => experiment === name));
    expect((await readdir(join(folder, name))).filter((file) => file.endsWith(".png")).length).toBeGreaterThan(1);
  });

  it("judges nothing by a small sample", () => {
    for (const { goals } of reports) {
      expect(goals.length).toBeGreaterThan(0);
      expect(goals.every(({ met }) => met === null)).toBe(true);
    }
  });

  it("stops at Ctrl-C and says how to go on", { timeout: 60_000 }, async () => {
    const { code, err } = await run(["newsgroups", "--fresh", "--out", folder], /on two cores/);
    expect(code).toBe(130);
    expect(err).toMatch(/interrupted: run it again to go on\n$/);
  });
});

describe("eddy reproduce, wrongly asked", () => {
  it("a name that is none", async () => {
    const { code, err } = await run(["newsgroup"]);
    expect([code, err]).toEqual([2, expect.stringContaining('no experiment "newsgroup"; did you mean newsgroups?')]);
  });

  it("a folder without the data", async () => {
    const { code, err } = await run(["imdb-n2d", "--data", folder]);
    expect([code, err]).toEqual([2, expect.stringMatching(/imdb\.jsonl\.gz is not there/)]);
    expect(err).not.toContain("    at ");
  });
});
