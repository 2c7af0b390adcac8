import type { Clock } from "@eddy/runtime/clock";
import { describeRoute } from "@eddy/runtime/http-route";
import type { HttpApp, RegisterRoutes } from "@eddy/runtime/http-server";
import type { Logger } from "@eddy/runtime/logger";
import { z } from "zod";
import { copyPipeline, type PipelineSource } from "../backup/backup-pipeline.ts";
import { BACKUP_PATH } from "../backup/fetch-backup.ts";
import { pipelineHead } from "../backup/save-pipeline.ts";
import { packBackup } from "../backup/write-backup.ts";

export interface BackupRouteOptions extends Pick<PipelineSource, "streams" | "api" | "pipeline"> {
  /** Of Eddy. */
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const route = describeRoute({
  scope: "admin",
  summary: "A backup of the pipeline, made while it runs.",
  description:
    "A gzipped tar, as `eddy restore` takes it. One that lacks `checksums.json` at its end was cut off: `eddy backup --live` checks that.",
  answer: { "application/gzip": z.string() },
});

/** `GET /v1/backup`: made as fast as the client takes it. An error under way cuts the answer off. */
export function createBackupRoute({ version, clock, logger, ...source }: BackupRouteOptions): RegisterRoutes {
  return (app: HttpApp) => {
    const closing = new AbortController();
    app.addHook("preClose", async () => closing.abort(new Error("Eddy is stopping")));
    app.get(BACKUP_PATH, { exposeHeadRoute: false, ...route }, async (_request, reply) => {
      const left = new AbortController();
      const signal = AbortSignal.any([closing.signal, left.signal]);
      const now = clock.now();
      const { bytes, packed } = packBackup(pipelineHead(version, now), async (writer) => {
        await copyPipeline({ ...source, signal }, writer);
      });
      bytes.once("close", () => left.abort(new Error("the client has left")));
      signal.addEventListener("abort", () => bytes.destroy(), { once: true });
      packed.catch((error: Error) => logger.warn(`a backup was cut off: ${error.message}`));
      const name = `${source.pipeline}-${new Date(now).toISOString().slice(0, 10)}.tar.gz`;
      return reply
        .header("content-type", "application/gzip")
        .header("content-disposition", `attachment; filename="${name}"`)
        .send(bytes);
    });
  };
}
