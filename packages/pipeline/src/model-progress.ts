import type { ModelProgress } from "@eddy/embedding/port";
import type { Logger } from "@eddy/runtime/logger";

const STEP = 0.25;

/** Tells of a model on its way in a few log lines: at its beginning, each quarter, and its end. */
export function createModelProgress(logger: Logger): (progress: ModelProgress) => void {
  const told = new Map<string, number>();
  return ({ file, source, received, total }) => {
    const quarter = total ? Math.floor(received / total / STEP) : 0;
    if (told.get(file) === quarter) return;
    told.set(file, quarter);
    const share = total ? `${quarter * STEP * 100} % of ${(total / 1e6).toFixed(1)} MB` : "started";
    logger.info(`getting the model from ${source}: ${file}, ${share}`);
  };
}
