import { add } from "./ops/arithmetic.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * Reverse-mode differentiation: records behind `loss` the operators of its gradients (S. Linnainmaa, "Taylor expansion of
 * the accumulated rounding error", BIT 16, 1976).
 *
 * @param loss a scalar
 * @returns the gradient for each value of `wanted`, in its shape; undefined where `loss` does not depend on it
 */
export function gradients(tape: Tape, loss: Value, wanted: readonly Value[]): readonly (Value | undefined)[] {
  if (loss.shape.length > 0) throw new RangeError(`a loss is a scalar, not [${loss.shape.join(", ")}]`);
  const forward = [...tape.operators];
  const depends = new Set(wanted.map(({ name }) => name));
  for (const { inputs, output } of forward) {
    if (inputs.some(({ name }) => depends.has(name))) depends.add(output.name);
  }
  const found = new Map<string, Value>([[loss.name, tape.constant(1)]]);
  for (const { inputs, output, backward } of forward.toReversed()) {
    const gradient = found.get(output.name);
    if (!gradient || !backward || !depends.has(output.name)) continue;
    for (const [at, part] of backward(gradient, output).entries()) {
      const { name } = inputs[at]!;
      if (!part || !depends.has(name)) continue;
      const before = found.get(name);
      found.set(name, before ? add(tape, before, part) : part);
    }
  }
  return wanted.map(({ name }) => found.get(name));
}
