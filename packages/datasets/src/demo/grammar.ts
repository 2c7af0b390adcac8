import type { Random } from "@eddy/runtime/random";

/** What each slot can become. Choices hold slots in turn. */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** A list of words: `words("moon, comet")`. */
export const words = (list: string): readonly string[] => list.split(",").map((word) => word.trim());

/** A list this long drifts: at any moment only a part of it is in use, and the part moves. */
const driftingFrom = 8;
const inUse = 0.6;

/**
 * Fills the slots of a text, as deep as they go:
 * - `{name}`: a choice of the grammar's list of that name;
 * - `{name#1}`: the same, and the same again wherever it stands in this document;
 * - `{3-40}`, `{1.5-9.5}`: a number in the range, with the decimals of its first end;
 * - `{rose|fell}`: one of these words.
 *
 * A choice is not taken twice in a document where another can be had. `phase` (any number; 1 = once round) says where in the long lists the words in use lie.
 */
export function createWriter(grammar: Grammar, random: Random, phase: number): (text: string) => string {
  const remembered = new Map<string, string>();
  const used = new Set<string>();
  const draw = (list: readonly string[]) => {
    if (list.length < driftingFrom) return random.pick(list);
    const reach = random.next() * inUse + (phase - Math.floor(phase));
    return list[Math.floor(reach * list.length) % list.length]!;
  };
  const choose = (list: readonly string[]) => {
    let choice = draw(list);
    for (let again = 0; again < 4 && used.has(choice); again++) choice = draw(list);
    used.add(choice);
    return choice;
  };
  const number = (from: string, to: string) => {
    const decimals = from.split(".")[1]?.length ?? 0;
    const steps = Math.round((Number(to) - Number(from)) * 10 ** decimals);
    return (Number(from) + random.below(steps + 1) / 10 ** decimals).toFixed(decimals);
  };
  const fill = (slot: string): string => {
    const range = /^(\d[\d.]*)-(\d[\d.]*)$/.exec(slot);
    if (range) return number(range[1]!, range[2]!);
    if (slot.includes("|")) return random.pick(slot.split("|"));
    const known = remembered.get(slot);
    if (known !== undefined) return known;
    const [name = "", memory] = slot.split("#");
    const list = grammar[name];
    if (!list) throw new RangeError(`the grammar has no "${name}"`);
    const filled = write(choose(list));
    if (memory !== undefined) remembered.set(slot, filled);
    return filled;
  };
  const write = (text: string): string => text.replace(/\{([^{}]+)\}/g, (_, slot: string) => fill(slot));
  return (text) => polish(write(text));
}

/** Capitals at the beginnings of sentences, and `an` before a vowel. */
function polish(text: string): string {
  return text
    .replace(/\b([Aa]) (?=[aeiou](?!ni|ne\b|u|se))/g, "$1n ")
    .replace(/(^|[.!?]"? )("?[a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}
