import { decodeHTMLStrict } from "entities";
import { stripTags } from "./html.ts";

/**
 * What ingest does to every text. Total, idempotent (`clean(clean(x)) === clean(x)`), and linear in the length:
 *
 * 1. Entities are decoded (`&eacute;` with its semicolon, `&#8217;`, Windows-1252 numbers such as `&#146;` as browsers do),
 *    also those that lost their ampersand to a space, as in AG News: `Oracle #39;s`, `a  quot;hit quot;`, `AT amp;T`.
 * 2. HTML tags go; blocks and `<br>` become line breaks; scripts and styles go with what is in them (`stripTags`).
 * 3. Control characters, NUL, soft hyphens and zero-width spaces go; C1 controls are read as Windows-1252; a lone surrogate
 *    becomes U+FFFD; runs of more than 30 combining marks are cut (UAX #15, stream-safe); then Unicode NFC.
 * 4. White space folds to one space, or to one line break where it held one; none at the ends.
 *
 * Text that was escaped twice (`&amp;lt;b&amp;gt;`) is decoded until nothing changes. After `deepestEscape` rounds, which
 * only hostile text reaches, the characters that markup is made of become spaces.
 */
export function clean(text: string): string {
  let current = repair(text); // not yet folded: in AG News one space stands for a lost `&`, two for a space and a lost `&`
  for (let round = 0; round < deepestEscape; round++) {
    const next = fold(repair(stripTags(decodeEntities(current))));
    if (next === current) return current;
    current = next;
  }
  return fold(current.replace(/[<&;]/g, " "));
}

const deepestEscape = 8;

/** A space and an entity without its `&`: only codes of punctuation and accented letters, and the commonest names. */
const bareEntity =
  /(?:^|[ \n])(#0?(?:3[4689]|6[02]|1[2-9]\d|2[0-4]\d|25[0-5]|8[2-4]\d\d)|quot|amp|lt|gt|nbsp|apos|hellip|[lr][sd]quo|[mn]dash);/g;

function decodeEntities(text: string): string {
  if (!text.includes(";")) return text;
  return decodeHTMLStrict(text.replace(bareEntity, (_, name: string) => decodeHTMLStrict(`&${name};`)));
}

/** Controls but for white space, soft hyphen, zero-width space, word joiner, byte-order mark. */
const invisible = /(?!\s)\p{Cc}|[\u00ad\u200b\u2060\ufeff]/gu;

function repair(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/[\u0080-\u009f]/g, (c) => decodeHTMLStrict(`&#${c.charCodeAt(0)};`))
    .replace(invisible, "")
    .replace(/(\p{M}{30})\p{M}+/gu, "$1")
    .normalize("NFC");
}

function fold(text: string): string {
  return text.replace(/\s+/g, (run) => (/[\n\r\u2028\u2029]/.test(run) ? "\n" : " ")).trim();
}
