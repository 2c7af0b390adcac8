import type { Section } from "@eddy/report/report";
import { table } from "../frame/blocks.ts";
import type { Embeddings } from "../frame/embeddings.ts";
import type { StreamedScores } from "../frame/streamed.ts";
import { PUBLISHED_RATE } from "./published.ts";

export function speedSection(embedded: Embeddings, streamed: StreamedScores | undefined): Section {
  return {
    title: "Speed",
    blocks: [
      table(
        "Documents a second",
        ["", "documents/s"],
        [
          ["published: embedding on a T4 GPU, one text a call", PUBLISHED_RATE],
          ["embedding here, fp32 on the processor, in batches", { mean: embedded.documentsPerSecond, digits: 0 }],
          ...(streamed
            ? [
                [
                  "Eddy's pipeline with the vectors ready, documents to assignments",
                  { mean: streamed.documentsPerSecond, digits: 0 },
                ] as const,
              ]
            : []),
        ],
        `As measured when they were made, with whatever else the machine had to do. ${embedded.truncated} posts are longer than the ${embedded.maxTokens} tokens that the model reads.`,
      ),
    ],
  };
}
