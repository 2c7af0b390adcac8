import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockHome } from "./home-lock.ts";
import { isRunning, processStart } from "./process-identity.ts";

let parent: string;
let home: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "eddy-home-"));
  home = join(parent, "a", "b");
});
afterEach(() => rmSync(parent, { recursive: true }));

const lock = () => lockHome(home, "EDDY_HOME");
const owner = (change: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), started: processStart(process.pid), token: "t", ...change });

/** A process that has ended, and the start time that it had. */
async function deadProcess(): Promise<{ pid: number; started: string | undefined }> {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const pid = child.pid!;
  const started = processStart(pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  return { pid, started };
}

describe("lockHome", () => {
  it("makes the folder, keeps others out, and leaves nothing behind", () => {
    const held = lock();
    expect(lock).toThrow(expect.objectContaining({ code: "HOME_LOCKED" }));
    expect(lock).toThrow(new RegExp(`process ${process.pid} uses .*kill ${process.pid}.*EDDY_HOME`));
    expect(readdirSync(home)).toEqual(["eddy.lock"]);
    held.release();
    expect(readdirSync(home)).toEqual([]);
    lock().release();
  });

  it("takes over the lock of a killed process", async () => {
    const dead = await deadProcess();
    lock().release();
    writeFileSync(join(home, "eddy.lock"), owner(dead));
    lock().release();
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    ["whose pid now names another process", () => owner({ started: "earlier" })],
    ["that is damaged", () => "{"],
    ["that is empty", () => ""],
  ])("takes over a lock %s", (_, content) => {
    lock().release();
    writeFileSync(join(home, "eddy.lock"), content());
    lock();
    expect(JSON.parse(readFileSync(join(home, "eddy.lock"), "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("respects a lock of another host, and says what to do when that is gone", () => {
    lock().release();
    writeFileSync(join(home, "eddy.lock"), owner({ host: "elsewhere", pid: 1 }));
    expect(lock).toThrow(/process 1 on elsewhere uses .*if it is gone, remove .*eddy\.lock/);
  });

  it("does not remove a lock that is another's by now", () => {
    const held = lock();
    writeFileSync(join(home, "eddy.lock"), owner({ token: "another" }));
    held.release();
    expect(readdirSync(home)).toEqual(["eddy.lock"]);
  });

  it("says that a folder can't be made", () => {
    writeFileSync(join(parent, "a"), "a file");
    expect(lock).toThrow(expect.objectContaining({ code: "HOME_NOT_WRITABLE" }));
    expect(lock).toThrow(/ENOTDIR.*EDDY_HOME/);
  });
});

it("tells a living process from a dead one", async () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(processStart(process.pid)).toBe(processStart(process.pid));
  const dead = await deadProcess();
  expect(dead.started).not.toBe(processStart(process.pid));
  expect(isRunning(dead.pid)).toBe(false);
  expect(processStart(dead.pid)).toBeUndefined();
});
