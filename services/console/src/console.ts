import { HttpFault } from "@eddy/runtime/http-fault";
import type { HttpApp } from "@eddy/runtime/http-server";
import { registerClassify } from "./classify.ts";
import { createClusterCatalog } from "./cluster-catalog.ts";
import { registerClusters } from "./clusters.ts";
import { registerDeadLetters } from "./dead-letter-routes.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { registerDocumentHistory } from "./document-history.ts";
import { registerDocuments } from "./documents.ts";
import { registerEvaluation } from "./evaluation.ts";
import { registerEvents } from "./events.ts";
import { registerExport } from "./export.ts";
import { registerMap } from "./map/map-route.ts";
import { registerPage } from "./page/page.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";
import { registerRename } from "./rename.ts";
import { createReplay } from "./replay.ts";
import { registerSearch } from "./search.ts";
import { registerStatus } from "./status.ts";
import { registerStatusHistory } from "./status-history.ts";
import { registerTrend } from "./trend.ts";

/** The query side of the HTTP API, and the page over it at `/`. */
export function registerConsole(app: HttpApp, ports: ConsolePorts, options: ConsoleOptions): void {
  const catalog = createClusterCatalog(ports);
  const letters = createDeadLetters(ports, options.pipeline);
  registerClusters(app, ports, options, catalog);
  registerClassify(app, ports, options, catalog);
  registerRename(app, ports, catalog);
  registerEvents(app, ports);
  registerStatus(app, ports, options);
  registerStatusHistory(app, ports, options);
  registerMap(app, ports);
  registerPage(app);
  app.register(async (scope) => {
    scope.addHook("onRequest", async () => refuseUnfounded(ports));
    registerDocuments(scope, ports, options, letters);
    registerDocumentHistory(scope, ports, letters);
    registerSearch(scope, ports);
    registerTrend(scope, ports);
    registerExport(scope, ports);
    registerEvaluation(scope, ports);
    registerDeadLetters(scope, ports, letters, createReplay(ports, options.pipeline));
  });
}

/** The collection is made right after the model is founded. */
function refuseUnfounded({ replica }: ConsolePorts): void {
  if (replica.state.founded) return;
  throw new HttpFault("STARTING", "Eddy is starting: come again in a second", { headers: { "retry-after": "1" } });
}
