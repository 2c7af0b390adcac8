import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createBackupRoute } from "@eddy/cli/up/backup-route";
import { registerConsole } from "@eddy/console/console";
import { topicsOf } from "@eddy/contracts/topics";
import { registerIntake } from "@eddy/ingest/http/intake";
import { systemClock } from "@eddy/runtime/clock";
import { createHttpApp } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { OPENAPI_PATH, registerOpenApi } from "@eddy/runtime/openapi";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";

/** What `GET /v1/openapi.json` of an `eddy up` answers. @param {string} root */
export async function openApi(root) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const logger = createLogger({ service: "generate", level: "silent" });
  const topics = topicsOf("eddy");
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  // The routes are described, not called: what only their handlers need is not there.
  const ports = /** @type {any} */ ({ streams, topics, clock: systemClock, logger });
  const options = { pipeline: "eddy", version, groups: { ingest: "", embed: "", cluster: "" }, seedSize: 0 };
  const app = await createHttpApp({
    logger,
    register: [
      registerOpenApi(version),
      createBackupRoute({ ...ports, pipeline: "eddy", version }),
      (made) => registerIntake(made, { ...ports, maxDocumentBytes: 0, dimensions: 0 }),
      (made) => registerConsole(made, ports, options),
    ],
  });
  const answer = await app.inject({ url: OPENAPI_PATH });
  await app.close();
  return `${JSON.stringify(answer.json(), null, 2)}\n`;
}
