// A step of training, ours against PyTorch's on the CPU, in turn in one run.
//   node test/bench/training.mjs [--python PYTHON_WITH_TORCH] [--threads 2] [--rounds 7] [--json]
// Times are told both by the clock and by the processor: on a machine with other work, hold the latter, at one thread, against
// each other.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { resolveAdam } from "@eddy/compute/adam";
import { meanSquaredError } from "@eddy/compute/losses";
import { createTrainer } from "@eddy/compute/trainer";
import { untrainedAutoencoder } from "@eddy/deep/autoencoder";
import { createRandom } from "@eddy/runtime/random";
import { median, report, round } from "./figures.mjs";
import { openPeer } from "./peers/open-peer.mjs";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean" },
  },
});
const threads = Number(flags.threads);
const nets = {
  "384-256-128-64, batch 64": { sizes: [384, 256, 128, 64], rows: 64, steps: 50 },
  "500-1024-512-256-10, batch 32": { sizes: [500, 1024, 512, 256, 10], rows: 32, steps: 50 },
};

const peer = await openPeer("torch_training.py", { python: flags.python, env: { OMP_NUM_THREADS: flags.threads } });

/** The graph that `trainAutoencoder` trains, fed with the same batch shapes. */
async function openTrainer({ sizes }) {
  const { network, state } = untrainedAutoencoder({ sizes }, 0);
  return createTrainer(
    {
      name: "bench",
      inputs: [{ name: "x", width: sizes[0] }],
      parameters: network.parameters,
      adam: resolveAdam({ learningRate: 1e-3 }),
      step(tape, values) {
        const { outputs } = network.train(tape, values.input("x"), values);
        return { loss: meanSquaredError(tape, outputs.get("output"), values.input("x")) };
      },
    },
    { state: state.training, threads },
  );
}

const figures = { threads, load: loadavg().map((load) => round(load, 1)) };
const goals = {};
const random = createRandom(0);
for (const [name, net] of Object.entries(nets)) {
  const { sizes, rows, steps } = net;
  const trainer = await openTrainer(net);
  const x = Float32Array.from({ length: steps * rows * sizes[0] }, random.next);
  await trainer.train({ steps, rows, inputs: { x } });
  const mirrored = [...sizes, ...sizes.toReversed().slice(1)];
  const times = [];
  for (let turn = 0; turn < Number(flags.rounds); turn++) {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    await trainer.train({ steps, rows, inputs: { x } });
    const used = process.cpuUsage(cpu);
    times.push({
      wall: (performance.now() - wall) / steps,
      cpu: (used.user + used.system) / 1_000 / steps,
      peer: await peer.ask({ sizes: mirrored, rows, steps, threads }),
    });
  }
  const of = (pick) => round(median(times.map(pick)), 3);
  figures[name] = {
    wall_ms: of(({ wall }) => wall),
    torch_wall_ms: of(({ peer }) => peer.wall),
    wall_ratio: of(({ wall, peer }) => wall / peer.wall),
    cpu_ms: of(({ cpu }) => cpu),
    torch_cpu_ms: of(({ peer }) => peer.cpu),
    cpu_ratio: of(({ cpu, peer }) => cpu / peer.cpu),
  };
  figures.torch = times[0].peer.torch;
  const judged = threads === 1 ? "cpu_ratio" : "wall_ratio";
  goals[name] = [`${judged} ≤ 0.8`, figures[name][judged] <= 0.8];
  await trainer.close();
}
report("training", figures, goals, flags);
peer.close();
