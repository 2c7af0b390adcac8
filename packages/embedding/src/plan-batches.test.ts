import fc from "fast-check";
import { expect, it } from "vitest";
import { planBatches } from "./plan-batches.ts";

it("a case by hand", () => {
  expect(planBatches([5, 2, 9, 2, 30], { maxTokens: 18, maxRows: 3 })).toEqual([[1, 3, 0], [2], [4]]);
});

it("takes each text once, within the limits, sorted, and never cuts sooner than it must", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 80 });
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 64 }),
      (all, maxTokens, maxRows) => {
        const batches = planBatches(all, { maxTokens, maxRows });
        expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, index) => index));
        const flat = batches.flat().map((index) => all[index]!);
        expect(flat).toEqual(flat.toSorted((a, b) => a - b));
        batches.forEach((batch, at) => {
          const longest = all[batch.at(-1)!]!;
          expect(batch.length === 1 || batch.length * longest <= maxTokens).toBe(true);
          expect(batch.length).toBeLessThanOrEqual(maxRows);
          const next = batches[at + 1];
          if (next === undefined) return;
          const grown = (batch.length + 1) * all[next[0]!]!;
          expect(grown > maxTokens || batch.length === maxRows).toBe(true);
        });
      },
    ),
  );
});
