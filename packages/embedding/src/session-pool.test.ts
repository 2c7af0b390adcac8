import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import { expect, it } from "vitest";
import type { PaddedBatch, RunResult, Session } from "./session.ts";
import { createSessionPool } from "./session-pool.ts";

/** A session whose runs end when the test says so. */
function createFakeSession() {
  const runs: { readonly batch: PaddedBatch; readonly done: Deferred<RunResult> }[] = [];
  let closed = false;
  const session: Session = {
    device: "cpu",
    lanes: 1,
    run(batch) {
      const done = createDeferred<RunResult>();
      runs.push({ batch, done });
      return done.promise;
    },
    async close() {
      closed = true;
    },
  };
  return { session, runs, isClosed: () => closed };
}

const batchOf = (rows: number): PaddedBatch => ({
  ids: new BigInt64Array(rows),
  mask: new BigInt64Array(rows),
  rows,
  width: 1,
});
const resultOf = ({ rows }: PaddedBatch): RunResult => ({ data: new Float32Array(rows), dims: [rows, 1], seconds: 0 });
const rowsOf = ({ runs }: ReturnType<typeof createFakeSession>) => runs.map(({ batch }) => batch.rows);

it("gives each session a batch and the next one, and the rest to whoever is free first (P1, P2)", async () => {
  const [left, right] = [createFakeSession(), createFakeSession()];
  const pool = createSessionPool([left.session, right.session]);
  expect(pool.lanes).toBe(2);
  const answers = [1, 2, 3, 4, 5, 6].map((rows) => pool.run(batchOf(rows)));
  expect([rowsOf(left), rowsOf(right)]).toEqual([
    [1, 3],
    [2, 4],
  ]);
  for (const { batch, done } of right.runs.slice(0, 2)) done.resolve(resultOf(batch));
  await Promise.all([answers[1], answers[3]]);
  expect([rowsOf(left), rowsOf(right)]).toEqual([
    [1, 3],
    [2, 4, 5, 6],
  ]);
  for (const { batch, done } of [...left.runs, ...right.runs]) done.resolve(resultOf(batch));
  expect((await Promise.all(answers)).map(({ dims }) => dims[0])).toEqual([1, 2, 3, 4, 5, 6]);
});

it("fails the batch that failed alone", async () => {
  const { session, runs } = createFakeSession();
  const pool = createSessionPool([session]);
  const [bad, good] = [pool.run(batchOf(1)), pool.run(batchOf(2))];
  runs[0]!.done.reject(new Error("bad batch"));
  runs[1]!.done.resolve(resultOf(runs[1]!.batch));
  await expect(bad).rejects.toThrow("bad batch");
  expect((await good).dims).toEqual([2, 1]);
});

it("closes all its sessions", async () => {
  const fakes = [createFakeSession(), createFakeSession()];
  await createSessionPool(fakes.map(({ session }) => session)).close();
  expect(fakes.map(({ isClosed }) => isClosed())).toEqual([true, true]);
});
