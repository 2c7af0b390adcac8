/** The end of a test of a fleet: all is read, all stop cleanly, and the ledger is drawn up. */
import { expect } from "vitest";
import { acknowledgedFaults } from "../support/acknowledged-faults.ts";
import { chainFaults } from "../support/chain-faults.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { replayModel } from "../support/replay.ts";
import { type Fleet, modelsLeft } from "./fleet.ts";
import type { People } from "./people.ts";

export interface Rest {
  /** Living documents. */
  readonly living: number;
  /** Copies in the inner topics, by topic. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Snapshots of the model that are what a replay of the log gives. */
  readonly compared: number;
  readonly version: number;
  readonly seconds: number;
}

/**
 * Expects that within `ms` nothing waits, that every process ends with code 0, that the replicas leave the same model, which
 * is the one of the log (G7), and that the ledger is even (G1 to G6).
 */
export async function expectAtRest(fleet: Fleet, people: People, ms: number): Promise<Rest> {
  const from = performance.now();
  await fleet.caughtUp(ms);
  const seconds = (performance.now() - from) / 1_000;
  await Promise.all(fleet.members().map((member) => member.ready()));
  const replicas = fleet.members("cluster-worker");
  const ends = await fleet.stop();
  expect([...ends].filter(([, { code }]) => code !== 0)).toEqual([]);
  expect(fleet.faults).toEqual([]);

  const ledger = await fleet.ledger();
  const { faults: chains, skipped } = await chainFaults(ledger);
  const replayed = await replayModel(fleet.streams, fleet.topics);
  expect(replayed.faults).toEqual([]);
  const left = modelsLeft(replicas);
  expect(left.length).toBeGreaterThan(0);
  expect(new Set(left.map(({ sha256 }) => sha256)).size, JSON.stringify(left)).toBe(1);
  expect(left[0]!.sha256).toBe(replayed.sha256);
  expect(chains).toEqual([]);
  expect(await acknowledgedFaults(ledger, people.told)).toEqual([]);
  expect(await ledgerFaults(ledger)).toEqual([]);
  const living = [...ledger.points.values()].filter(({ payload }) => !payload.deleted).length;
  return { living, skipped, compared: replayed.compared, version: replayed.state.version, seconds };
}

/** Of named ids that live, by what their clients were told, and of the unnamed ones. */
export function livingOf({ told, counts }: People): number {
  const last = new Map(told.map(({ id, n }) => [id, n]));
  return [...last.values()].filter((n) => n !== null).length + counts.unnamed;
}
