// What a frame of the console's map costs with 20,000 points: the page's own time a frame (scripts, styles, layout; its main thread), and the
// time between frames, while somebody zooms and drags. Over a real `eddy up` in Chromium without a GPU: SwiftShader draws the points on the
// same cores, so the time between frames says little of a machine that has one; the page's own time does.
//   node test/bench/map-frames.mjs [--points 20000] [--frames 300] [--json]      (CHROMIUM names another browser)
import { parseArgs } from "node:util";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import { chromium } from "playwright-core";
import { median, quantile, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const { values: flags } = parseArgs({
  options: {
    points: { type: "string", default: "20000" },
    frames: { type: "string", default: "300" },
    json: { type: "boolean" },
  },
});
const points = Number(flags.points);
const frames = Number(flags.frames);
const GOAL_MS = 8;
const PATIENCE_MS = 300_000;

const loaded = await loadFromTests("support/eddy-process.ts", "support/publish.ts", "support/until.ts");
const [{ startUp, temporaryFolder, endAll }, { publish }, { until }] = loaded.modules;
const folder = temporaryFolder();
const up = await startUp(folder.path, ["--embedder", "hash", "--clusters", "12"]);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const between = [];
let own;
try {
  await publish(
    up.api,
    Array.from({ length: points }, (_, n) => demoDocument(1, n)),
  );
  await up.caughtUp(PATIENCE_MS);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(up.api);
  await until("all points", PATIENCE_MS, async () => {
    const { shown } = await (await fetch(`${up.api}/v1/map`)).json();
    return shown >= points;
  });
  // Till the page has them and new ones glow no more.
  await page.waitForTimeout(8_000);
  const stage = page.getByRole("application");
  const { x, y, width, height } = await stage.boundingBox();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const busy = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, -200);
  await page.mouse.down();
  const before = await busy();
  for (let n = 0; n < frames; n++) {
    const angle = n / 10;
    const from = performance.now();
    await page.mouse.move(x + width / 2 + 120 * Math.sin(angle), y + height / 2 + 90 * Math.cos(angle));
    if (n % 10 === 0) await page.mouse.wheel(0, n % 20 === 0 ? -60 : 60);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    between.push(performance.now() - from);
  }
  own = ((await busy()) - before) / frames;
  await page.mouse.up();
} finally {
  await browser.close();
  await up.stop();
  endAll();
  folder.remove();
  await loaded.close();
}
report(
  "map frames",
  {
    points,
    frames,
    ownMsAFrame: round(own, 2),
    betweenMs: { p50: round(median(between), 1), p95: round(quantile(between, 0.95), 1) },
  },
  { own: [`the page's own time ≤ ${GOAL_MS} ms a frame, half of what 60 a second leave`, own <= GOAL_MS] },
  flags,
);
process.exit(0);
