import { Refusal } from "../engine/refusal.ts";

const ORDERINGS = ["weak", "medium", "strong"];

/** The query parameters that routes take. */
export interface Parameters {
  /** undefined: not said. */
  readonly wait: boolean | undefined;
}

export function parseParameters(query: URLSearchParams): Parameters {
  const wrong = (why: string) => new Refusal(400, `Deserialize error in query parameters: ${why}`);
  const wait = query.get("wait");
  if (wait !== null && wait !== "true" && wait !== "false") throw wrong("provided string was not `true` or `false`");
  const ordering = query.get("ordering");
  if (ordering !== null && !ORDERINGS.includes(ordering)) {
    throw wrong(`unknown variant \`${ordering}\`, expected one of \`weak\`, \`medium\`, \`strong\``);
  }
  const timeout = query.get("timeout");
  if (timeout !== null) {
    if (!/^\d+$/.test(timeout)) throw wrong("invalid digit found in string");
    if (Number(timeout) < 1) {
      throw new Refusal(422, "Validation error in query parameters: [timeout: value 0 invalid, must be 1 or larger]");
    }
  }
  return { wait: wait === null ? undefined : wait === "true" };
}
