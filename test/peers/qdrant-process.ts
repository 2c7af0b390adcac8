/** A Qdrant for tests: the one that QDRANT_URL names, else Eddy's embedded one as a process of its own. */
import { join } from "node:path";
import { EDDY, temporaryFolder } from "../support/eddy-process.ts";
import { startMember } from "../support/member.ts";

export interface QdrantProcess {
  readonly url: string;
  /** Absent where the server is not this test's own: kill -9, and start again on the same data and port. */
  readonly restart?: { kill(): Promise<void>; start(): Promise<void> };
  stop(): Promise<void>;
}

export interface QdrantOptions {
  /** Where it keeps its data: a folder of its own by default. */
  readonly dir?: string;
}

export async function startQdrant({ dir }: QdrantOptions = {}): Promise<QdrantProcess> {
  const given = process.env.QDRANT_URL;
  if (given && dir === undefined) return { url: given, stop: async () => {} };
  const folder = temporaryFolder();
  const data = dir ?? join(folder.path, "qdrant");
  const open = async (port: string) => {
    const command = [process.execPath, EDDY, "qdrant", "--dir", data, "--port", port];
    const child = startMember("qdrant", command, {}, ({ isTold, output }, { code, signal }) => {
      if (!isTold) console.error(`the store ended by itself: ${signal ?? `exit code ${code}`}\n${output}`);
    });
    const [, url] = await child.said(/REST at (http:\S+?),/);
    return { child, url: url! };
  };
  const first = await open("0");
  let { child } = first;
  return {
    url: first.url,
    restart: {
      async kill() {
        await child.kill();
      },
      async start() {
        ({ child } = await open(new URL(first.url).port));
      },
    },
    async stop() {
      await child.stop();
      folder.remove();
    },
  };
}
