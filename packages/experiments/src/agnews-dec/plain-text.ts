/** Lower-case, everything but a–z, 0–9 and space taken away. What stood on both sides of a line's end becomes one word. */
export const plainText = (text: string): string => text.toLowerCase().replace(/[^a-z0-9 ]/g, "");

/** Runs between white space. */
export const wordCount = (text: string): number => text.match(/\S+/g)?.length ?? 0;
