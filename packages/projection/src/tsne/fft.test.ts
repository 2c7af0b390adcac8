import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { createFft, smoothLength } from "./fft.ts";

describe("fft", () => {
  it.each([1, 2, 3, 4, 8, 12, 18, 54, 96, 108])(
    "of %i numbers in three lanes is the sum that it stands for, and turns back",
    (length) => {
      const random = createRandom(length);
      const lanes = 3;
      const re = Float64Array.from({ length: length * lanes }, random.next);
      const im = Float64Array.from({ length: length * lanes }, random.next);
      const [gotRe, gotIm] = [re.slice(), im.slice()];
      const fft = createFft(length, lanes);
      fft.transform(gotRe, gotIm);
      for (let q = 0; q < lanes; q++) {
        for (let k = 0; k < length; k++) {
          let [x, y] = [0, 0];
          for (let j = 0; j < length; j++) {
            const angle = (-2 * Math.PI * j * k) / length;
            const at = j * lanes + q;
            x += re[at]! * Math.cos(angle) - im[at]! * Math.sin(angle);
            y += re[at]! * Math.sin(angle) + im[at]! * Math.cos(angle);
          }
          expect(gotRe[k * lanes + q]).toBeCloseTo(x, 9);
          expect(gotIm[k * lanes + q]).toBeCloseTo(y, 9);
        }
      }
      fft.transform(gotIm, gotRe);
      for (let i = 0; i < re.length; i++) {
        expect(gotRe[i]! / length).toBeCloseTo(re[i]!, 12);
        expect(gotIm[i]! / length).toBeCloseTo(im[i]!, 12);
      }
    },
  );

  it("has no other lengths", () => {
    expect(() => createFft(10)).toThrow(RangeError);
    expect([1, 5, 7, 25, 100, 257, 513].map(smoothLength)).toEqual([1, 6, 8, 27, 108, 288, 576]);
  });
});
