import { randomUUID } from "node:crypto";

/** Of what is published and what goes wrong: FLEET_SEED runs a failure again. */
export const SEED = Number(process.env.FLEET_SEED ?? 1);

/** A new one each time: topics and collections are left behind where they are not the test's own. */
export function pipelineName(test: string): string {
  return `${test}-${randomUUID().slice(0, 8)}`;
}
