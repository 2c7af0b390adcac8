import {
  type DeadLetter,
  deadLetterListSchema,
  type ReplayResult,
  replayBodySchema,
  replayResultSchema,
} from "@eddy/contracts/api/dead-letter";
import { deadLetterTopic } from "@eddy/contracts/topics";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { DeadLetters } from "./dead-letters.ts";
import { limit } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";
import type { Replay } from "./replay.ts";

const listQuery = z.strictObject({ limit: limit(50, 500) });

const routes = {
  list: describeRoute({
    scope: "read",
    summary: "What was refused, the newest first.",
    query: listQuery,
    answer: json(deadLetterListSchema),
  }),
  replay: describeRoute({
    scope: "admin",
    summary: "Puts dead letters back where they came from.",
    body: json(replayBodySchema),
    answer: json(replayResultSchema),
  }),
};

/** `GET /v1/dead-letters` and `POST /v1/dead-letters/replay`. */
export function registerDeadLetters(
  app: HttpApp,
  { topics }: ConsolePorts,
  letters: DeadLetters,
  replay: Replay,
): void {
  const ofDocuments = deadLetterTopic(topics.documents);

  app.get("/v1/dead-letters", routes.list, async ({ query }): Promise<readonly DeadLetter[]> => {
    return letters.list(readParameters(listQuery, query).limit);
  });

  app.post("/v1/dead-letters/replay", routes.replay, async ({ body }): Promise<ReplayResult> => {
    const { letters: places, force } = readParameters(replayBodySchema, body);
    if (!places) return replay.all(force);
    return replay.letters(
      places.map(({ topic = ofDocuments, partition, offset }) => ({ topic, partition, offset })),
      force,
    );
  });
}
