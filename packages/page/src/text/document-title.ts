const LONGEST = 90;

/** What a document is called in a list: its title, else the beginning of its text, else its id. */
export function documentTitle(document: { document_id: string; title?: string; text?: string }): string {
  const text = document.title || document.text || document.document_id;
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1).trimEnd()}…` : line;
}
