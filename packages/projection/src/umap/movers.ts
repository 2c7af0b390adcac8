/**
 * Moves one point: towards the other end of each edge that is due, which moves too, and away from points drawn at random.
 *
 * 1. Both movers do the same sums in the same order. The point itself is held apart while it moves, so that a point drawn at random
 *    must not be it.
 * 2. Steps are held to ±4 a coordinate before the rate.
 */
import { FORCE_SHIFT, type Forces } from "./forces.ts";

/** The edges of one row that are due in an epoch: `size` of them. */
export interface DueEdges {
  /** The row at the other end. */
  readonly others: Int32Array;
  /** Points to be drawn at random after the edge. */
  readonly draws: Int32Array;
  size: number;
}

export type Mover = (row: number, due: DueEdges, rate: number) => void;

export interface MoverOptions {
  readonly count: number;
  readonly width: number;
  readonly forces: Forces;
  /** xorshift32's state (Marsaglia 2003), never 0. */
  readonly random: Int32Array;
}

/** Points of up to so many coordinates lie in as many, the rest zero, and are moved by a loop written out: twice as quick. */
export const LANES = 5;

/** @param layout count × LANES */
export function createNarrowMover(layout: Float64Array, { count, forces, random }: Omit<MoverOptions, "width">): Mover {
  const { pull, push } = forces;
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const toRow = count / 2 ** 32;
  return (row, { others, draws, size }, rate) => {
    const own = row * LANES;
    let state = random[0]!;
    let [a, b, c] = [layout[own]!, layout[own + 1]!, layout[own + 2]!];
    let [d, e] = [layout[own + 3]!, layout[own + 4]!];
    for (let index = 0; index < size; index++) {
      let at = others[index]! * LANES;
      let da = a - layout[at]!;
      let db = b - layout[at + 1]!;
      let dc = c - layout[at + 2]!;
      let dd = d - layout[at + 3]!;
      let de = e - layout[at + 4]!;
      float[0] = da * da + db * db + dc * dc + dd * dd + de * de;
      let force = pull[bits[0]! >>> FORCE_SHIFT]!;
      da = rate * clip(force * da);
      db = rate * clip(force * db);
      dc = rate * clip(force * dc);
      dd = rate * clip(force * dd);
      de = rate * clip(force * de);
      a += da;
      b += db;
      c += dc;
      d += dd;
      e += de;
      layout[at]! -= da;
      layout[at + 1]! -= db;
      layout[at + 2]! -= dc;
      layout[at + 3]! -= dd;
      layout[at + 4]! -= de;
      for (let left = draws[index]!; left > 0; left--) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        at = (((state >>> 0) * toRow) | 0) * LANES;
        if (at === own) continue;
        da = a - layout[at]!;
        db = b - layout[at + 1]!;
        dc = c - layout[at + 2]!;
        dd = d - layout[at + 3]!;
        de = e - layout[at + 4]!;
        float[0] = da * da + db * db + dc * dc + dd * dd + de * de;
        force = push[bits[0]! >>> FORCE_SHIFT]!;
        a += rate * clip(force * da);
        b += rate * clip(force * db);
        c += rate * clip(force * dc);
        d += rate * clip(force * dd);
        e += rate * clip(force * de);
      }
    }
    layout[own] = a;
    layout[own + 1] = b;
    layout[own + 2] = c;
    layout[own + 3] = d;
    layout[own + 4] = e;
    random[0] = state;
  };
}

/** @param layout count × width */
export function createWideMover(layout: Float64Array, { count, width, forces, random }: MoverOptions): Mover {
  const { pull, push } = forces;
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const toRow = count / 2 ** 32;
  const moving = new Float64Array(width);
  const difference = new Float64Array(width);
  const squaredTo = (at: number): number => {
    let squared = 0;
    for (let i = 0; i < width; i++) {
      const apart = moving[i]! - layout[at + i]!;
      difference[i] = apart;
      squared += apart * apart;
    }
    return squared;
  };
  return (row, { others, draws, size }, rate) => {
    const own = row * width;
    let state = random[0]!;
    for (let i = 0; i < width; i++) moving[i] = layout[own + i]!;
    for (let index = 0; index < size; index++) {
      let at = others[index]! * width;
      float[0] = squaredTo(at);
      let force = pull[bits[0]! >>> FORCE_SHIFT]!;
      for (let i = 0; i < width; i++) {
        const step = rate * clip(force * difference[i]!);
        moving[i]! += step;
        layout[at + i]! -= step;
      }
      for (let left = draws[index]!; left > 0; left--) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        at = (((state >>> 0) * toRow) | 0) * width;
        if (at === own) continue;
        float[0] = squaredTo(at);
        force = push[bits[0]! >>> FORCE_SHIFT]!;
        for (let i = 0; i < width; i++) moving[i]! += rate * clip(force * difference[i]!);
      }
    }
    layout.set(moving, own);
    random[0] = state;
  };
}

function clip(step: number): number {
  return Math.min(4, Math.max(-4, step));
}
