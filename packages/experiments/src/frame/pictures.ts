import type { Picture } from "@eddy/report/report";
import type { Matrix } from "./matrix.ts";

/** A plane's points, coloured by what stands in `of` for each. */
export function planePicture(
  plane: Matrix,
  of: ArrayLike<string>,
  about: Pick<Picture, "name" | "title" | "caption" | "alt">,
): Picture {
  const groups = [...new Set(Array.from(of))].sort();
  const column = (at: number) => Float32Array.from({ length: plane.count }, (_, row) => plane.values[2 * row + at]!);
  return {
    kind: "picture",
    ...about,
    chart: {
      kind: "scatter",
      ...{ x: column(0), y: column(1), groups },
      group: Int32Array.from({ length: plane.count }, (_, row) => groups.indexOf(of[row]!)),
    },
  };
}
