import type { Affinities } from "./affinities.ts";
import { createRepulsion } from "./repulsion.ts";

/** Where a map goes downhill from, and how. */
export interface Descent {
  /** One step of gradient descent; p is multiplied by `exaggeration`. */
  step(options: { readonly exaggeration: number; readonly momentum: number; readonly learningRate: number }): void;
  /** Forgets momentum and gains. */
  rest(): void;
  /** Kullback and Leibler's divergence of the map from the affinities, in nats. */
  divergence(): number;
}

const leastGain = 0.01;

/**
 * t-SNE's gradient descent with momentum and a gain for each coordinate (Jacobs 1988), as scikit-learn's.
 * @param positions x, y of each point; changed in place
 */
export function createDescent(affinities: Affinities, positions: Float64Array): Descent {
  const velocity = new Float64Array(positions.length);
  const gains = new Float64Array(positions.length).fill(1);
  const gradient = createGradient(affinities);
  const slope = new Float64Array(positions.length);
  return {
    step({ exaggeration, momentum, learningRate }) {
      gradient(positions, exaggeration, slope);
      for (let i = 0; i < positions.length; i++) {
        const g = slope[i]!;
        const v = velocity[i]!;
        const gain = Math.max(v * g < 0 ? gains[i]! + 0.2 : gains[i]! * 0.8, leastGain);
        gains[i] = gain;
        velocity[i] = momentum * v - learningRate * gain * g;
        positions[i] = positions[i]! + velocity[i]!;
      }
    },
    rest() {
      velocity.fill(0);
      gains.fill(1);
    },
    divergence: () => divergence(affinities, positions),
  };
}

/** Writes 4·Σ_j (a·p_ij − q_ij)·(y_i − y_j) / (1 + ‖y_i − y_j‖²) of each point. */
export function createGradient(affinities: Affinities) {
  const repulsion = createRepulsion();
  return (positions: Float64Array, exaggeration: number, out: Float64Array): void => {
    const z = repulsion.apply(positions, out);
    for (let i = 0; i < out.length; i++) out[i] = (-4 / z) * out[i]!;
    attract(affinities, positions, 4 * exaggeration, out);
  };
}

function attract({ starts, others, weights }: Affinities, positions: Float64Array, factor: number, out: Float64Array) {
  for (let i = 0; i < starts.length - 1; i++) {
    const x = positions[2 * i]!;
    const y = positions[2 * i + 1]!;
    let fx = 0;
    let fy = 0;
    for (let e = starts[i]!, end = starts[i + 1]!; e < end; e++) {
      const j = 2 * others[e]!;
      const dx = x - positions[j]!;
      const dy = y - positions[j + 1]!;
      const pull = (factor * weights[e]!) / (1 + dx * dx + dy * dy);
      const px = pull * dx;
      const py = pull * dy;
      fx += px;
      fy += py;
      out[j] = out[j]! - px;
      out[j + 1] = out[j + 1]! - py;
    }
    out[2 * i] = out[2 * i]! + fx;
    out[2 * i + 1] = out[2 * i + 1]! + fy;
  }
}

function divergence({ starts, others, weights }: Affinities, positions: Float64Array): number {
  const z = createRepulsion().apply(positions, new Float64Array(positions.length));
  let sum = 0;
  for (let i = 0; i < starts.length - 1; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const j = others[e]!;
      const dx = positions[2 * i]! - positions[2 * j]!;
      const dy = positions[2 * i + 1]! - positions[2 * j + 1]!;
      const p = weights[e]!;
      if (p > 0) sum += 2 * p * Math.log(p * z * (1 + dx * dx + dy * dy));
    }
  }
  return sum;
}
