/** What is sent does not decide how much memory is taken: each reader is given 384 MiB, and grows by less than 256. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const child = fileURLToPath(new URL("./memory-child.mjs", import.meta.url));
const run = (...args: readonly string[]) =>
  JSON.parse(execFileSync(process.execPath, [child, ...args], { encoding: "utf8", timeout: 170_000 })) as unknown;

const SENT = 384 * 2 ** 20;
const MOST = 256 * 2 ** 20;

test.each(run() as string[])(
  "%s",
  (name) => {
    const { grown, outcome } = run(name, String(SENT)) as { grown: number; outcome: string };
    console.log(`${name}: ${Math.round(grown / 2 ** 20)} MiB; ${outcome}`);
    expect(grown, outcome).toBeLessThan(MOST);
    // It was read, and refused where it is too large.
    expect(outcome).toMatch(/unreadable|^4\d\d |^202 |cut/);
  },
  180_000,
);
