import { expect, it } from "vitest";
import { publishedSettings } from "../agnews-dec/settings.ts";
import { type Grid, settingsOf, trialName, trialOf, trialsOf } from "./grid.ts";
import { chosenOrder, type Outcome } from "./outcomes.ts";
import { rankCorrelation, ranks } from "./rank-correlation.ts";

const grid: Grid = {
  ...{ codes: [8, 64], learningRates: [1e-3], epochs: [20], l2s: [0] },
  ...{ batchNorms: [false, true], dropouts: [0, 0.1], gammas: [0, 0.1] },
};

it("tries each value with each of the others", () => {
  const trials = trialsOf({ ...grid, learningRates: [0.01], l2s: [1e-7] });
  expect(trials).toHaveLength(2 * 1 * 1 * 2 * 2 * 1 * 2);
  expect(new Set(trials.map(trialName)).size).toBe(trials.length);
  expect(trials[0]).toEqual({
    ...{ code: 8, learningRate: 0.01, epochs: 20, batchNorm: false },
    ...{ dropout: 0, l2: 1e-7, gamma: 0 },
  });
});

it("has the published settings among its own", () => {
  const published = trialOf(publishedSettings);
  expect(settingsOf(published, publishedSettings)).toEqual(publishedSettings);
  expect(trialsOf(grid).map(trialName)).toContain(trialName(published));
});

it("γ above 0 is IDEC; what is off is left out of the settings", () => {
  const trial = { ...trialOf(publishedSettings), code: 10, gamma: 0.2, dropout: 0.1, l2: 1e-6, batchNorm: true };
  expect(settingsOf(trial, publishedSettings)).toEqual({
    ...publishedSettings,
    ...{ method: "IDEC", sizes: [256, 128, 10], clusteringWeight: 0.2, dropout: 0.1, batchNorm: true },
    penalties: { l2: 1e-6 },
  });
});

it.each([
  [[1, 2, 3], [10, 20, 25], 1],
  [[1, 2, 3], [3, 2, 1], -1],
  // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: covariance 4.5, squares 4.5 and 5 (by hand).
  [[1, 5, 5, 9], [1, 3, 2, 4], 4.5 / Math.sqrt(4.5 * 5)],
])("ranks of %j and %j agree by %f", (a, b, rho) => {
  expect(rankCorrelation(a, b)).toBeCloseTo(rho, 12);
});

it("equals share a rank; against a constant nothing is told", () => {
  expect(ranks([5, 1, 5])).toEqual([2.5, 1, 2.5]);
  expect(rankCorrelation([1, 2], [3, 3])).toBeNaN();
});

it("chooses by the figure without labels; what collapsed comes last, however good it looks", () => {
  const outcome = (inInput: number, collapsed: number): Outcome => ({
    ...{ trial: trialOf(publishedSettings), scores: [], collapsed },
    figures: { inInput, spread: 1, inCodes: 1, error: 1, stability: 1 },
  });
  const [low, high, ruined, none] = [outcome(0.1, 0), outcome(0.2, 0), outcome(0.9, 1), outcome(Number.NaN, 0)];
  expect(chosenOrder([low!, ruined!, none!, high!])).toEqual([high, low, ruined, none]);
});
