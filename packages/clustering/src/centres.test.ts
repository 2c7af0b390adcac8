import { expect, test } from "vitest";
import { centreMatrix, distanceTo } from "./centres.ts";
import { createLog, refitted, seededLog } from "./fold-fixture.ts";

test("spherical centres are S/‖S‖, Euclidean ones S/v; one with nothing left is zero", () => {
  for (const [metric, expected] of [
    ["spherical", [0.6, 0.8, 0, 0]],
    ["euclidean", [1.5, 2, 0, 0]],
  ] as const) {
    const { state } = seededLog({ metric }, [1, 1], [1, 1]);
    const [one, two] = state.clusters.values();
    one!.sum.set([3, 4]);
    one!.weight = 2;
    two!.sum.fill(0);
    two!.weight = 0;
    expect([...centreMatrix(state).values].map((value) => value.toFixed(6))).toEqual(
      expected.map((value) => value.toFixed(6)),
    );
  }
});

test("rows are the living clusters by id, at the version and epoch of the state", () => {
  const log = seededLog({}, [1, 0], [0, 1], [1, 1]);
  log.apply(
    refitted(
      { cluster: 3, vector: [2, 2], absorbs: [1] },
      { cluster: 0, vector: [7, 7] },
      { cluster: 2, vector: [0, 1] },
    ),
  );
  const { clusters, version, epoch, values } = centreMatrix(log.state);
  expect([clusters, version, epoch]).toEqual([[2, 3, 4], 2, 2]);
  expect([...values]).toEqual([0, 1, 2, 2, 7, 7]);
  expect(centreMatrix(createLog().state)).toMatchObject({ clusters: [], version: -1 });
});

test("distances", () => {
  const centres = Float32Array.of(9, 9, 0, 1);
  expect(distanceTo("spherical", Float32Array.of(1, 0), centres, 1)).toBe(1);
  expect(distanceTo("euclidean", Float32Array.of(3, 5), centres, 1)).toBe(5);
});
