import { linePath } from "./line-path.ts";

const WIDTH = 120;
const HEIGHT = 28;

/** A trend without axes; `label` says it in words. */
export function Sparkline({ values, colour, label }: { values: readonly number[]; colour: string; label: string }) {
  const line = linePath(values, WIDTH, HEIGHT);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}z`} fill={colour} opacity="0.16" />
      <path d={line} fill="none" stroke={colour} stroke-width="1.5" vector-effect="non-scaling-stroke" />
    </svg>
  );
}
