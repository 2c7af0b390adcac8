import { expect } from "vitest";
import type { Ended } from "./eddy-process.ts";

const STACK = /^\s+at .+:\d+/m;

/** A process that refused: its exit code, a line that says why, and no stack trace. */
export function expectRefusal({ code, stdout, stderr }: Ended, exitCode: number, line: RegExp): void {
  expect({ code, stderr }).toEqual({ code: exitCode, stderr: expect.stringMatching(line) });
  expectNoTrace(stdout + stderr);
}

export function expectNoTrace(output: string): void {
  expect(output).not.toMatch(STACK);
  expect(output).not.toContain("INTERNAL");
}
