/**
 * What the best linear map to as many numbers as the code leaves of the counts. With μ and V from PCA on the train half, the
 * squared error of a row x is ‖x − μ‖² − ‖V(x − μ)‖², worked out from the row's few counts that are not 0.
 */
import { type Pca, pca } from "@eddy/projection/pca";
import type { SparseRows } from "@eddy/text/sparse-rows";
import { json, remember } from "../frame/remember.ts";
import type { Run } from "../frame/run.ts";
import { CODE } from "./network.ts";
import type { Reading } from "./readings.ts";

/** Mean squared errors a value, as the network's. */
export interface PlaneErrors {
  readonly train: number;
  readonly validation: number;
  /** Where every review is taken for the mean of the train half. */
  readonly meanAlone: number;
}

export function planeErrors(run: Run, { train, validation, title }: Reading): Promise<PlaneErrors> {
  const inputs = { train: train.key, validation: validation.key, rank: CODE };
  const step = `PCA to ${CODE} of the ${title}`;
  return remember(run, { what: "plane", inputs, step, codec: json<PlaneErrors>() }, async () => {
    const plane = pca(train.sparse, CODE);
    const point = { ...plane, components: new Float64Array(0) };
    return {
      train: planeError(train.sparse, plane),
      validation: planeError(validation.sparse, plane),
      meanAlone: planeError(validation.sparse, point),
    };
  });
}

/** The mean squared error a value of rows that are put onto a plane. */
export function planeError(rows: SparseRows, { components, mean }: Pick<Pca, "components" | "mean">): number {
  const { count, width, starts, columns, values } = rows;
  const rank = components.length / width;
  const shifts = Array.from({ length: rank }, (_, axis) => {
    let shift = 0;
    for (let column = 0; column < width; column++) shift += components[axis * width + column]! * mean[column]!;
    return shift;
  });
  const meanSquares = mean.reduce((sum, value) => sum + value * value, 0);
  let sum = 0;
  for (let row = 0; row < count; row++) {
    const cells = { from: starts[row]!, to: starts[row + 1]! };
    sum += meanSquares;
    for (let at = cells.from; at < cells.to; at++) sum += values[at]! * (values[at]! - 2 * mean[columns[at]!]!);
    for (let axis = 0; axis < rank; axis++) {
      let score = -shifts[axis]!;
      for (let at = cells.from; at < cells.to; at++) score += components[axis * width + columns[at]!]! * values[at]!;
      sum -= score * score;
    }
  }
  return sum / (count * width);
}
