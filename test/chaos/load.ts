import type { Random } from "@eddy/runtime/random";
import type { Acknowledged } from "../support/acknowledged-faults.ts";
import { randomText } from "../support/random-text.ts";

export interface Load {
  /** In the order of each client. */
  readonly acknowledged: readonly Acknowledged[];
  /** Requests that got no answer. */
  readonly cut: number;
  /** Clients that send until `api` is gone. */
  run(api: string, stopped: AbortSignal): Promise<void>;
}

const CLIENTS = 3;
const IDS = 40;

/** Puts, edits, deletions and keyless documents. A client has ids of its own and waits for its answer, so their order is known. */
export function createLoad(random: Random): Load {
  const acknowledged: Acknowledged[] = [];
  let cut = 0;
  let count = 0;

  async function client(name: string, api: string, stopped: AbortSignal): Promise<void> {
    const ownId = () => `${name}-${random.below(IDS)}`;
    while (!stopped.aborted) {
      if (random.next() < 0.3) {
        const id = ownId();
        await fetch(`${api}/v1/documents/${id}`, { method: "DELETE", signal: stopped }).then(expectAccepted);
        acknowledged.push({ id, n: null });
        continue;
      }
      const documents = Array.from({ length: random.next() < 0.3 ? 1 + random.below(60) : 1 }, () => ({
        ...(random.next() < 0.7 && { id: ownId() }),
        text: randomText(random),
        metadata: { n: count++ },
      }));
      const answer = await fetch(`${api}/v1/documents`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: documents.map((document) => `${JSON.stringify(document)}\n`).join(""),
        signal: stopped,
      });
      const { ids } = (await expectAccepted(answer)) as { ids: string[] };
      for (const [index, { metadata }] of documents.entries()) acknowledged.push({ id: ids[index]!, n: metadata.n });
    }
  }

  return {
    acknowledged,
    get cut() {
      return cut;
    },
    async run(api, stopped) {
      await Promise.all(
        Array.from({ length: CLIENTS }, (_, index) =>
          client(`client${index}`, api, stopped).catch((error: Error) => {
            if (error instanceof Refused) throw error;
            cut += 1;
          }),
        ),
      );
    },
  };
}

class Refused extends Error {}

async function expectAccepted(answer: Response): Promise<unknown> {
  const body = await answer.text();
  if (answer.status !== 202) throw new Refused(`${answer.status} ${body}`);
  return JSON.parse(body);
}
