import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { lockHome } from "@eddy/runtime/home-lock";
import { packTar } from "modern-tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupHome } from "./backup-home.ts";
import { restoreHome } from "./restore-home.ts";

let folder: string;
let home: string;
let out: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "eddy-backup-"));
  [home, out, target] = [join(folder, "home"), join(folder, "eddy.tar.gz"), join(folder, "target")];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Larger than any one chunk, and one that ends on a block of tar. */
const files = {
  "log/log.mdb": randomBytes(1_500_001),
  "qdrant/store.lmdb": randomBytes(1_024),
  "demo.json": Buffer.from("{}"),
  empty: Buffer.alloc(0),
};
const passing = ["log/log.mdb-lock", "qdrant/store.lmdb-lock", "qdrant/snapshots/a.snapshot", "half.part"];

function fill(): void {
  for (const [path, content] of Object.entries({
    ...files,
    ...Object.fromEntries(passing.map((path) => [path, "x"])),
  })) {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), content);
  }
}

const signal = new AbortController().signal;
const back = (more = {}) => backupHome({ home, out, version: "0.1.0", now: 1_764_000_000_000, signal, ...more });
const bring = (more = {}) => restoreHome({ file: out, home: target, signal, ...more });
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("eddy backup and restore", () => {
  it("bring back every byte, and leave locks and passing things out", async () => {
    fill();
    const made = await back();
    const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(made).toEqual({ files: 4, bytes, logBytes: 1_500_001, storeBytes: 1_024 });
    expect(filesIn(folder)).not.toContain("eddy.tar.gz.part");
    const { head, ...restored } = await bring();
    expect(restored).toEqual(made);
    expect(head).toMatchObject({ eddy: "0.1.0", created_at: "2025-11-24T16:00:00.000Z" });
    expect(filesIn(target)).toEqual(Object.keys(files).sort());
    for (const [path, content] of Object.entries(files))
      expect(readFileSync(join(target, path)).equals(content), path).toBe(true);
    lockHome(target, "EDDY_HOME").release();
  });

  it("write what tar can open", async () => {
    fill();
    await back();
    const { status, stdout } = spawnSync("tar", ["tzf", out], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout.split("\n").filter(Boolean).sort()).toEqual(
      ["checksums.json", "eddy-backup.json", ...Object.keys(files).map((path) => `home/${path}`)].sort(),
    );
  });

  it("refuse a folder that is used, and say that it must be stopped", async () => {
    fill();
    for (const locked of [home, join(home, "qdrant")]) {
      const lock = lockHome(locked, "EDDY_HOME");
      await expect(back()).rejects.toThrow(code("HOME_LOCKED"));
      await expect(back()).rejects.toThrow(/a backup is made of a stopped Eddy: process \d+ uses/);
      lock.release();
    }
    expect(readdirSync(folder)).toEqual(["home"]);
    await back();
    const lock = lockHome(target, "EDDY_HOME");
    await expect(bring()).rejects.toThrow(code("HOME_LOCKED"));
    lock.release();
  });

  it("refuse what can't be backed up, and where it can't be written", async () => {
    await expect(back()).rejects.toThrow(/there is no folder .*home: name it with --home/);
    mkdirSync(home);
    await expect(back()).rejects.toThrow(/is empty: there is nothing to back up/);
    fill();
    await expect(back({ out: join(home, "b") })).rejects.toThrow(/is inside .*: a backup belongs elsewhere/);
    await expect(back({ out: join(folder, "no", "b") })).rejects.toThrow(/can't write .*ENOENT/);
    await back();
    await expect(back()).rejects.toThrow(/is there already/);
  });

  it("restore into an empty folder only, and leave what is there alone", async () => {
    fill();
    await back();
    mkdirSync(target);
    writeFileSync(join(target, "mine"), "mine");
    await expect(bring()).rejects.toThrow(/is not empty/);
    expect(readdirSync(target)).toEqual(["mine"]);
  });

  it("begin again where a restore was killed, and let nobody else in before", async () => {
    fill();
    await back();
    mkdirSync(join(target, "log"), { recursive: true });
    writeFileSync(join(target, "eddy.restoring"), "");
    writeFileSync(join(target, "log", "log.mdb"), "half");
    writeFileSync(join(target, "left-over"), "");
    expect(() => lockHome(target, "EDDY_HOME")).toThrow(code("RESTORE_UNFINISHED"));
    expect(() => lockHome(target, "EDDY_HOME")).toThrow(/holds half of a backup: run `eddy restore` again/);
    await expect(back({ home: target, out: join(folder, "other") })).rejects.toThrow(code("RESTORE_UNFINISHED"));
    await bring();
    expect(filesIn(target)).toEqual(Object.keys(files).sort());
  });

  it("stop at a signal, with nothing half there", async () => {
    fill();
    const stopped = AbortSignal.abort(new Error("interrupted"));
    await expect(back({ signal: stopped })).rejects.toThrow("interrupted");
    expect(readdirSync(folder)).toEqual(["home"]);
    await back();
    await expect(bring({ signal: stopped })).rejects.toThrow("interrupted");
    expect(readdirSync(target)).toEqual([]);
  });

  const head = { what: "backup of an Eddy folder", format: 1, eddy: "9.9.9", created_at: "2026-11-23T00:00:00.000Z" };
  const entry = (name: string, body: string, type: "file" | "symlink" = "file") => ({
    header: { name, size: body.length, type, ...(type === "symlink" && { linkname: "/etc/passwd", size: 0 }) },
    body,
  });
  const tar = async (...entries: ReturnType<typeof entry>[]) => gzipSync(await packTar(entries));
  const whole = () => readFileSync(out);
  /** The content changed, with checksums of tar and gzip that fit. */
  const altered = () => {
    const bytes = gunzipSync(whole());
    const at = bytes.indexOf(files["log/log.mdb"].subarray(0, 32));
    bytes[at + 700_000]! ^= 1;
    return gzipSync(bytes);
  };
  const flipped = () => {
    const bytes = whole();
    bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  };

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ["an empty file", () => Buffer.alloc(0), "BACKUP_DAMAGED"],
    ["text", () => Buffer.from("not a backup at all"), "BACKUP_DAMAGED"],
    ["another gzip", () => gzipSync(Buffer.alloc(2_000, "x")), "BACKUP_DAMAGED"],
    ["another tar", () => tar(entry("a", "b")), "BACKUP_DAMAGED"],
    ["a head that is none", () => tar(entry("eddy-backup.json", "{}")), "BACKUP_DAMAGED"],
    ["half of it", () => whole().subarray(0, whole().length >> 1), "BACKUP_DAMAGED"],
    ["all but its last byte", () => whole().subarray(0, -1), "BACKUP_DAMAGED"],
    ["a bit that flipped", flipped, "BACKUP_DAMAGED"],
    ["content that was changed", altered, "BACKUP_DAMAGED"],
    ["a later format", () => tar(entry("eddy-backup.json", JSON.stringify({ ...head, format: 2 }))), "FORMAT_UNKNOWN"],
    [
      "no checksums",
      () => tar(entry("eddy-backup.json", JSON.stringify(head)), entry("home/a", "a")),
      "BACKUP_DAMAGED",
    ],
    ...["home/../../b", "home//b", "/etc/b", "b", "home/eddy.lock", "home/c:b"].map(
      (name): [string, () => Promise<Buffer>, string] => [
        `a file called ${name}`,
        () => tar(entry("eddy-backup.json", JSON.stringify(head)), entry(name, "a"), entry("checksums.json", "{}")),
        "BACKUP_DAMAGED",
      ],
    ),
    [
      "a link",
      () => tar(entry("eddy-backup.json", JSON.stringify(head)), entry("home/a", "", "symlink")),
      "BACKUP_DAMAGED",
    ],
    [
      "a file that the checksums don't name",
      () => tar(entry("eddy-backup.json", JSON.stringify(head)), entry("home/a", "a"), entry("checksums.json", "{}")),
      "BACKUP_DAMAGED",
    ],
  ])("refuse %s, and leave the folder empty", async (_, make, wanted) => {
    fill();
    await back();
    writeFileSync(out, await make());
    await expect(bring()).rejects.toThrow(code(wanted));
    expect(filesIn(folder).filter((path) => path.startsWith("target"))).toEqual([]);
  });

  it("say which Eddy can read a later format, and what is not there", async () => {
    writeFileSync(out, await tar(entry("eddy-backup.json", JSON.stringify({ ...head, format: 2 }))));
    await expect(bring()).rejects.toThrow(/has format 2, of Eddy 9\.9\.9; this version reads 1/);
    await expect(bring({ file: join(folder, "none") })).rejects.toThrow(/can't read .*none \(ENOENT\)/);
  });
});
