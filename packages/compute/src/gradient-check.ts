import { createForward, type ForwardSpec, type TensorValues } from "./forward-graph.ts";
import { gradients } from "./gradients.ts";
import type { Tape, Value } from "./tape.ts";
import type { StepValues } from "./training-graph.ts";

export interface GradientCase {
  readonly rows: number;
  /** Width of the inputs [rows, width]. */
  readonly inputs?: Readonly<Record<string, number>>;
  readonly tensors?: Readonly<Record<string, readonly number[]>>;
  /** A scalar. */
  loss(tape: Tape, values: StepValues): Value;
  /** Names whose gradients are compared. */
  readonly wanted: readonly string[];
}

/**
 * The largest difference between a gradient of the graph and central differences of fourth order (five-point stencil), as a
 * share of the largest gradient. f32 leaves about 1e-4 of noise.
 */
export async function gradientError(check: GradientCase, values: TensorValues): Promise<number> {
  const { rows, inputs = {}, tensors = {}, loss, wanted } = check;
  const spec: ForwardSpec = {
    name: "gradient-check",
    inputs: Object.entries(inputs).map(([name, width]) => ({ name, width })),
    tensors: Object.entries(tensors).map(([name, shape]) => ({ name, shape })),
    forward(tape, step) {
      const total = loss(tape, step);
      const of = wanted.map((name) => (name in inputs ? step.input(name) : step.tensor(name)));
      const slopes = gradients(tape, total, of).map((slope, at) => [`slope/${wanted[at]}`, slope!] as const);
      return { total, ...Object.fromEntries(slopes) };
    },
  };
  const forward = await createForward(spec, { threads: 1 });
  const run = (all: TensorValues) => forward.run(rows, all, all);
  const exact = await run(values);
  const h = 2 ** -6;
  let worst = 0;
  let largest = 0;
  for (const name of wanted) {
    const slope = exact[`slope/${name}`]!;
    if (slope.length !== values[name]!.length) return Number.POSITIVE_INFINITY;
    for (const [at, claimed] of slope.entries()) {
      const moved = async (steps: number) => {
        const copy = Float32Array.from(values[name]!);
        copy[at] = copy[at]! + steps * h;
        return (await run({ ...values, [name]: copy })).total![0]!;
      };
      const [a, b, c, d] = [await moved(1), await moved(-1), await moved(2), await moved(-2)];
      const measured = (8 * (a - b) - (c - d)) / (12 * h);
      worst = Math.max(worst, Math.abs(measured - claimed));
      largest = Math.max(largest, Math.abs(claimed), Math.abs(measured));
    }
  }
  await forward.close();
  return largest === 0 ? 0 : worst / largest;
}
