import { createRandom } from "@eddy/runtime/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortF32 } from "../f32.ts";
import { POINT_NAMESPACE, pointIdOf } from "../point-id.ts";
import type { PointId } from "../protocol.ts";
import { createArena } from "./arena.ts";
import { createBest } from "./best.ts";
import { parseDatetime } from "./datetime.ts";
import { createIdOrder } from "./id-order.ts";
import { normalise } from "./kernel.ts";
import { excludePaths, includePaths, mergePayload, parsePath, removeAt } from "./payload-path.ts";
import { comparePointIds, normalPointId } from "./point-id.ts";
import { createSlab } from "./slab.ts";

describe("short f32", () => {
  it("reads back as the same f32, and is no longer than it must be", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.float({ noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }), fc.constant(-0)),
        (value) => {
          const short = shortF32(value);
          expect(Math.fround(short)).toBe(value);
          if (Number.isFinite(value)) {
            const least = [1, 2, 3, 4, 5, 6, 7, 8, 9]
              .map((d) => Number(value.toPrecision(d)))
              .find((one) => Math.fround(one) === value);
            expect(String(short).length).toBeLessThanOrEqual(Math.max(String(least).length, 9 + 6));
          }
        },
      ),
    );
  });
  it.each([
    [0.1, "0.1"],
    [0.70710677, "0.70710677"],
    [-0.4472136, "-0.4472136"],
    [1e-7, "1e-7"],
    [16777216, "16777216"],
  ])("%f", (value, text) => {
    expect(String(shortF32(Math.fround(value)))).toBe(text);
  });
});

describe("point ids", () => {
  it("are UUIDv5 of the document id (vector made with Python's uuid.uuid5)", () => {
    expect(POINT_NAMESPACE).toBe("7b1c8f5e-5d0a-5c52-9f0e-2d6a41c3e6d7");
    expect(pointIdOf("doc-1")).toBe("8a593c65-b1d2-5611-9dcb-8361ccbfcf72");
    expect(pointIdOf("日本🙂")).toBe("7846a8e6-3b39-5f6c-a73d-0edf1253dd06");
  });
  it.each([
    ["550E8400E29B41D4A716446655440000", "550e8400-e29b-41d4-a716-446655440000"],
    ["urn:uuid:550e8400-e29b-41d4-a716-446655440001", "550e8400-e29b-41d4-a716-446655440001"],
    ["{550e8400-e29b-41d4-a716-446655440002}", "550e8400-e29b-41d4-a716-446655440002"],
    [7, 7],
    ["7", undefined],
    [-1, undefined],
    [1.5, undefined],
    [2 ** 53, undefined],
    [null, undefined],
  ])("%s in one spelling", (given, normal) => expect(normalPointId(given)).toBe(normal));
});

describe("the order of ids", () => {
  it("is that of a sorted list, whatever is added and removed", () => {
    const id = fc.oneof(
      fc.nat(60),
      fc.nat(60).map((n) => `id ${n}`),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ id, add: fc.boolean(), look: fc.boolean() }), { maxLength: 200 }),
        fc.nat(9),
        id,
        (steps, limit, from) => {
          const order = createIdOrder();
          const set = new Set<PointId>();
          const check = () => {
            const sorted = [...set].sort(comparePointIds);
            expect(order.take(undefined, 1000)).toEqual(sorted);
            const rest = sorted.filter((one) => comparePointIds(one, from) >= 0);
            expect(order.take(from, limit)).toEqual(rest.slice(0, limit));
            expect(order.take(from, limit, true)).toEqual(rest.filter((one) => one !== from).slice(0, limit));
          };
          for (const step of steps) {
            if (step.add && !set.has(step.id)) order.add(step.id);
            if (!step.add && set.has(step.id)) order.remove(step.id);
            if (step.add) set.add(step.id);
            else set.delete(step.id);
            if (step.look) check();
          }
          check();
        },
      ),
    );
  });
  it("stays right when the tail is merged", () => {
    const order = createIdOrder();
    for (let i = 0; i < 10_000; i += 1) order.add((i * 7919) % 10_000);
    for (let i = 0; i < 10_000; i += 2) order.remove(i);
    expect(order.take(0, 3)).toEqual([1, 3, 5]);
    for (let i = 0; i < 10_000; i += 4) order.add(i);
    expect(order.take(undefined, 10_000)).toEqual(
      Array.from({ length: 10_000 }, (_, i) => i).filter((i) => i % 2 === 1 || i % 4 === 0),
    );
  });
});

describe("the best", () => {
  it("are the first of all, sorted", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(20), (items, limit) => {
        const best = createBest<number>(limit, (a, b) => a - b);
        for (const item of items) best.offer(item);
        expect(best.sorted()).toEqual(items.toSorted((a, b) => a - b).slice(0, limit));
      }),
    );
  });
});

describe("date-times", () => {
  it.each([
    ["2024-01-01T00:00:00Z", Date.UTC(2024, 0, 1) * 1000],
    ["2024-01-01", Date.UTC(2024, 0, 1) * 1000],
    ["2024-01-01T02:00:00+02:00", Date.UTC(2024, 0, 1) * 1000],
    ["2024-01-01 00:00:00.123456789Z", Date.UTC(2024, 0, 1) * 1000 + 123_456],
    ["2024-01-02T03:04:05.678Z", Date.UTC(2024, 0, 2, 3, 4, 5, 678) * 1000],
    ["2024-02-29T00:00:01Z", Date.UTC(2024, 1, 29, 0, 0, 1) * 1000],
    ["2023-02-29T00:00:01Z", undefined],
    ["2024-0a-02T03:04:05Z", undefined],
    ["2024-02-29T23:59:60Z", Date.UTC(2024, 2, 1) * 1000],
    ["2023-02-29", undefined],
    ["2024-13-01", undefined],
    ["2024-01-01T25:00:00Z", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ])("%s", (text, micros) => expect(parseDatetime(text)).toBe(micros));
});

describe("payload paths", () => {
  const payload = { a: 1, "x.y": 2, deep: { b: 3, c: [{ d: 1, e: 2 }, { d: 3 }] } };
  it.each<[string, unknown]>([
    ["a", { "x.y": 2, deep: payload.deep }],
    ['"x.y"', { a: 1, deep: payload.deep }],
    ["deep.c[].d", { a: 1, "x.y": 2, deep: { b: 3, c: [{ e: 2 }, {}] } }],
    ["deep.c[0]", payload],
    ["deep.c[0].d", { a: 1, "x.y": 2, deep: { b: 3, c: [{ e: 2 }, { d: 3 }] } }],
    ["deep.c[]", { a: 1, "x.y": 2, deep: { b: 3, c: [] } }],
    ["nope.b", payload],
  ])("removes %s", (path, left) => expect(removeAt(payload, parsePath(path))).toEqual(left));
  it("merges at the top and below; null removes a key", () => {
    expect(mergePayload({ a: 1, b: 2 }, { a: null, c: null, d: 4 })).toEqual({ b: 2, d: 4 });
    expect(mergePayload({}, { c: null, d: 4 })).toEqual({ c: null, d: 4 });
    expect(mergePayload({ a: { x: 1 } }, { x: null, y: null }, parsePath("a"))).toEqual({ a: {} });
    expect(mergePayload(payload, { b: 9 }, parsePath("deep"))).toEqual({ ...payload, deep: { ...payload.deep, b: 9 } });
    expect(mergePayload({}, { z: 1 }, parsePath("new.er"))).toEqual({ new: { er: { z: 1 } } });
    expect(Object.keys(mergePayload({}, JSON.parse('{"__proto__":1}')))).toEqual(["__proto__"]);
  });
  it("keeps all but what is excluded", () => {
    expect(excludePaths(payload, ["a", "deep.c[].d", "x"].map(parsePath))).toEqual({
      "x.y": 2,
      deep: { b: 3, c: [{ e: 2 }, {}] },
    });
  });
  it("keeps only what is included", () => {
    expect(includePaths(payload, ["a", "deep.c[].d"].map(parsePath))).toEqual({
      a: 1,
      deep: { c: [{ d: 1 }, { d: 3 }] },
    });
  });
});

describe("kernels", () => {
  const reference = {
    Cosine: (a: number[], b: number[]) => a.reduce((sum, one, i) => sum + one * b[i]!, 0),
    Dot: (a: number[], b: number[]) => a.reduce((sum, one, i) => sum + one * b[i]!, 0),
    Euclid: (a: number[], b: number[]) => Math.hypot(...a.map((one, i) => one - b[i]!)),
    Manhattan: (a: number[], b: number[]) => a.reduce((sum, one, i) => sum + Math.abs(one - b[i]!), 0),
  };
  const distances = Object.keys(reference) as (keyof typeof reference)[];
  it.each(distances)("%s, at any width, over blocks and gaps", (distance) => {
    const random = createRandom(7);
    for (const width of [1, 3, 4, 15, 16, 17, 64, 70, 384]) {
      const slab = createSlab({ size: width, distance }, createArena());
      const vectors = Array.from({ length: 600 }, () => Array.from({ length: width }, () => random.next() - 0.5));
      // slots 5,000 to 5,599: in the second block, the first is empty
      for (const [i, vector] of vectors.entries()) slab.set(5000 + i, Float32Array.from(vector));
      const examples = [vectors[3]!, vectors[77]!].map((one) => Float32Array.from(one));
      const scorer = slab.scorer(examples);
      expect(scorer.run(0, 100)[0]).toHaveLength(100);
      for (let slot = 5000; slot < 5600; ) {
        const lists = scorer.run(slot, 5600);
        for (const [example, list] of lists.entries())
          for (const [i, score] of list.entries()) {
            const [row, query] = [vectors[slot - 5000 + i]!, [...examples[example]!]];
            expect(Math.abs(score - reference[distance](row, query))).toBeLessThan(1e-4);
          }
        slot += lists[0]!.length;
      }
      scorer.end();
      expect(slab.get(5001)).toEqual(Float32Array.from(vectors[1]!));
      expect([slab.size, slab.has(0), slab.has(5599)]).toEqual([600, false, true]);
    }
  });
  it("regions are used again, and rows of an odd width are padded with zeros then", () => {
    const arena = createArena();
    const first = createSlab({ size: 4, distance: "Dot" }, arena);
    first.set(0, Float32Array.from([1, 2, 3, 4]));
    first.free();
    const second = createSlab({ size: 3, distance: "Dot" }, arena);
    second.set(0, Float32Array.from([1, 1, 1]));
    const scorer = second.scorer([Float32Array.from([1, 1, 1])]);
    expect(scorer.run(0, 1)[0]![0]).toBe(3);
  });
  it("normalise to length 1, and leave a unit vector and a zero vector bit for bit", () => {
    expect([...normalise(Float32Array.from([3, 4]))].map(shortF32)).toEqual([0.6, 0.8]);
    const unit = normalise(Float32Array.from([0.3, -0.7, 0.2]));
    expect([...normalise(unit.slice())]).toEqual([...unit]);
    expect([...normalise(new Float32Array(3))]).toEqual([0, 0, 0]);
  });
});
