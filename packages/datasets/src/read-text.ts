import { brokenInput, collect } from "./bytes.ts";
import type { Item } from "./item.ts";
import { decodeUtf8, type Line, longestLineBytes } from "./lines.ts";

/** One document a line; blank lines are passed over. Ids are left to ingest. */
export async function* readTextLines(lines: AsyncIterable<Line>, { file }: { file: string }): AsyncGenerator<Item> {
  for await (const line of lines) {
    const at = { file, line: line.number };
    if ("fault" in line) yield { ok: false, ...at, reason: line.fault };
    else if (line.text.trim() !== "") yield { ok: true, document: { text: line.text }, ...at };
  }
}

/** One document from all the bytes, with the id that is given: publishing the file again replaces it. */
export async function readWholeText(
  bytes: AsyncIterable<Buffer>,
  { file, id }: { readonly file: string; readonly id?: string },
): Promise<Item> {
  const failed = (reason: string): Item => ({ ok: false, file, line: 1, reason });
  try {
    const all = await collect(bytes, longestLineBytes);
    if (!all) return failed(`longer than ${longestLineBytes} bytes`);
    const text = decodeUtf8(all, true);
    if (typeof text !== "string") return failed(text.fault);
    return { ok: true, document: { ...(id === undefined ? {} : { id }), text }, file, line: 1 };
  } catch (error) {
    const reason = brokenInput(error);
    if (reason === undefined) throw error;
    return failed(reason);
  }
}
