/** A line of a text, and its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** The lines that are not blank, in batches of at most so many lines or characters. */
export async function* lineBatches(
  chunks: AsyncIterable<string>,
  { lines: mostLines = 1_000, characters: mostCharacters = 500_000 } = {},
): AsyncGenerator<NumberedLine[]> {
  let number = 0;
  let rest = "";
  let batch: NumberedLine[] = [];
  let characters = 0;
  const take = (line: string) => {
    number += 1;
    const text = line.replace(/\r$/, "");
    if (text.trim() === "") return;
    batch.push({ number, text });
    characters += text.length;
  };
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      take(line);
      if (batch.length < mostLines && characters < mostCharacters) continue;
      yield batch;
      batch = [];
      characters = 0;
    }
  }
  if (rest !== "") take(rest);
  if (batch.length > 0) yield batch;
}
