/** deploy/helm/eddy, rendered by Helm's own engine and decoded by the types of those who read it (helm-check/). */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type GoProgram, goProgram } from "../peers/go.ts";

export const chartFolder = fileURLToPath(new URL("../../deploy/helm/eddy", import.meta.url));

export type Values = Readonly<Record<string, unknown>>;

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly startupProbe?: object;
}

export interface Pod {
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
  readonly terminationGracePeriodSeconds?: number;
  readonly [field: string]: unknown;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Rendered {
  readonly name: string;
  readonly lint: readonly string[];
  readonly refused?: string;
  readonly faults: readonly string[];
  readonly objects: readonly { readonly template: string; readonly object: KubernetesObject }[];
  readonly notes: string;
}

export const chartProgram = (): Promise<GoProgram> =>
  goProgram(fileURLToPath(new URL("helm-check", import.meta.url)), {
    module: "github.com/kedacore/keda/v2",
    folder: "config/crd/bases",
  });

/** What comes of each set of values, by its name. */
export function render(program: GoProgram, cases: Readonly<Record<string, Values>>): Map<string, Rendered> {
  const asked = {
    chart: chartFolder,
    crds: program.folder,
    cases: Object.entries(cases).map(([name, values]) => ({ name, values })),
  };
  const { status, stdout, stderr } = spawnSync(program.path, {
    input: JSON.stringify(asked),
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`helm-check: ${stderr}`);
  return new Map((JSON.parse(stdout) as Rendered[]).map((one) => [one.name, one]));
}

/** By `Kind name`, without the release's own name. */
export function objectsOf({ objects }: Rendered): Map<string, KubernetesObject> {
  const short = (name: string) => name.replace(/^river-eddy-?/, "");
  return new Map(objects.map(({ object }) => [`${object.kind} ${short(object.metadata.name)}`.trim(), object]));
}

/** The pods that it makes, by component. */
export function podsOf({ objects }: Rendered): Map<string, Pod> {
  const found = objects.flatMap(({ object }): [string, unknown][] => {
    const component = object.metadata.labels["app.kubernetes.io/component"]!;
    if (object.kind === "Pod") return [[component, object.spec]];
    if (object.kind !== "Deployment" && object.kind !== "Job") return [];
    return [[component, (object.spec.template as { readonly spec: unknown }).spec]];
  });
  return new Map(found as [string, Pod][]);
}

/** Of a pod's first container; what is from elsewhere is left out. */
export function environmentOf({ containers: [{ env }] }: Pod): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}
