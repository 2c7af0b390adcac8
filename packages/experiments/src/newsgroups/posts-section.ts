import type { Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import type { StreamedScores } from "../frame/streamed.ts";
import type { Posts } from "./posts.ts";

export function postsSection({ ids, labels, filled }: Posts, streamed: StreamedScores | undefined): Section {
  const empty = ids.length - filled.length;
  const kept = new Set(filled);
  const names = [...new Set(labels)].sort();
  const countOf = (name: string, of: (row: number) => boolean) =>
    labels.filter((label, row) => label === name && of(row)).length;
  const refused =
    streamed &&
    Object.entries(streamed.rejected)
      .map(([code, count]) => `${count} ${code}`)
      .join(", ");
  return {
    title: "The posts",
    blocks: [
      prose(
        `${ids.length} posts of four groups (both parts), without headers, footers and quotes, removed as scikit-learn removes them, to the character. ${empty} are empty then.`,
      ),
      table(
        "Posts of each group",
        ["group", "posts", "empty", "left"],
        names.map((name) => [
          name,
          countOf(name, () => true),
          countOf(name, (row) => !kept.has(row)),
          countOf(name, (row) => kept.has(row)),
        ]),
      ),
      choice(
        `The write-up embeds the empty posts with the others, and so does the batch run here: ${ids.length} rows. ${
          streamed
            ? `The stream refuses them into the dead letters (${refused || "none"}) and clusters ${ids.length - empty}.`
            : "The stream would refuse them."
        }`,
      ),
    ],
  };
}
