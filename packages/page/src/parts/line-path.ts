/** An SVG path through the values, from left to right: the largest near the top, 0 at the bottom. */
export function linePath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  return values
    .map(
      (value, at) =>
        `${at === 0 ? "M" : "L"}${(at * step).toFixed(1)} ${(height - 1 - (value / most) * (height - 2.5)).toFixed(1)}`,
    )
    .join("");
}
