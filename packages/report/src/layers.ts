/** The block diagram of a network as SVG: boxes from input to output, as wide as the logarithm of their units. */
import type { LayerBox, Layers } from "./chart.ts";
import { type Markup, markup } from "./markup.ts";
import { FAINT_INK, INK, RULE, round, svgDocument, svgText } from "./svg.ts";
import { cutText, textWidth } from "./text-width.ts";

const BOX = 22;
const ARROW = 18;
const MARGIN = 4;
const GAP = 12;
const EMPHASIS = "#0072b2";

const grouped = (value: number) => value.toLocaleString("en-US");

/** `width` in CSS pixels. Names stand on the left, what a layer learns on its arrow's right, the sum below. */
export function drawLayers({ boxes }: Layers, width: number): string {
  const learnt = boxes.map(({ parameters }) => (parameters === undefined ? "" : `+ ${grouped(parameters)}`));
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => textWidth(text, 10)));
  const left = MARGIN + Math.min(0.4 * width, longest(boxes.map(({ name }) => name))) + GAP;
  const right = width - MARGIN - longest(learnt) - GAP;
  const [middle, room] = [(left + right) / 2, right - left];
  const widest = Math.max(...boxes.map(({ units }) => units), 2);
  const boxWidth = ({ units, note }: LayerBox) =>
    Math.max(textWidth(label(units, note), 10) + 12, (room * Math.log(units + 1)) / Math.log(widest + 1));

  const content = boxes.flatMap((box, at): Markup[] => {
    const top = MARGIN + at * (BOX + ARROW);
    const wide = Math.min(room, boxWidth(box));
    const [fill, ink] = box.emphasis === true ? [EMPHASIS, "#ffffff"] : ["#eef3f7", INK];
    return [
      ...(at === 0 ? [] : [arrow(middle, top - ARROW + 2, top - 2)]),
      ...(learnt[at] === ""
        ? []
        : [svgText(width - MARGIN, top - ARROW / 2, learnt[at]!, { anchor: "end", fill: FAINT_INK })]),
      markup`<rect x="${round(middle - wide / 2)}" y="${top}" width="${round(wide)}" height="${BOX}" rx="3" fill="${fill}" stroke="${box.emphasis === true ? EMPHASIS : RULE}"/>`,
      svgText(middle, top + BOX / 2, label(box.units, box.note), { anchor: "middle", fill: ink, weight: 600 }),
      svgText(MARGIN, top + BOX / 2, cutText(box.name, left - GAP - MARGIN, 10), { fill: INK }),
    ];
  });
  const bottom = MARGIN + boxes.length * (BOX + ARROW) - ARROW;
  const total = boxes.reduce((sum, { parameters }) => sum + (parameters ?? 0), 0);
  if (total === 0) return svgDocument(width, bottom + MARGIN, content);
  const sum = svgText(width - MARGIN, bottom + 13, `${grouped(total)} parameters`, { anchor: "end", weight: 600 });
  return svgDocument(width, bottom + 22, [...content, sum]);
}

function label(units: number, note?: string): string {
  return note === undefined ? grouped(units) : `${grouped(units)} · ${note}`;
}

function arrow(x: number, from: number, to: number): Markup {
  return markup`<path d="M${round(x)} ${from}V${to - 4}" stroke="${FAINT_INK}" fill="none"/><path d="M${round(x - 3)} ${to - 5}h6l-3 5z" fill="${FAINT_INK}"/>`;
}
