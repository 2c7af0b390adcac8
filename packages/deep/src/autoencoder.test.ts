import { createGraphSession } from "@eddy/compute/graph-session";
import { glorotUniform, torchLinear } from "@eddy/compute/initialisers";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { createRandom } from "@eddy/runtime/random";
import { expect, it } from "vitest";
import {
  type AutoencoderOptions,
  type AutoencoderReport,
  trainAutoencoder,
  untrainedAutoencoder,
} from "./autoencoder.ts";
import { decodeAutoencoder, decodeFineTuning, encodeAutoencoder } from "./checkpoint.ts";
import { encodeRows, exportEncoder } from "./encoder.ts";
import { BOTTLENECK } from "./layers.ts";
import { groupedPoints } from "./points-fixture.ts";
import { rowsOf } from "./rows.ts";

const WIDTH = 12;
const values = groupedPoints({ count: 150, width: WIDTH, groups: 3, noise: 0.4, seed: 1 });
const clock = createFakeClock();
const options: AutoencoderOptions = {
  rows: rowsOf(values, WIDTH),
  layout: { sizes: [WIDTH, 8, 3] },
  epochs: 4,
  batchSize: 16,
  adam: { learningRate: 0.01 },
  seed: 5,
  threads: 1,
  stackSize: 4,
  clock,
};

it("learns: a linear code of 3 comes near the best of rank 3, which is that of the singular values", async () => {
  const mixing = Array.from({ length: 3 }, (_, i) =>
    groupedPoints({ count: 1, width: WIDTH, groups: 1, noise: 0, seed: i }),
  );
  const random = createRandom(3);
  const flat = new Float32Array(150 * WIDTH);
  for (let row = 0; row < 150; row++) {
    const parts = mixing.map(() => 2 * random.next() - 1);
    for (let i = 0; i < WIDTH; i++) {
      flat[row * WIDTH + i] = mixing.reduce((sum, direction, at) => sum + direction[i]! * parts[at]!, 0);
    }
  }
  // The rows have rank 3, so the best error is 0.
  const { curve } = await trainAutoencoder({
    ...options,
    rows: rowsOf(flat, WIDTH),
    layout: { sizes: [WIDTH, 3] },
    epochs: 60,
    adam: { learningRate: 0.02 },
  });
  expect(curve[0]!.error).toBeGreaterThan(0.03);
  expect(curve.at(-1)!.error).toBeLessThan(1e-4);
});

it("tells the loss curve, what is left, and a validation that is not trained on", async () => {
  const reports: AutoencoderReport[] = [];
  const { curve } = await trainAutoencoder({
    ...options,
    validation: 0.2,
    onEpoch(report) {
      reports.push(report);
      clock.advance(1_000);
    },
  });
  expect(curve.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(curve[3]!.validation).toBeLessThan(curve[0]!.validation!);
  expect(curve[3]!.loss).toBe(curve[3]!.error);
  // 120 rows of 16: 8 steps an epoch.
  expect(reports.map(({ state }) => state.training.steps)).toEqual([8, 16, 24, 32]);
  expect(reports.map(({ progress }) => progress.secondsLeft)).toEqual(
    [0, 1, 2 / 3, 0].map((x) => expect.closeTo(x, 6)),
  );
});

it("the same seed gives the same weights, another other ones", async () => {
  const [one, same, other] = [
    await trainAutoencoder(options),
    await trainAutoencoder(options),
    await trainAutoencoder({ ...options, seed: 6 }),
  ];
  expect(same.weights).toEqual(one.weights);
  expect(other.weights).not.toEqual(one.weights);
});

it("stopped and gone on from a state put away is never stopped, with dropout and batch normalisation too", async () => {
  const whole = { ...options, layout: { ...options.layout, batchNorm: true, dropout: 0.2 } };
  const straight = await trainAutoencoder(whole);
  const stop = new AbortController();
  let bytes = new Uint8Array();
  const stopped = trainAutoencoder({
    ...whole,
    signal: stop.signal,
    onEpoch({ state }) {
      bytes = Uint8Array.from(encodeAutoencoder(state));
      if (state.epoch === 2) stop.abort(new Error("enough"));
    },
  });
  await expect(stopped).rejects.toThrow("enough");
  const gone = await trainAutoencoder({ ...whole, state: decodeAutoencoder(bytes) });
  expect(gone.weights).toEqual(straight.weights);
  expect(gone.curve).toEqual(straight.curve);
  expect(() => decodeFineTuning(bytes)).toThrow("not a state of fine-tuning");
  expect(() => decodeAutoencoder(bytes.subarray(0, bytes.length - 4))).toThrow("half a state");
  expect(() => decodeAutoencoder(Uint8Array.of(9, 0, 0, 0, 1))).toThrow("not a state");
});

it("penalties make weights smaller and the loss larger than the error", async () => {
  const plain = await trainAutoencoder(options);
  const norm = ({ weights }: typeof plain) => Math.hypot(...weights[`${BOTTLENECK}/weights`]!);
  for (const penalties of [{ l1: 0.01 }, { l2: 0.01 }]) {
    const held = await trainAutoencoder({ ...options, penalties });
    expect(norm(held)).toBeLessThan(norm(plain));
    expect(held.curve[3]!.loss).toBeGreaterThan(held.curve[3]!.error);
  }
});

it("an encoder leaves by its layer's name as an ONNX model that gives the same codes", async () => {
  const { network, weights } = await trainAutoencoder({ ...options, layout: { ...options.layout, batchNorm: true } });
  const codes = await encodeRows(network, weights, BOTTLENECK, options.rows);
  const model = await createGraphSession(exportEncoder(network, weights, BOTTLENECK));
  expect(model.inputNames).toEqual(["x"]);
  const found = await model.run({ x: { data: values, dims: [150, WIDTH] } });
  expect(found[BOTTLENECK]!.dims).toEqual([150, 3]);
  const apart = codes.reduce((most, value, at) => {
    return Math.max(most, Math.abs(value - (found[BOTTLENECK]!.data as Float32Array)[at]!));
  }, 0);
  expect(apart).toBeLessThan(1e-5);
  await model.close();
  expect(() => exportEncoder(network, weights, "bottleneck")).toThrow("there is no layer bottleneck");
});

it("first weights lie within Keras' and PyTorch's bounds, and fill them", () => {
  const layout = { sizes: [40, 10] };
  const bounds = { glorot: Math.sqrt(6 / 50), torch: 1 / Math.sqrt(40) };
  const largest = (tensor: Float32Array) => tensor.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const glorot = untrainedAutoencoder(layout, 1, glorotUniform).weights;
  expect(largest(glorot[`${BOTTLENECK}/weights`]!) / bounds.glorot).toBeCloseTo(1, 1);
  expect(largest(glorot[`${BOTTLENECK}/bias`]!)).toBe(0);
  const torch = untrainedAutoencoder(layout, 1, torchLinear).weights;
  expect(largest(torch[`${BOTTLENECK}/weights`]!) / bounds.torch).toBeCloseTo(1, 1);
  expect(largest(torch[`${BOTTLENECK}/weights`]!)).toBeLessThanOrEqual(bounds.torch);
  expect(largest(torch[`${BOTTLENECK}/bias`]!)).toBeGreaterThan(bounds.torch / 2);
});

it("refuses rows that don't fit, and none", async () => {
  await expect(trainAutoencoder({ ...options, rows: rowsOf(values, 6) })).rejects.toThrow("rows of 6 for a net");
  await expect(trainAutoencoder({ ...options, rows: rowsOf(values.subarray(0, 0), WIDTH) })).rejects.toThrow("no rows");
});
