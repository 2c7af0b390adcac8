/** Backups of any bytes: all of it comes back, or nothing, with a code; nothing is written outside of the folder. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { backupHome } from "@eddy/cli/backup/backup-home";
import { restoreHome } from "@eddy/cli/backup/restore-home";
import fc from "fast-check";
import { packTar } from "modern-tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FUZZ_MS, fuzz, jsonText, nearly, orFault } from "./fuzz.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-fuzz-"));
const [home, out, given, target] = ["home", "eddy.tar.gz", "given.tar.gz", "target"].map((name) => join(dir, name)) as [
  string,
  string,
  string,
  string,
];
const signal = new AbortController().signal;
let packed: Buffer;
beforeAll(async () => {
  mkdirSync(join(home, "log"), { recursive: true });
  writeFileSync(join(home, "log", "log.mdb"), "the log".repeat(100));
  writeFileSync(join(home, "demo.json"), "{}");
  await backupHome({ home, out, version: "0.1.0", now: 1_764_000_000_000, signal });
  packed = readFileSync(out);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));

async function restore(bytes: Uint8Array): Promise<void> {
  writeFileSync(given, bytes);
  const outside = filesIn(dir).filter((path) => !path.startsWith(target));
  const restored = await orFault(["BACKUP_DAMAGED", "FORMAT_UNKNOWN"], () =>
    restoreHome({ file: given, home: target, signal }),
  );
  const there = existsSync(target) ? filesIn(target) : [];
  expect(filesIn(dir).filter((path) => !path.startsWith(target))).toEqual(outside);
  expect(there.length).toBe(restored?.files ?? 0);
  rmSync(target, { recursive: true, force: true });
}

test("a backup with bytes changed, as it lies there", () => fuzz(nearly(fc.constant(packed)), restore, 300), FUZZ_MS);

test(
  "one with bytes changed below its gzip, whose checksum fits again",
  () =>
    fuzz(
      nearly(fc.constant(gunzipSync(packed))).map((bytes) => gzipSync(bytes)),
      restore,
      300,
    ),
  FUZZ_MS,
);

test(
  "a tar of any names, kinds and contents",
  () => {
    const head = JSON.stringify({
      ...{ what: "backup of an Eddy folder", format: 1, eddy: "9.9.9", created_at: "2026-11-23T00:00:00.000Z" },
    });
    const name = fc.oneof(
      fc.constantFrom(
        "eddy-backup.json",
        "checksums.json",
        "home/a",
        "home/../b",
        "/etc/x",
        "home/a/../../../b",
        "home/",
      ),
      fc.constantFrom("home/eddy.lock", "home/eddy.restoring", "home/C:\\x", "home/a\u0000b", "../given.tar.gz"),
      fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 }),
    );
    const entry = fc.record({
      name,
      type: fc.constantFrom("file", "symlink", "link", "directory", "character-device", "fifo"),
      body: fc.oneof(fc.constant(head), jsonText, fc.string(), fc.constant("{}")),
    });
    return fuzz(
      fc.tuple(fc.boolean(), fc.array(entry, { maxLength: 4 })),
      async ([headed, entries]) => {
        const first = { name: "eddy-backup.json", type: "file" as const, body: head };
        const all = (headed ? [first, ...entries] : entries).map(({ name, type, body }) => {
          const plain = type === "file";
          const header = { name, type, size: plain ? Buffer.byteLength(body) : 0, linkname: "/etc/passwd" };
          return { header, body: plain ? body : "" };
        });
        let tar: Uint8Array;
        try {
          tar = await packTar(all as Parameters<typeof packTar>[0]);
        } catch {
          return; // the packer itself won't have such a name
        }
        await restore(gzipSync(tar));
      },
      300,
    );
  },
  FUZZ_MS,
);
