import type { KChoice } from "@eddy/clustering/events";
import type { EmbedderInfo, ModelProgress } from "@eddy/embedding/port";
import { count, counted, decimal } from "../figures.ts";

export interface BannerFacts {
  readonly version: string;
  readonly apiUrl: string;
  readonly qdrantUrl: string;
  readonly collection: string;
  readonly metricsUrl: string;
  /** Brokers of a Kafka; undefined: the embedded log. */
  readonly kafka: readonly string[] | undefined;
  readonly home: string;
  readonly embedder: EmbedderInfo;
  readonly clusters: number;
  readonly demoRate: number | undefined;
  /** Callers of the HTTP API must bring a key. */
  readonly keyed: boolean;
}

/** What runs where, and what to try next. */
export function banner(facts: BannerFacts): string {
  const { model, dtype, device, dimensions, maxTokens } = facts.embedder;
  const rows: (readonly [string, string])[] = [
    ["HTTP API", `${facts.apiUrl}  (in a browser: the console)`],
    ["Qdrant", `${facts.qdrantUrl}  collection "${facts.collection}"`],
    ["Metrics", `${facts.metricsUrl}/metrics`],
    ...(facts.kafka ? [["Kafka", facts.kafka.join(", ")] as const] : []),
    ["Data", facts.home],
    [
      "Embedder",
      model === "hash"
        ? `hash: by words alone, without a model; for trials (${dimensions} dimensions)`
        : `${model}, ${dtype} on ${device}, ${dimensions} dimensions, ${maxTokens} tokens`,
    ],
    ["Clusters", facts.clusters === 0 ? "auto: chosen on the first documents" : String(facts.clusters)],
  ];
  if (facts.demoRate !== undefined)
    rows.push(["Demo", `made-up news on a dozen themes, ${counted(facts.demoRate, "document")}/s after a first burst`]);
  const key = facts.keyed ? ` -H "authorization: Bearer $EDDY_API_KEY"` : "";
  const url = /^http:.*:7400$/.test(facts.apiUrl) ? "" : ` --url ${facts.apiUrl}`;
  return `
Eddy ${facts.version}

${rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`).join("\n")}

Try, in another terminal${facts.keyed ? ", with a key (`eddy keys create`) in EDDY_API_KEY" : ""}:

  npx eddy clusters${url}
  npx eddy classify "the striker scored twice in the final"${url}
  npx eddy publish FILE.jsonl --wait${url}
  curl -d 'a text of mine' -H 'content-type: text/plain'${key} ${facts.apiUrl}/v1/documents

Ctrl-C stops it; starting again goes on where it was.
`;
}

/** What people are told of the first seed. */
export function seededMessage(clusters: number, sample: number, choice: KChoice): string {
  const from = `from ${count(sample)} documents`;
  if (!choice.automatic) return `Seeded ${count(clusters)} clusters ${from}.`;
  if (sample < 16)
    return `Seeded ${count(clusters)} cluster ${from}: too few to choose a number of clusters; it is chosen when there are more.`;
  const score = `simplified silhouette ${decimal(choice.score)}; runner-up ${choice.runnerUp} with ${decimal(choice.runnerUpScore)}`;
  return choice.clear
    ? `Seeded ${count(clusters)} clusters ${from} (${score}).`
    : `Seeded ${count(clusters)} clusters ${from}, but there is no clear structure (${score}). Use --clusters to choose their number yourself.`;
}

/** `model_quantized.onnx  12.3 of 22.9 MB (54%) from hub`. */
export function progressLine({ file, received, total, source }: ModelProgress): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (total === undefined || total === 0) return `Getting the model: ${file}  ${megabytes(received)} MB from ${source}`;
  const width = 24;
  const done = Math.round((width * received) / total);
  return `Getting the model: ${file}  ${"█".repeat(done)}${"░".repeat(width - done)}  ${megabytes(received)} of ${megabytes(total)} MB from ${source}`;
}
