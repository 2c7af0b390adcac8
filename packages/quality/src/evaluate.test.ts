import { describe, expect, it } from "vitest";
import { confusion } from "./confusion.ts";
import { evaluate } from "./evaluate.ts";
import fixture from "./fixtures/labels.json" with { type: "json" };
import { nmi } from "./nmi.ts";

describe("evaluate", () => {
  it("works a small case by hand", () => {
    // c1: 3 a, 1 b; c2: 2 b; c10: 1 a, 1 c. Best one-to-one: a-c1 3, b-c2 2, c-c10 1 = 6 of 8.
    const pairs = [
      ..."aaab".split("").map((label) => ({ label, cluster: "c1" })),
      ..."bb".split("").map((label) => ({ label, cluster: "c2" })),
      ..."ac".split("").map((label) => ({ label, cluster: "c10" })),
      { cluster: "c1" },
      { label: "", cluster: "c2" },
    ];
    const result = evaluate(pairs);
    expect(result).toMatchObject({ documents: 8, unlabelled: 2, purity: 6 / 8, accuracy: 6 / 8 });
    expect(result.confusion).toEqual({
      labels: ["a", "b", "c"],
      clusters: ["c1", "c2", "c10"],
      counts: [
        [3, 0, 1],
        [1, 2, 0],
        [0, 0, 1],
      ],
    });
  });

  it("counts clusters without a label of their own as errors", () => {
    const pairs = ["c1", "c1", "c2", "c3"].map((cluster) => ({ label: "only", cluster }));
    expect(evaluate(pairs)).toMatchObject({ purity: 1, accuracy: 0.5, ari: 0, nmi: 0 });
  });

  it("gives null where nothing has a label", () => {
    expect(evaluate([{ cluster: "c1" }])).toEqual({
      documents: 0,
      unlabelled: 1,
      purity: null,
      accuracy: null,
      ari: null,
      nmi: null,
      v_measure: null,
      confusion: { labels: [], clusters: [], counts: [] },
    });
  });

  it.each(fixture.cases)("equals scikit-learn, seed $seed", ({ labels, clusters, ...expected }) => {
    const pairs = labels.map((label, i) => ({ label: `l${label}`, cluster: `c${clusters[i]}` }));
    const result = evaluate(pairs);
    const information = nmi(confusion(pairs));
    for (const name of ["purity", "accuracy", "ari", "nmi", "v_measure"] as const) {
      expect(result[name], name).toBeCloseTo(expected[name], 10);
    }
    expect(information.homogeneity).toBeCloseTo(expected.homogeneity, 10);
    expect(information.completeness).toBeCloseTo(expected.completeness, 10);
  });

  it("does not care how clusters are named", () => {
    const { labels, clusters } = fixture.cases[1]!;
    const named = (name: (c: number) => string) =>
      evaluate(labels.map((label, i) => ({ label: String(label), cluster: name(clusters[i]!) })));
    const [a, b] = [named((c) => `c${c}`), named((c) => `z${100 - c}`)];
    expect({ ...b, confusion: null }).toEqual({
      ...a,
      confusion: null,
      ari: expect.closeTo(a.ari!, 12),
      nmi: expect.closeTo(a.nmi!, 12),
      v_measure: expect.closeTo(a.v_measure!, 12),
    });
  });
});
