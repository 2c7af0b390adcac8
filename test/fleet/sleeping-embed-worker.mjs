// `eddy run embed-worker` with an embedder that sleeps for each text instead of computing: two cores can show how a fleet grows.
import { setTimeout as sleep } from "node:timers/promises";
import { createEmbedComponent, foundationOf } from "@eddy/embed-worker/component";
import { embedWorkerSettings } from "@eddy/embed-worker/config";
import { createHashEmbedder } from "@eddy/embedding/hash-embedder";
import { found, whileFollowing } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { runService } from "@eddy/pipeline/run-service";
import { defineConfig, loadConfig } from "@eddy/runtime/config";

const TEXT_MS = 10;

function createSleepingEmbedder() {
  const hash = createHashEmbedder();
  // One device: calls wait for each other.
  let last = Promise.resolve();
  return {
    ...hash,
    embed(texts, options) {
      last = last.catch(() => {}).then(() => sleep(TEXT_MS * texts.length, undefined, { signal: options?.signal }));
      return last.then(() => hash.embed(texts, options));
    },
  };
}

// Of the environment, what is an embed-worker's: `eddy run` knows the settings of all services.
const names = new Set(Object.values(embedWorkerSettings).map(({ env }) => env));
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => names.has(name)));
const config = loadConfig(defineConfig({ name: "embed-worker", settings: embedWorkerSettings }), env);
await runService("embed-worker", config, async (platform) => {
  const { streams, topics, clock } = platform;
  const embedder = createSleepingEmbedder();
  const { replica } = openModel({ streams, topics, clock });
  await whileFollowing(replica, () => found(replica, foundationOf(config, embedder.info)));
  return [createEmbedComponent(platform, config, embedder)];
});
