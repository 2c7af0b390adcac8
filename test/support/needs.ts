import { spawnSync } from "node:child_process";
import { test } from "vitest";

/** A test of a part that not every machine has: skipped aloud on a laptop, failing in CI where it can't run. */
export function testThatNeeds(what: string, isThere: boolean): typeof test | typeof test.skip {
  if (isThere || process.env.CI) return test;
  console.warn(`skipped, because there is no ${what} here`);
  return test.skip;
}

export function canRun(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 30_000 }).status === 0;
}
