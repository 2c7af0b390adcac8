/** What a page shows and no test can run here, or whose output is of one moment; each with its reason, and none without a block that it is about. */

export interface Exception {
  readonly page: string;
  /** How the block, or of a transcript the command, begins. */
  readonly begins: string;
  readonly because: string;
}

/** Commands that are not run. They are still parsed by the command line's own parser, and their settings and files looked for. */
export const notRun: readonly Exception[] = [
  {
    page: "README.md",
    begins: "docker compose",
    because: "there is no container engine; test/deploy checks the file's form and settings",
  },
  {
    page: "README.md",
    begins: "prometheus --config",
    because: "it runs for ever; test/dashboards asks a real Prometheus with these rules",
  },
  {
    page: "README.md",
    begins: "npx eddy reproduce newsgroups",
    because: "takes two hours; test/experiments/reproduce.test.ts runs all of them on small samples",
  },
  {
    page: "docs/OPERATIONS.md",
    begins: "helm install",
    because: "there is no cluster; test/deploy/helm.test.ts renders the chart with these values and more",
  },
  {
    page: "docs/OPERATIONS.md",
    begins: "eddy switch eddy                  #",
    because: "needs a fleet of two pipelines: test/integration/replay-on-kafka.test.ts runs these very lines",
  },
  {
    page: "docs/OPERATIONS.md",
    begins: "eddy backup --out /mnt/backups",
    because: "needs a fleet: test/fleet/backup.test.ts runs these very lines",
  },
  {
    page: "docs/guides/run-on-a-gpu.md",
    begins: "EDDY_DEVICE=webgpu",
    because: "there is no GPU; test/gpu runs WebGPU on a software one",
  },
  {
    page: "docs/guides/run-on-a-gpu.md",
    begins: "EDDY_DTYPE=fp16 docker compose",
    because: "there is neither a container engine nor an NVIDIA card",
  },
];

export interface Moment extends Exception {
  /** Each is in the page and in what came. */
  readonly shows: readonly RegExp[];
}

/** Commands that are run, and whose output depends on when: not compared line by line. */
export const moments: readonly Moment[] = [
  {
    page: "README.md",
    begins: "npm ci && npm start",
    because: "a stream that goes on, and another machine",
    shows: [
      /^Eddy \d+\.\d+\.\d+$/m,
      /^ {2}HTTP API {3}http:\/\/127\.0\.0\.1:7400 {2}\(in a browser: the console\)$/m,
      /^ {2}Qdrant {5}http:\/\/127\.0\.0\.1:6333 {2}collection "eddy"$/m,
      /^ {2}Metrics {4}http:\/\/127\.0\.0\.1:9464\/metrics$/m,
      /^ {2}Data {7}\//m,
      /^ {2}Clusters {3}auto: chosen on the first documents$/m,
      /^ {2}Demo {7}made-up news on a dozen themes, \d+ documents?\/s after a first burst$/m,
      /^ {2}npx eddy classify "the striker scored twice in the final"$/m,
      /^Seeded \d+ clusters from \d+ documents/m,
    ],
  },
  {
    page: "README.md",
    begins: "npx eddy clusters",
    because: "a stream that goes on",
    shows: [/^[\d,]+ documents in \d+ clusters$/m, /^CLUSTER +SIZE +SHARE +KEYWORDS$/m, /^c\d+ +\d+ +[\d.]+% +\w/m],
  },
];

/** Commands that are refused, as their page says, with the exit code. */
export const refused: readonly (Exception & { readonly code: number })[] = [
  {
    page: "docs/guides/change-the-model.md",
    begins: "npx eddy up --home .eddy-tutorial --model",
    because: "a pipeline keeps the model that founded it",
    code: 6,
  },
];
