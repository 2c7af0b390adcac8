import type { HttpApp } from "@eddy/runtime/http-server";
import { registerClassify } from "./classify.ts";
import { createClusterCatalog } from "./cluster-catalog.ts";
import { registerClusters } from "./clusters.ts";
import { registerDeadLetters } from "./dead-letter-routes.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { registerDocuments } from "./documents.ts";
import { registerEvaluation } from "./evaluation.ts";
import { registerExport } from "./export.ts";
import { registerPage } from "./page/page.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";
import { createReplay } from "./replay.ts";
import { registerStatus } from "./status.ts";

/** The query side of the HTTP API, and the status page at `/`. */
export function registerConsole(app: HttpApp, ports: ConsolePorts, options: ConsoleOptions): void {
  const catalog = createClusterCatalog(ports);
  const letters = createDeadLetters(ports, options.pipeline);
  registerClusters(app, ports, options, catalog);
  registerDocuments(app, ports, options, letters);
  registerClassify(app, ports, options, catalog);
  registerExport(app, ports);
  registerEvaluation(app, ports);
  registerStatus(app, ports, options);
  registerDeadLetters(app, ports, letters, createReplay(ports, options.pipeline));
  registerPage(app);
}
