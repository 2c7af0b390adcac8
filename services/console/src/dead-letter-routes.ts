import { deadLetterTopic } from "@eddy/contracts/topics";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { DeadLetter, DeadLetters } from "./dead-letters.ts";
import { limit, readParameters } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";
import type { Replay, ReplayResult } from "./replay.ts";

const listQuery = z.strictObject({ limit: limit(50, 500) });
const place = z.strictObject({
  /** Absent: the dead letters of `documents`. */
  topic: z.string().optional(),
  partition: z.int().nonnegative(),
  offset: z.int().nonnegative(),
});
const replayBody = z
  .strictObject({
    letters: z.array(place).min(1).max(1_000).optional(),
    all: z.literal(true).optional(),
    force: z.boolean().default(false),
  })
  .refine(
    ({ letters, all }) => (letters === undefined) !== (all === undefined),
    'give either "letters" or "all": true',
  );

/** `GET /v1/dead-letters` and `POST /v1/dead-letters/replay`. */
export function registerDeadLetters(
  app: HttpApp,
  { topics }: ConsolePorts,
  letters: DeadLetters,
  replay: Replay,
): void {
  const ofDocuments = deadLetterTopic(topics.documents);

  app.get("/v1/dead-letters", async ({ query }): Promise<DeadLetter[]> => {
    return letters.list(readParameters(listQuery, query).limit);
  });

  app.post("/v1/dead-letters/replay", async ({ body }): Promise<ReplayResult> => {
    const { letters: places, force } = readParameters(replayBody, body);
    if (!places) return replay.all(force);
    return replay.letters(
      places.map(({ topic = ofDocuments, partition, offset }) => ({ topic, partition, offset })),
      force,
    );
  });
}
