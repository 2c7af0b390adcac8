import { errorCodes, FatalError, rejectCodes } from "@eddy/contracts/errors";
import { requestCodes } from "@eddy/contracts/request-codes";
import { exitCodes, exitReasonOf } from "@eddy/runtime/exit-code";
import { code, page, table } from "./markdown.js";

/** @typedef {keyof typeof errorCodes} ErrorCode */

export function errorReference() {
  const exits = table(
    ["code", "name", "meaning"],
    Object.entries(exitCodes).map(([name, { code: number, meaning }]) => [String(number), name, meaning]),
  );
  const errors = table(
    ["code", "meaning", "exit code"],
    Object.entries(errorCodes).map(([name, meaning]) => {
      const reason = exitReasonOf(new FatalError(/** @type {ErrorCode} */ (name), meaning));
      return [code(name), meaning, String(exitCodes[reason].code)];
    }),
  );
  const rejects = table(
    ["code", "meaning"],
    Object.entries(rejectCodes).map(([name, meaning]) => [code(name), meaning]),
  );
  const requests = table(
    ["code", "status"],
    Object.entries(requestCodes)
      .sort(([, a], [, b]) => a - b)
      .map(([name, status]) => [code(name), String(status)]),
  );
  return page(
    "Codes",
    "All codes come from closed lists. An error is told in one sentence that says what to do, without a stack trace (`LOG_LEVEL=debug` adds it).",
    `## Exit codes\n\n${exits}\n\n\`eddy publish\` ends with 130 where it was interrupted.`,
    `## Errors\n\nA retryable error is tried again with a growing delay; a fatal one stops the process with the exit code beside it.\n\n${errors}`,
    `## Rejects\n\nWhy a document was refused: in the answer of the HTTP API, in the summary of \`eddy publish\`, and at the beginning of the dead letter's header \`__connect.errors.exception.message\`.\n\n${rejects}`,
    `## HTTP\n\nAn answer that is an error is \`{"error": {"code", "message", …}}\`. The code is one of these, or a reject's (400, 413 or 422), or an error's (503 where it may pass, 507 for a full disk, else 500).\n\n${requests}`,
  );
}
