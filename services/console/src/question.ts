import { embedderInput } from "@eddy/embedding/embedder-input";
import type { Embedder, TextKind } from "@eddy/embedding/port";
import { HttpFault } from "@eddy/runtime/http-fault";
import { clean } from "@eddy/text/clean";

/** The vector of a text that somebody gives, cleaned as documents are. Throws HttpFault EMPTY_TEXT where nothing is left. */
export async function embedQuestion(
  embedder: Embedder,
  given: { readonly text: string; readonly title?: string | undefined },
  kind: TextKind,
): Promise<Float32Array> {
  const title = clean(given.title ?? "");
  const text = clean(given.text);
  if (text === "" && title === "") throw new HttpFault("EMPTY_TEXT", "nothing is left of the text after cleaning");
  const input = embedderInput({ text: text === "" ? title : text, ...(title !== "" && { title }) });
  const [embedded] = await embedder.embed([input], { kind });
  return embedded!.vector;
}
