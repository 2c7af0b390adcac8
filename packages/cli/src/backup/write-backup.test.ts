import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { writeBackup, writeWhole } from "./write-backup.ts";

it("what fails at once leaves nothing behind, now or a moment later", async () => {
  const folder = mkdtempSync(join(tmpdir(), "eddy-backup-"));
  const { signal } = new AbortController();
  const fails = async () => {
    throw new Error("no source");
  };
  const broken = { [Symbol.asyncIterator]: (): AsyncIterator<Uint8Array> => ({ next: fails }) };
  const head = { what: "folder", created_at: "2026-01-01T00:00:00Z" } as unknown as Parameters<typeof writeBackup>[1];
  for (let n = 0; n < 200; n++) {
    const file = join(folder, `${n}.tar.gz`);
    await expect(writeWhole(file, signal, (write) => write(broken))).rejects.toThrow("no source");
    await expect(writeBackup(file, head, signal, fails)).rejects.toThrow("no source");
  }
  await setTimeout(20);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
