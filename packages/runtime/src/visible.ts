/**
 * Signs that could steer a terminal (controls, C1 among them, but for line ends and tabs), and those that make text read otherwise than it
 * stands there (directions, line separators).
 */
const signs = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text of strangers that is safe on a terminal: such signs as `\u001b`. JSON stays the same JSON. */
export function visible(text: string): string {
  return text.replace(signs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
