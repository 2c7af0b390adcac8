/**
 * kill -9 of `eddy up` at random moments, again and again in one folder, under load with edits and deletions; while it is
 * down, broken records are written into the topic. Afterwards the ledger: one point a document, in its last version, counted
 * once, the model equal to a replay of its log bit for bit, all that was acknowledged there, each broken record dead-lettered.
 *
 *     CHAOS_SEED=7 CHAOS_KILLS=10 npx vitest run test/chaos/kill.test.ts
 */
import { setTimeout as sleep } from "node:timers/promises";
import { encodeState } from "@eddy/model/state-codec";
import { createRandom } from "@eddy/runtime/random";
import { afterEach, expect, test } from "vitest";
import { acknowledgedFaults } from "../support/acknowledged-faults.ts";
import { endAll, readyUp, spawnUp, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLedger, withLog } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { replayModel } from "../support/replay.ts";
import { createLoad } from "./load.ts";

const SEED = Number(process.env.CHAOS_SEED ?? 1);
const KILLS = Number(process.env.CHAOS_KILLS ?? 50);
const PARTITIONS = 2;
const ARGS = ["--clusters", "5", "--partitions", String(PARTITIONS)];
/** Snapshots often, so that kills meet them too. */
const ENV = { EDDY_SNAPSHOT_EVERY: "40" };

afterEach(endAll);

test(`${KILLS} kills with CHAOS_SEED=${SEED}: nothing is lost, doubled or counted twice`, {
  timeout: 900_000,
}, async () => {
  const random = createRandom(SEED);
  const load = createLoad(random);
  const folder = temporaryFolder();
  const home = folder.path;

  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawnUp(home, ARGS, { env: ENV });
    const dead = new AbortController();
    const ended = child.ended(120_000).then((end) => {
      dead.abort();
      return end;
    });
    if (random.next() < 0.2) {
      // In the middle of the start, of what was left to do from the last time.
      await sleep(300 + random.below(1_500));
    } else {
      const up = await readyUp(child);
      const loading = load.run(up.api, dead.signal);
      await Promise.race([sleep(random.below(1_200)), loading]);
      child.kill("SIGKILL");
      await loading;
    }
    child.kill("SIGKILL");
    const { signal, code, stderr } = await ended;
    expect({ code, signal }, `round ${kill}: it must not have ended by itself\n${stderr}`).toEqual({
      code: null,
      signal: "SIGKILL",
    });
    if (random.next() < 0.2)
      await withLog(home, async (streams) => {
        await streams.createTopics([{ name: topics.documents, partitions: PARTITIONS }]);
        const broken = { key: Buffer.from(`client0-${random.below(40)}`), value: Buffer.from("{ broken"), headers: {} };
        await streams.append(topics.documents, random.below(PARTITIONS), [broken]);
      });
  }

  const up = await startUp(home, ARGS, { env: ENV });
  const status = await up.caughtUp(120_000);
  expect(await up.stop()).toMatchObject({ code: 0 });

  await withLedger(home, async (ledger) => {
    const { streams, points } = ledger;
    expect(await acknowledgedFaults(ledger, load.acknowledged)).toEqual([]);
    expect(await ledgerFaults(ledger)).toEqual([]);
    const { state, compared, faults } = await replayModel(streams, topics);
    expect(faults).toEqual([]);
    const { model } = status;
    expect({ epoch: state.epoch, documents: state.documents }).toEqual({
      epoch: model.epoch,
      documents: model.documents,
    });
    const living = [...points.values()].filter(({ payload }) => !payload.deleted).length;
    console.log(
      `${load.acknowledged.length} acknowledged, ${load.cut} requests cut, ${points.size} points (${living} living), ` +
        `${state.version + 1} events, ${compared} snapshots equal to the replay, ${encodeState(state).byteLength} bytes of model`,
    );
    expect(load.cut).toBeGreaterThan(0);
    expect(living).toBeGreaterThan(0);
    if (state.version > 200) expect(compared).toBeGreaterThan(0);
  });
  folder.remove();
});
