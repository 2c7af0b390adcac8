import { centreMatrix, distanceTo } from "@eddy/clustering/centres";
import { type Classification, classificationSchema, classifyBodySchema } from "@eddy/contracts/api/classification";
import { clusterName } from "@eddy/contracts/collection";
import { HttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { ClusterCatalog } from "./cluster-catalog.ts";
import { seedingOf } from "./find-cluster.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";
import { embedQuestion } from "./question.ts";

const ALTERNATIVES = 3;

const route = describeRoute({
  scope: "read",
  summary: "Which cluster a text would go to now. Nothing is kept.",
  body: { ...json(classifyBodySchema), "text/plain": z.string() },
  answer: json(classificationSchema),
});

/** `POST /v1/classify`: {"text", "title"?}, or plain text. Nothing is kept. */
export function registerClassify(
  app: HttpApp,
  ports: ConsolePorts,
  options: ConsoleOptions,
  catalog: ClusterCatalog,
): void {
  const { replica, embedder } = ports;

  app.post("/v1/classify", route, async ({ body }): Promise<Classification> => {
    const given = readParameters(classifyBodySchema, typeof body === "string" ? { text: body } : body);
    const seeding = seedingOf(replica.state, options.seedSize);
    if (seeding) {
      const message = `there is no model yet: ${seeding.have} of ${seeding.want} documents are there to seed it`;
      throw new HttpFault("NO_MODEL", message, { details: { seeding } });
    }
    return classify(await embedQuestion(embedder, given, "document"));
  });

  async function classify(vector: Float32Array): Promise<Classification> {
    const { founded, clusters: living } = replica.state;
    const { clusters, values } = centreMatrix(replica.state);
    const named = clusters
      .map((id, row) => ({ id, distance: distanceTo(founded!.metric, vector, values, row) }))
      .sort((a, b) => a.distance - b.distance || a.id - b.id)
      .map(({ id, distance }) => {
        const name = living.get(id)?.name ?? "";
        return { cluster_id: clusterName(id), ...(name !== "" && { name }), distance };
      });
    const [nearest, ...others] = named;
    const known = (await catalog.list()).clusters.find(({ cluster_id }) => cluster_id === nearest!.cluster_id);
    const margin = others[0] ? others[0].distance - nearest!.distance : 0;
    return { ...nearest!, keywords: known?.keywords ?? [], margin, alternatives: others.slice(0, ALTERNATIVES) };
  }
}
