import { type EvaluationView, evaluationSchema } from "@eddy/contracts/api/evaluation";
import { evaluate } from "@eddy/quality/evaluate";
import { HttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { livingName } from "./find-cluster.ts";
import { noQuery } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";

/** Distinct labels: each is a query to the store, and a row of the confusion. */
const MAX_LABELS = 1_000;

const route = describeRoute({
  scope: "read",
  summary: "Labels that came with the documents against their clusters as they are now.",
  query: noQuery,
  answer: json(evaluationSchema),
});

/** `GET /v1/evaluation`: labels that came with the documents against their clusters as they are now. */
export function registerEvaluation(app: HttpApp, { store, replica }: ConsolePorts): void {
  app.get("/v1/evaluation", route, async ({ query }): Promise<EvaluationView> => {
    readParameters(noQuery, query);
    const labels = await store.facet("label", { limit: MAX_LABELS + 1 });
    if (labels.length > MAX_LABELS)
      throw new HttpFault(
        "TOO_MANY",
        `there are more than ${MAX_LABELS} different labels: they name documents, not classes`,
      );
    const pairs: { label: string; cluster: string }[] = [];
    for (const { value: label } of labels) {
      for (const { value, count } of await store.facet("cluster_id", { where: { label } })) {
        const pair = { label, cluster: livingName(replica.state, value) };
        for (let n = 0; n < count; n++) pairs.push(pair);
      }
    }
    const found = evaluate(pairs);
    return { ...found, unlabelled: found.unlabelled + (await store.count({ hasLabel: false })) };
  });
}
