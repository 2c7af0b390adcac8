/**
 * The totals of vitest's JSON report as one plain line, for people and for what reads the output of CI:
 * `node scripts/test-report.js REPORT`. Fails where a test failed, or where none passed.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed tests, and files that failed outside of a test (they didn't load, or a hook threw)
 * @property {number} skipped
 *
 * @typedef {object} FileReport
 * @property {string} status
 * @property {{ status: string }[]} assertionResults
 */

/**
 * @param {{ testResults: FileReport[] }} report
 * @returns {Totals}
 */
export function totalsOf({ testResults }) {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = tests.filter(({ status }) => status === "failed").length;
  const broken = testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  return { passed, failed: failed + broken, skipped: tests.length - passed - failed };
}

/** @param {Totals} totals */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * The totals of a report's file; one failure where there is none, because the tests did not get as far as to write it.
 *
 * @param {string} file
 * @returns {Totals}
 */
export function readTotals(file) {
  try {
    return totalsOf(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    console.error(`no test report: ${/** @type {Error} */ (error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const totals = readTotals(process.argv[2] ?? "");
  console.log(totalsLine(totals));
  process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}
