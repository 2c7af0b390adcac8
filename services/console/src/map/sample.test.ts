import { pointIdOf } from "@eddy/vectors/point-id";
import { describe, expect, it } from "vitest";
import { createSample } from "./sample.ts";

describe("createSample", () => {
  const ids = Array.from({ length: 100 }, (_, i) => `document ${i}`);
  const byPoint = [...ids].sort((a, b) => (pointIdOf(a) < pointIdOf(b) ? -1 : 1));

  it("has all until it is narrowed to the first by point id", () => {
    const sample = createSample(30);
    expect(ids.every(sample.has)).toBe(true);
    expect(sample.narrow(ids)).toEqual(byPoint.slice(30));
    expect(ids.filter(sample.has).sort()).toEqual(byPoint.slice(0, 30).sort());
  });

  it("ends after a document", () => {
    const sample = createSample(30);
    sample.endAfter(byPoint[49]!);
    expect(ids.filter(sample.has).length).toBe(50);
  });
});
