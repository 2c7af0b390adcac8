/**
 * The fold: where the model changes. `applyEvent(state, offset, event)` is total and deterministic: the same log gives the
 * same state, bit for bit, on every replica (G7).
 *
 * 1. An event is applied only at offset version + 1.
 * 2. A Delta counts only if its `from` is what was applied of its partition (or it is the partition's first), so a batch
 *    counts once, whoever sends it (G2).
 * 3. A structural event or a Delta counts only in the epoch that it was made in.
 * 4. What is invalid (a value that is not finite, an unknown cluster) is refused and counted, never thrown.
 * 5. Only + − × ÷ and Math.sqrt in f64, in a fixed order; no clock, no random, no ONNX Runtime.
 * 6. Sums are kept, not centres: S ← γS + Σx, v ← γv + n (D. Sculley, "Web-scale k-means clustering", WWW 2010, for γ = 1).
 *
 * The state is changed in place: it is k × d numbers wide, and a worker folds every batch of the fleet.
 */
import { halvings } from "./decay.ts";
import type {
  Delta,
  EventBody,
  Founded,
  ModelEvent,
  Refitted,
  Renamed,
  Sampled,
  Seeded,
  Skipped,
  Touched,
} from "./events.ts";
import { refitLimit, seedingSteps } from "./schedule.ts";
import { type Cluster, heirOf, isSeeded, type ModelState, partitionState, type Refusal } from "./state.ts";

export type FoldOutcome = { readonly taken: true } | { readonly taken: false; readonly why: Refusal };

const TAKEN: FoldOutcome = { taken: true };
const refuse = (why: Refusal): FoldOutcome => ({ taken: false, why });

export function applyEvent(state: ModelState, offset: number, event: ModelEvent): FoldOutcome {
  if (offset !== state.version + 1)
    throw new RangeError(`event ${offset} after version ${state.version}: the fold takes the next one only`);
  state.version = offset;
  const outcome = applyBody(state, event);
  if (!outcome.taken) state.refused.set(outcome.why, (state.refused.get(outcome.why) ?? 0) + 1);
  return outcome;
}

function applyBody(state: ModelState, event: ModelEvent): FoldOutcome {
  if (event.type === "founded") return found(state, event);
  if (!state.founded) return refuse("invalid");
  if (event.type === "skipped") return skip(state, event);
  if (event.type === "renamed") return rename(state, event);
  if (event.epoch !== state.epoch) return refuse("epoch");
  switch (event.type) {
    case "sampled":
      return sample(state, event, state.founded.dimensions);
    case "seeded":
      return seed(state, event, state.founded.dimensions);
    case "delta":
      return count(state, event, event.atMs, state.founded);
    case "refitted":
      return refit(state, event, state.founded.dimensions);
    default:
      return unknown(event);
  }
}

/** A kind of event that this version can't fold must never get here: the codec stops the worker. */
function unknown(event: never): never {
  throw new TypeError(`unknown event ${(event as EventBody).type}`);
}

function found(state: ModelState, event: Founded): FoldOutcome {
  if (state.founded) return refuse("late");
  if (
    !(Number.isSafeInteger(event.dimensions) && event.dimensions > 0) ||
    (event.halfLifeDocuments > 0 && event.halfLifeMs > 0)
  )
    return refuse("invalid");
  state.founded = event;
  return TAKEN;
}

function sample(state: ModelState, event: Sampled, dimensions: number): FoldOutcome {
  if (isSeeded(state)) return refuse("late");
  if (event.vectors.length !== event.count * dimensions || !allFinite(event.vectors) || !validRange(event))
    return refuse("invalid");
  const sampled = state.partitions.get(event.partition)?.sampled;
  if (sampled !== undefined && sampled !== event.from) return refuse("range");
  partitionState(state, event.partition).sampled = event.to;
  state.sampled.push(event);
  return TAKEN;
}

function seed(state: ModelState, event: Seeded, dimensions: number): FoldOutcome {
  if (isSeeded(state)) return refuse("late");
  const { centres } = event;
  if (centres.length === 0 || centres.some(({ vector, weight }) => !validCentre(vector, weight, dimensions)))
    return refuse("invalid");
  for (const { vector, weight } of centres) addCluster(state, vector, weight);
  state.sampled = [];
  for (const partition of state.partitions.values()) partition.sampled = undefined;
  state.seedSample = event.sampleSize;
  state.choice = event.choice;
  state.nextRefit = seedingSteps(event.sampleSize);
  restructure(state);
  return TAKEN;
}

function count(state: ModelState, delta: Delta, atMs: number, founded: Founded): FoldOutcome {
  const applied = state.partitions.get(delta.partition)?.applied;
  if (applied !== undefined && applied !== delta.from) return refuse("range");
  if (!Number.isFinite(atMs) || !validDelta(state, delta, founded.dimensions)) return refuse("invalid");
  const partition = partitionState(state, delta.partition);
  let added = 0;
  for (const touched of delta.touched) added += touched.added;
  state.documents += added;
  if (founded.halfLifeDocuments > 0) state.clock = state.documents;
  else if (founded.halfLifeMs > 0) state.clock = Math.max(state.clock, atMs);
  else state.clock = state.documents;
  for (const touched of delta.touched) touch(state, touched, founded);
  partition.applied = delta.to;
  partition.ranges.push({
    from: delta.from,
    to: delta.to,
    version: state.version,
    assignedWith: delta.assignedWith,
    clock: state.clock,
    sources: delta.sources,
    clusters: delta.clusters,
  });
  advanceDone(state, delta.partition, delta.done);
  return TAKEN;
}

function touch(state: ModelState, touched: Touched, founded: Founded): void {
  const counted = state.clusters.get(touched.cluster)!;
  // More can be removed than was counted only where the store is ahead of its log, after a power cut: then the count is lost.
  counted.count = Math.max(0, counted.count + touched.added - touched.removed);
  const cluster = heirOf(state, touched.cluster)!;
  decayTo(cluster, state.clock, founded);
  const { sum } = cluster;
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + touched.sum[i]!;
  cluster.weight = Math.max(0, cluster.weight + touched.added - touched.removedWeight);
  cluster.sumSquares = Math.max(0, cluster.sumSquares + touched.sumSquares);
}

/** Decay is put off until a cluster is touched: a centre doesn't depend on it. */
function decayTo(cluster: Cluster, clock: number, founded: Founded): void {
  const left = decayShare(founded, clock - cluster.decayedAt);
  cluster.decayedAt = clock;
  if (left === 1) return;
  const { sum } = cluster;
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! * left;
  cluster.weight *= left;
  cluster.sumSquares *= left;
}

/** What is left of a document's share after `elapsed` of the decay clock. */
export function decayShare(founded: Founded, elapsed: number): number {
  const halfLife = founded.halfLifeDocuments || founded.halfLifeMs;
  return halfLife > 0 ? halvings(elapsed / halfLife) : 1;
}

function refit(state: ModelState, event: Refitted, dimensions: number): FoldOutcome {
  const founded = state.founded!;
  if (!isSeeded(state)) return refuse("late");
  if (!validRefit(state, event, dimensions)) return refuse("invalid");
  for (const { cluster: id, centre, absorbs } of event.clusters) {
    const target = id === 0 ? addCluster(state, centre.vector, centre.weight) : state.clusters.get(id)!;
    decayTo(target, state.clock, founded);
    let weight = id === 0 ? 0 : target.weight;
    let squares = id === 0 ? 0 : target.sumSquares;
    for (const absorbed of absorbs) {
      const old = state.clusters.get(absorbed)!;
      decayTo(old, state.clock, founded);
      weight += old.weight;
      squares += old.sumSquares;
      old.heir = target.id;
    }
    // Where nothing is left to inherit, the centre counts as what it was proposed with: a centre of weight 0 would be no centre.
    if (weight <= 0) {
      weight = centre.weight;
      squares = centre.weight * squaresOf(centre.vector);
    }
    target.weight = weight;
    target.sumSquares = squares;
    for (let i = 0; i < dimensions; i++) target.sum[i] = target.weight * centre.vector[i]!;
  }
  state.seedSample = event.sampleSize;
  state.choice = event.choice;
  const next = Math.max(seedingSteps(event.sampleSize), state.nextRefit * 2);
  state.nextRefit = next <= refitLimit(event.clusters.length) ? next : 0;
  restructure(state);
  return TAKEN;
}

function rename(state: ModelState, event: Renamed): FoldOutcome {
  const cluster = state.clusters.get(event.cluster);
  if (!cluster || event.name.length > 200) return refuse("invalid");
  cluster.name = event.name;
  return TAKEN;
}

function skip(state: ModelState, event: Skipped): FoldOutcome {
  const partition = state.partitions.get(event.partition);
  // Of a partition that nothing was counted of, the first record met is the start: there is nothing to skip.
  if (partition?.applied !== event.from) return refuse("range");
  if (!validRange(event)) return refuse("invalid");
  partition.applied = event.to;
  partition.skipped += event.to - event.from;
  return TAKEN;
}

function addCluster(state: ModelState, centre: Float32Array, weight: number): Cluster {
  const id = state.nextCluster++;
  const sum = new Float64Array(centre.length);
  for (let i = 0; i < centre.length; i++) sum[i] = weight * centre[i]!;
  const cluster = {
    id,
    sum,
    weight,
    sumSquares: weight * squaresOf(centre),
    count: 0,
    decayedAt: state.clock,
    name: "",
    bornAt: state.version,
    heir: 0,
  };
  state.clusters.set(id, cluster);
  return cluster;
}

function squaresOf(vector: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
  return squares;
}

function restructure(state: ModelState): void {
  state.epoch += 1;
  state.structuredAt = state.version;
}

function advanceDone(state: ModelState, id: number, done: number): void {
  const partition = partitionState(state, id);
  if (done > partition.done) partition.done = done;
  if (partition.ranges.some(({ to }) => to <= partition.done))
    partition.ranges = partition.ranges.filter(({ to }) => to > partition.done);
}

function validDelta(state: ModelState, delta: Delta, dimensions: number): boolean {
  const { from, to, done, assignedWith, sources } = delta;
  if (!isSeeded(state) || !validRange(delta) || sources.length !== delta.clusters.length) return false;
  if (from + (sources.at(-1) ?? 0) !== to || sources.some((source, index) => source <= (sources[index - 1] ?? 0)))
    return false;
  if (!Number.isSafeInteger(done) || done > from || !Number.isSafeInteger(assignedWith)) return false;
  const perCluster = new Map<number, number>();
  for (const cluster of delta.clusters) if (cluster !== 0) perCluster.set(cluster, (perCluster.get(cluster) ?? 0) + 1);
  for (const { cluster: id, added, removed, sum, sumSquares, removedWeight } of delta.touched) {
    const cluster = state.clusters.get(id);
    if (!cluster || (added > 0 && cluster.heir !== 0)) return false;
    if (sum.length !== dimensions || !allFinite(sum) || !Number.isFinite(sumSquares)) return false;
    if (!Number.isSafeInteger(removed) || !(removedWeight >= 0 && removedWeight <= removed)) return false;
    if (added !== (perCluster.get(id) ?? 0)) return false;
    perCluster.delete(id);
  }
  return perCluster.size === 0;
}

function validRefit(state: ModelState, event: Refitted, dimensions: number): boolean {
  const named = new Set<number>();
  for (const { cluster, centre, absorbs } of event.clusters) {
    if (!validCentre(centre.vector, centre.weight, dimensions)) return false;
    for (const id of cluster === 0 ? absorbs : [cluster, ...absorbs]) {
      if (named.has(id) || state.clusters.get(id)?.heir !== 0) return false;
      named.add(id);
    }
  }
  for (const { id, heir } of state.clusters.values()) if (heir === 0 && !named.has(id)) return false;
  return event.clusters.length > 0;
}

/** (from, to], in whole offsets. */
function validRange({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to;
}

function validCentre(vector: Float32Array, weight: number, dimensions: number): boolean {
  return vector.length === dimensions && allFinite(vector) && weight > 0 && Number.isFinite(weight);
}

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
