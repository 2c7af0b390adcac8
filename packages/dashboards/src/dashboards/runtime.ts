import { LOOP_LOOK_MS } from "@eddy/runtime/metrics";
import { node } from "../external-metrics.ts";
import { eddy as m } from "../metrics.ts";
import { createPromQl, panelScope } from "../promql.ts";
import { type DashboardSpec, table, timeseries } from "../spec.ts";

const q = createPromQl(panelScope);
const of = ["instance"];
const legend = "{{instance}}";

export const runtime: DashboardSpec = {
  uid: "eddy-runtime",
  title: "Eddy / Runtime",
  description: "The processes: what runs where, CPU, memory, event loop.",
  rows: [
    {
      title: "Processes",
      panels: [
        table({
          title: "What runs",
          description: "Versions of Eddy and of Node. More than one version of Eddy: an update is under way.",
          unit: "count",
          width: 24,
          queries: [
            {
              expr: `max by (instance, service, pipeline, version, node) (${q.select(m.process.build.name)})`,
              legend: "{{service}} of {{pipeline}} at {{instance}}: Eddy {{version}} on Node {{node}}",
            },
          ],
        }),
        timeseries({
          title: "CPU",
          description: "Cores in use. The embedder's thread is counted in.",
          unit: "ratio",
          queries: [{ expr: q.externalRate(node.cpu, { by: of }), legend }],
        }),
        timeseries({
          title: "Event loop lag, p99",
          description: `It is looked at every ${LOOP_LOOK_MS} ms, and that is part of it. Over some 150 ms, heart-beats and HTTP suffer.`,
          unit: "seconds",
          queries: [{ expr: q.external("max", node.loopLag, of), legend }],
        }),
        timeseries({
          title: "Resident memory",
          description: "A limit in the orchestrator must stay above it.",
          unit: "bytes",
          queries: [{ expr: q.external("max", node.resident, of), legend }],
        }),
        timeseries({
          title: "Heap and buffers",
          description: "JavaScript's heap, and buffers outside of it.",
          unit: "bytes",
          queries: [
            { expr: q.external("max", node.heapUsed, of), legend: "heap {{instance}}" },
            { expr: q.external("max", node.external, of), legend: "buffers {{instance}}" },
          ],
        }),
        timeseries({
          title: "Garbage collection",
          description: "Seconds a second.",
          unit: "ratio",
          queries: [
            {
              expr: q.externalRate(`${node.collection}_sum`, { by: ["instance", "kind"] }),
              legend: "{{instance}} {{kind}}",
            },
          ],
        }),
        timeseries({
          title: "Up since",
          description: "Seconds since the start: a saw-tooth is a crash loop.",
          unit: "seconds",
          queries: [{ expr: `time() - ${q.external("max", node.started, of)}`, legend }],
        }),
        timeseries({
          title: "Open files",
          description: "Sockets included.",
          unit: "count",
          queries: [{ expr: q.external("max", node.openFiles, of), legend }],
        }),
      ],
    },
  ],
};
