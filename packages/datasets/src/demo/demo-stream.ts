import { createRandom } from "@eddy/runtime/random";
import { createWriter } from "./grammar.ts";
import { popularity } from "./popularity.ts";
import { common, type Theme } from "./theme.ts";
import { themes } from "./themes.ts";

export interface DemoDocument {
  /** `demo-<seed>-<n>` */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly source: string;
  /** The theme. */
  readonly label: string;
  /** RFC 3339, by the caller's clock. */
  readonly published_at: string;
}

/** Documents in which the words in use move once through each list of a theme's vocabulary. */
const vocabularyTurn = 15_000;

/**
 * The document at place n (0, 1, 2 …) of the demo stream: short news and notes on a dozen themes, put together by grammars. A pure
 * function of seed and place, so that a stream can go on where it was. It drifts: themes wax and wane, one appears
 * late, one fades and comes back (`popularity`), and each theme's vocabulary moves.
 */
export function demoDocument(seed: number, n: number): Omit<DemoDocument, "published_at"> {
  const random = createRandom(seed, n);
  const theme = pickTheme(seed, n, random.next());
  const phase = n / vocabularyTurn + createRandom(seed).next();
  const write = createWriter({ ...common, ...theme.grammar }, random, phase);
  const title = write(random.pick(theme.grammar.title!));
  const text = write(random.pick(common.body!));
  return { id: `demo-${seed}-${n}`, title, text, source: random.pick(theme.sources), label: theme.label };
}

/** The stream from place `startAt` on, without end. */
export function* createDemoStream(options: {
  readonly seed: number;
  readonly startAt?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): Generator<DemoDocument, never> {
  for (let n = options.startAt ?? 0; ; n++) {
    yield { ...demoDocument(options.seed, n), published_at: new Date(options.now()).toISOString() };
  }
}

function pickTheme(seed: number, n: number, draw: number): Theme {
  const weights = themes.map(({ label }, index) => popularity(label, index, seed, n));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return themes[at]!;
}
