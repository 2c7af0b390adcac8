import { type FieldNames, type FoundDocument, fieldNames, type Item } from "./item.ts";
import type { Line } from "./lines.ts";

/**
 * One JSON object a line; blank lines are passed over. With `fields`, the named fields are renamed to Eddy's names
 * (`{text: "body"}` takes `body` for the text); the rest stays as it is.
 */
export async function* readJsonl(
  lines: AsyncIterable<Line>,
  { file, fields = {} }: { readonly file: string; readonly fields?: FieldNames },
): AsyncGenerator<Item> {
  for await (const line of lines) {
    const at = { file, line: line.number };
    if ("fault" in line) yield { ok: false, ...at, reason: line.fault };
    else if (line.text.trim() !== "") {
      const found = parse(line.text, fields);
      yield "reason" in found
        ? { ok: false, ...at, reason: found.reason }
        : { ok: true, document: found.document, ...at };
    }
  }
}

function parse(text: string, fields: FieldNames): { document: FoundDocument } | { reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const hint = text.trimStart().startsWith("[") ? " (a JSON array? One object a line is wanted: jq -c '.[]')" : "";
    return { reason: `not valid JSON: ${shorten((error as Error).message)}${hint}` };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
    return { reason: `not a JSON object but ${kind}` };
  }
  return rename(value as FoundDocument, fields);
}

function rename(value: FoundDocument, fields: FieldNames): { document: FoundDocument } | { reason: string } {
  const wanted = fieldNames.filter((name) => fields[name] !== undefined && fields[name] !== name);
  const text = fields.text;
  if (text !== undefined && !Object.hasOwn(value, text)) {
    return { reason: `no field "${text}"; it has: ${shorten(Object.keys(value).join(", "))}` };
  }
  const document: Record<string, unknown> = { ...value };
  for (const name of wanted) delete document[fields[name]!];
  for (const name of wanted) if (Object.hasOwn(value, fields[name]!)) document[name] = value[fields[name]!];
  return { document };
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
