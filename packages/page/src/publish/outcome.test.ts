import { expect, it } from "vitest";
import { addSummary, nothingYet, placeIn } from "./outcome.ts";

it("adds up what requests tell, and says where what was refused stands", () => {
  const rejected = [
    { index: 4, code: "EMPTY_TEXT", message: "nothing is left" },
    { index: 6, line: 9, code: "INVALID_ID", message: "too long" },
  ];
  const once = addSummary(nothingYet, { accepted: 5, ids: [], rejected, rejected_total: 2 }, placeIn);
  const twice = addSummary(once, { accepted: 1, ids: [], rejected: [], rejected_total: 3 }, placeIn);
  expect(twice).toEqual({
    accepted: 6,
    rejected: 5,
    refusals: [
      { place: "no. 5", code: "EMPTY_TEXT", message: "nothing is left" },
      { place: "line 9", code: "INVALID_ID", message: "too long" },
    ],
  });
});

it("takes an answer that tells nothing", () => {
  expect(addSummary(nothingYet, {}, placeIn)).toEqual(nothingYet);
});
