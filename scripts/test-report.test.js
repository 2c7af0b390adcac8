import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readTotals, totalsLine, totalsOf } from "./test-report.js";

/** @param {string} status @param {string[]} tests */
const file = (status, ...tests) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

it.each([
  { name: "all well", files: [file("passed", "passed", "passed")], line: "2 passed, 0 failed" },
  {
    name: "a failure",
    files: [file("failed", "passed", "failed"), file("passed", "passed")],
    line: "2 passed, 1 failed",
  },
  { name: "a file that didn't load", files: [file("failed"), file("passed", "passed")], line: "1 passed, 1 failed" },
  { name: "a hook that threw", files: [file("failed", "passed")], line: "1 passed, 1 failed" },
  {
    name: "skipped and to do",
    files: [file("passed", "passed", "skipped", "pending", "todo")],
    line: "1 passed, 0 failed, 3 skipped",
  },
  { name: "nothing", files: [], line: "0 passed, 0 failed" },
])("totals of $name", ({ files, line }) => {
  expect(totalsLine(totalsOf({ testResults: files }))).toBe(line);
});

it("counts a missing or cut report as a failure", () => {
  const folder = mkdtempSync(join(tmpdir(), "eddy-report-"));
  const report = join(folder, "report.json");
  expect(readTotals(report).failed).toBe(1);
  writeFileSync(report, '{"testResults":[');
  expect(readTotals(report).failed).toBe(1);
  writeFileSync(report, JSON.stringify({ testResults: [file("passed", "passed")] }));
  expect(readTotals(report)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  rmSync(folder, { recursive: true });
});
