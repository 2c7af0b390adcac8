/** What is embedded of a document: its title goes before the text, unless the text begins with it already. Both are clean. */
export function embedderInput({ title, text }: { readonly title?: string; readonly text: string }): string {
  return title === undefined || text.startsWith(title) ? text : `${title}\n${text}`;
}
