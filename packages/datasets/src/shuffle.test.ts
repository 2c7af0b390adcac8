import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import type { Item } from "./item.ts";
import { limited } from "./limit.ts";
import { paced } from "./rate.ts";
import { shuffled } from "./shuffle.ts";

async function* count(n: number) {
  for (let i = 0; i < n; i++) yield i;
}
const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
};

describe("createRandom", () => {
  it("depends on its seeds alone, all of them", () => {
    const draw = (...seeds: number[]) => Array.from({ length: 4 }, createRandom(...seeds).next);
    expect(draw(1, 2)).toEqual(draw(1, 2));
    const others = [draw(1), draw(2), draw(1, 2), draw(2, 1), draw(1, 3), draw(1 + 2 ** 32), draw(0.5), draw(-1)];
    expect(new Set(others.map(String)).size).toBeGreaterThanOrEqual(7);
  });

  it("is uniform: chi-square over 64 bins, for neighbouring seeds", () => {
    for (const seeds of [[1], [2], [7, 1], [7, 2]]) {
      const random = createRandom(...seeds);
      const bins = new Array<number>(64).fill(0);
      for (let i = 0; i < 64_000; i++) bins[random.below(64)]! += 1;
      const chi = bins.reduce((sum, n) => sum + (n - 1_000) ** 2 / 1_000, 0);
      expect(chi, `seeds ${seeds}`).toBeLessThan(110); // p < 0.0003 for 63 degrees of freedom
    }
    const firsts = Array.from({ length: 4_000 }, (_, n) => createRandom(5, n).next());
    expect(firsts.reduce((a, b) => a + b) / 4_000).toBeCloseTo(0.5, 1);
  });
});

describe("shuffled", () => {
  it("gives each item once, by the seed", async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => all(shuffled(count(1_000), { seed, window: 100 }))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect([...a!].sort((x, y) => x - y)).toEqual(await all(count(1_000)));
  });

  it("moves an item forward by less than the window, and holds no more", async () => {
    const found = await all(shuffled(count(1_000), { seed: 3, window: 10 }));
    expect(Math.max(...found.map((value, place) => value - place))).toBeLessThanOrEqual(10);
  });

  it("is even within the window", async () => {
    const places = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 2_000; seed++) places[(await all(shuffled(count(5), { seed }))).indexOf(0)]! += 1;
    for (const n of places) expect(Math.abs(n - 400)).toBeLessThan(90);
  });
});

describe("shuffled, bounded and keyed", () => {
  it("keeps the order of one key, and still shuffles the rest", async () => {
    async function* versions() {
      for (let i = 0; i < 300; i++) yield { id: i % 3 === 0 ? `edited-${i % 30}` : undefined, i };
    }
    const found = await all(shuffled(versions(), { seed: 5, window: 100, keyOf: ({ id }) => id }));
    expect(found.map(({ i }) => i).sort((x, y) => x - y)).toEqual(await all(count(300)));
    for (let key = 0; key < 30; key += 3) {
      const same = found.filter(({ id }) => id === `edited-${key}`).map(({ i }) => i);
      expect(same).toHaveLength(10);
      expect(same).toEqual([...same].sort((x, y) => x - y));
    }
    expect(found.filter(({ i }, place) => i === place).length).toBeLessThan(30);
  });

  it("holds no more bytes than it may, even when one item is larger", async () => {
    let held = 0;
    let most = 0;
    async function* sized() {
      for (let i = 0; i < 100; i++) {
        held += i === 50 ? 500 : 10;
        most = Math.max(most, held);
        yield { i, size: i === 50 ? 500 : 10 };
      }
    }
    const seen: number[] = [];
    for await (const { i, size } of shuffled(sized(), { seed: 1, bytesOf: (item) => item.size, maxBytes: 200 })) {
      held -= size;
      seen.push(i);
    }
    expect(seen.sort((x, y) => x - y)).toEqual(await all(count(100)));
    expect(most).toBeLessThanOrEqual(200 + 500); // the window, and the item that is on its way in
  });
});

describe("limited", () => {
  it("counts what can be read, and closes its source", async () => {
    let closed = false;
    async function* items(): AsyncGenerator<Item> {
      try {
        for (let line = 1; ; line++) {
          if (line % 2) yield { ok: true, document: {}, file: "f", line };
          else yield { ok: false, reason: "r", file: "f", line };
        }
      } finally {
        closed = true;
      }
    }
    expect(await all(limited(items(), 3))).toHaveLength(5);
    expect(closed).toBe(true);
    expect(await all(limited(items(), 0))).toEqual([]);
  });
});

describe("paced", () => {
  it("keeps the rate and does not burst after a pause", async () => {
    let time = 0;
    const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
    const times: number[] = [];
    for await (const i of paced(count(25), { perSecond: 10, clock })) {
      times.push(time);
      if (i === 10) time += 60_000;
    }
    expect(times[10]).toBeCloseTo(1_000, 6);
    expect(times[11]).toBeCloseTo(61_000, 6);
    expect(times[24]! - times[11]!).toBeCloseTo(300, 6); // 10 of the missed second at once, the rest in time
    await expect(all(paced(count(1), { perSecond: 0, clock }))).rejects.toThrow(RangeError);
  });
});
