/** The beginning of a text: at most `characters` UTF-16 units, the last one `…` where it was cut; never half a pair. */
export function excerpt(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const cut = text.slice(0, characters - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
