/** The Helm chart: what comes of it is what Kubernetes, KEDA, the Prometheus operator and Eddy itself understand. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "@eddy/cli/commands";
import { topicsOf } from "@eddy/contracts/topics";
import { groupsOf } from "@eddy/pipeline/groups";
import { loadConfig } from "@eddy/runtime/config";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { parse, stringify } from "yaml";
import { hasGo } from "../peers/go.ts";
import { hasPrometheus } from "../peers/prometheus.ts";
import { EDDY, endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { testThatNeeds } from "../support/needs.ts";
import {
  chartFolder,
  chartProgram,
  environmentOf,
  type KubernetesObject,
  objectsOf,
  type Pod,
  podsOf,
  type Rendered,
  render,
  type Values,
} from "./chart.ts";
import { root } from "./compose-file.ts";

const test = testThatNeeds("Go, for Helm's engine", hasGo);

const least = {
  kafka: { brokers: ["kafka:9092"] },
  qdrant: { url: "http://qdrant:6333" },
  apiKeys: { insecure: true },
};
const secured = {
  kafka: {
    brokers: ["kafka-0.kafka:9093", "kafka-1.kafka:9093"],
    tls: {
      enabled: true,
      existingSecret: "kafka-tls",
      caKey: "ca.crt",
      certKey: "tls.crt",
      keyKey: "tls.key",
      passphraseKey: "passphrase",
    },
    sasl: { mechanism: "scram-sha-512", existingSecret: "kafka-login" },
  },
  qdrant: { url: "https://qdrant:6333", apiKey: { existingSecret: "qdrant" } },
  apiKeys: { existingSecret: "eddy-keys" },
  console: {
    tls: { existingSecret: "console-tls" },
    ingress: { enabled: true, className: "nginx", hosts: [{ host: "eddy.example.com" }], tls: [{ secretName: "t" }] },
  },
  test: { apiKey: { existingSecret: "test-key" } },
  networkPolicy: {
    enabled: true,
    consoleFrom: [{ namespaceSelector: {} }],
    metricsFrom: [{ namespaceSelector: {} }],
    egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
  },
  serviceAccount: { create: false },
};
const scaled = {
  ...least,
  pipeline: { name: "news", partitions: 12 },
  config: { EDDY_LAG_LIMIT: 1_000_000, EDDY_CLUSTERS: 20, EDDY_POINT_RETENTION: "90d", OTEL_SERVICE_NAME: "news" },
  embedWorker: {
    gpu: { enabled: true, runtimeClassName: "nvidia" },
    autoscaling: { enabled: true },
    tolerations: [{ key: "team", operator: "Exists" }],
    nodeSelector: { "nvidia.com/gpu.present": "true" },
    env: { EDDY_CLUSTERS: undefined, EDDY_BATCH_TOKENS: 32768 },
    extraEnv: [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hub", key: "token" } } }],
  },
  clusterWorker: { env: { EDDY_CLUSTERS: 21 }, podAnnotations: { a: "b" }, priorityClassName: "high" },
  modelCache: { type: "persistentVolumeClaim", storageClass: "nfs" },
  monitoring: {
    podMonitor: { enabled: true, labels: { release: "prometheus" } },
    prometheusRule: { enabled: true },
    dashboards: { enabled: true, annotations: { grafana_folder: "Eddy" } },
    grafanaUrl: "https://grafana.example.com/",
  },
};
const whole: Readonly<Record<string, Values>> = {
  least,
  secured,
  scaled,
  "scaled and secured": { ...scaled, ...secured },
  spare: {
    ...least,
    kafka: { ...least.kafka, createTopics: false },
    podDisruptionBudgets: false,
    topologySpread: [],
    ingest: { replicas: 9 },
    image: { digest: `sha256:${"0".repeat(64)}` },
  },
};

/** Values that are refused beside `least`, and what is said. */
const refusals: readonly (readonly [name: string, values: Values, said: RegExp])[] = [
  ["a setting that no service has", { config: { EDDY_CLUSTER: 4 } }, /config.*'EDDY_CLUSTER' not allowed/],
  ["a setting of another service", { ingest: { env: { EDDY_CLUSTERS: 4 } } }, /ingest\/env.*'EDDY_CLUSTERS' not/],
  ["a secret in plain sight", { config: { QDRANT_API_KEY: "x" } }, /config.*'QDRANT_API_KEY' not allowed/],
  ["what the chart sets", { config: { KAFKA_BROKERS: "x:1" } }, /config.*'KAFKA_BROKERS' not allowed/],
  ["a value that is misspelt", { embedworker: {} }, /'embedworker' not allowed/],
  ["no partitions", { pipeline: { partitions: 0 } }, /pipeline\/partitions.*minimum/],
  ["a broker without a port", { kafka: { brokers: ["kafka"] } }, /kafka\/brokers\/0.*match pattern/],
  ["scaling to none", { embedWorker: { autoscaling: { minReplicas: 0 } } }, /autoscaling\/minReplicas.*minimum/],
  ["a job that no alert looks for", { monitoring: { job: "news" } }, /monitoring\/job.*match pattern/],
  ["a tag as a digest", { image: { digest: "latest" } }, /image\/digest.*match pattern/],
  [
    "more workers than partitions",
    { embedWorker: { autoscaling: { enabled: true, maxReplicas: 9 } } },
    /maxReplicas is 9, but there are 8 partitions: more workers have nothing to do/,
  ],
  [
    "fewer than the least",
    { embedWorker: { autoscaling: { enabled: true, minReplicas: 4, maxReplicas: 2 } } },
    /minReplicas is 4, more than maxReplicas \(2\)/,
  ],
  [
    "a threshold that the lag never reaches",
    { config: { EDDY_LAG_LIMIT: 500 }, embedWorker: { autoscaling: { enabled: true } } },
    /lagThreshold \(1000\) must be under EDDY_LAG_LIMIT \(500\)/,
  ],
  ["a login without its Secret", { kafka: { sasl: { mechanism: "plain" } } }, /needs kafka\.sasl\.existingSecret/],
  ["keys of no Secret", { kafka: { tls: { enabled: true, caKey: "ca.crt" } } }, /set kafka\.tls\.existingSecret/],
  [
    "a certificate without its key",
    { kafka: { tls: { enabled: true, existingSecret: "a", certKey: "tls.crt" } } },
    /certKey and kafka\.tls\.keyKey belong together/,
  ],
  ["an open API", { apiKeys: { insecure: false } }, /would be open to all who reach it: set apiKeys\.existingSecret/],
  ["keys, and open", { apiKeys: { existingSecret: "k" } }, /exclude each other/],
  [
    "a GPU by the digest of an image without CUDA",
    { image: { digest: `sha256:${"1".repeat(64)}` }, embedWorker: { gpu: { enabled: true } } },
    /set embedWorker\.gpu\.digest/,
  ],
];

const services = ["ingest", "embed-worker", "cluster-worker", "console"] as const;
const commandOf = (pod: Pod) => pod.containers[0].args.join(" ");
const definitionOf = (command: string) => commands.find(({ name }) => name === command)!.config;

describe.runIf(hasGo || process.env.CI)("the Helm chart", () => {
  let rendered: Map<string, Rendered>;
  const of = (name: string): Rendered => rendered.get(name)!;

  beforeAll(async () => {
    const refused = refusals.map(([name, values]) => [`refused: ${name}`, merged(least, values)] as const);
    rendered = render(await chartProgram(), { nothing: {}, ...whole, ...Object.fromEntries(refused) });
  }, 900_000);
  afterAll(endAll);

  test("without values: says all that it needs at once", () => {
    const { refused, lint } = of("nothing");
    expect(refused).toMatch(/kafka\.brokers is empty.*\n.*qdrant\.url is empty.*\n.*apiKeys\.existingSecret/);
    expect(errors(lint)).toEqual([]);
  });

  test.each(Object.keys(whole))("%s: Helm's linter and the types of all its objects find nothing", (name) => {
    const { lint, refused, faults, objects, notes } = of(name);
    expect(refused).toBeUndefined();
    expect(errors(lint)).toEqual([]);
    expect(faults).toEqual([]);
    expect(objects.length).toBeGreaterThan(6);
    expect(notes).toMatch(/helm test river -n text/);
    const names = objects.map(({ object }) => `${object.kind} ${object.metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(refusals.map(([name, , said]) => ({ name, said })))("refuses $name", ({ name, said }) => {
    expect(of(`refused: ${name}`).refused?.replace(/\s+/g, " ")).toMatch(said);
  });

  test.each(Object.keys(whole))("%s: Eddy takes the settings of each pod", (name) => {
    for (const [component, pod] of podsOf(of(name))) {
      if (component === "test") continue;
      const files: string[] = [];
      const readFile = (path: string) => {
        files.push(path);
        return path.includes("tls") ? "-----BEGIN PEM" : "text";
      };
      const definition = definitionOf(commandOf(pod));
      const env = environmentOf(pod);
      const known = commands.map(({ config }) => config);
      expect(loadConfig(definition, env, {}, { known, readFile }), `${component} ${JSON.stringify(env)}`).toBeDefined();
      const mounts = pod.containers[0].volumeMounts.map(({ mountPath }) => mountPath);
      const named = Object.entries(env).flatMap(([key, value]) => (key.endsWith("_FILE") ? [value] : []));
      for (const path of [...files, ...named])
        expect(
          mounts.some((mount) => path.startsWith(`${mount}/`)),
          path,
        ).toBe(true);
      expect(Object.keys(env)).not.toContain("QDRANT_API_KEY");
      expect(Object.keys(env)).not.toContain("KAFKA_SASL_PASSWORD");
    }
  });

  test("every setting of every service can be set", () => {
    const schema = JSON.parse(readFileSync(join(chartFolder, "values.schema.json"), "utf8"));
    const set = new Set(
      [...podsOf(of("scaled and secured")).values()].flatMap((pod) => Object.keys(environmentOf(pod))),
    );
    set.add("EDDY_INSECURE"); // by apiKeys.insecure
    set.add("EDDY_CACHE"); // by the image; the volume is there
    for (const service of services)
      for (const { env } of Object.values(definitionOf(`run ${service}`).settings))
        expect(env in schema.properties.config.properties || set.has(env) || set.has(`${env}_FILE`), env).toBe(true);
  });

  test("a service's own setting wins over that of all, and a million is no 1e+06", () => {
    const pods = podsOf(of("scaled"));
    const settings = (component: string) => environmentOf(pods.get(component)!);
    expect(settings("ingest")).toMatchObject({ EDDY_LAG_LIMIT: "1000000", EDDY_CLUSTERS: "20" });
    expect(settings("cluster-worker").EDDY_CLUSTERS).toBe("21");
    expect(settings("embed-worker")).toMatchObject({ EDDY_BATCH_TOKENS: "32768", EDDY_DEVICE: "cuda" });
    expect(settings("console").EDDY_DEVICE).toBeUndefined();
    // What a pipeline is founded with must be the same for all who ask.
    for (const service of services) expect(settings(service).EDDY_DTYPE, service).toBe("fp16");
  });

  test.each(Object.keys(whole))("%s: no pod has a right that it needs not", (name) => {
    for (const [component, pod] of podsOf(of(name))) {
      expect(pod, component).toMatchObject({
        automountServiceAccountToken: false,
        // Kubernetes' variables for Services would be taken for settings, EDDY_PORT for one.
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      const [container] = pod.containers;
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(container.image).toMatch(/:\d+\.\d+\.\d+(-cuda)?$|@sha256:/);
      expect(container.resources.limits.memory).toBeDefined();
      const volumes = new Set(pod.volumes.map((volume) => volume.name));
      for (const mount of container.volumeMounts) expect(volumes).toContain(mount.name);
    }
  });

  test.each(services)("%s: is asked for its health, and has more time to stop than it takes", (service) => {
    const pod = podsOf(of("least")).get(service)!;
    const [container] = pod.containers;
    const path = (probe: object | undefined) => (probe as { httpGet: object }).httpGet;
    expect(path(container.readinessProbe)).toEqual({ path: "/readyz", port: "metrics" });
    expect(path(container.livenessProbe)).toEqual({ path: "/healthz", port: "metrics" });
    expect(path(container.startupProbe)).toEqual({ path: "/healthz", port: "metrics" });
    const config = loadConfig(definitionOf(`run ${service}`), environmentOf(pod)) as { drainTimeoutMs: number };
    expect(pod.terminationGracePeriodSeconds! * 1_000).toBeGreaterThan(config.drainTimeoutMs);
  });

  test("what selects pods finds them", () => {
    const rendering = of("scaled and secured");
    const pods = rendering.objects.flatMap(({ object }) =>
      object.kind === "Deployment"
        ? [(object.spec.template as { metadata: KubernetesObject["metadata"] }).metadata.labels]
        : [],
    );
    const selected = (labels: Readonly<Record<string, string>>) =>
      pods.filter((own) => Object.entries(labels).every(([key, value]) => own[key] === value)).length;
    const objects = objectsOf(rendering);
    expect(selected(objects.get("Service console")!.spec.selector as Record<string, string>)).toBe(1);
    const labelsOf = (name: string) =>
      (objects.get(name)!.spec.selector as { matchLabels: Record<string, string> }).matchLabels;
    for (const service of services) expect(selected(labelsOf(`PodDisruptionBudget ${service}`))).toBe(1);
    expect(selected(labelsOf("PodMonitor"))).toBe(4);
  });

  test("the topics are made first, by a job that gives up where only a person can help", () => {
    const job = objectsOf(of("least")).get("Job topics")!;
    expect(job.metadata.annotations?.["helm.sh/hook"]).toBe("pre-install,pre-upgrade");
    expect(job.spec.podFailurePolicy).toMatchObject({
      rules: [{ action: "FailJob", onExitCodes: { values: [2, 6] } }],
    });
    expect(objectsOf(of("spare")).has("Job topics")).toBe(false);
  });

  describe("embed-workers by lag", () => {
    const scaledObject = (name: string) =>
      objectsOf(of(name)).get("ScaledObject embed-worker")!.spec as {
        readonly minReplicaCount: number;
        readonly maxReplicaCount: number;
        readonly fallback: object;
        readonly triggers: readonly [{ readonly useCachedMetrics: boolean; readonly metadata: Record<string, string> }];
      };

    test("asks for the group and the topic that the workers have", () => {
      const [{ metadata, useCachedMetrics }] = scaledObject("scaled").triggers;
      expect(metadata).toMatchObject({
        consumerGroup: groupsOf("news").embed,
        topic: topicsOf("news").texts,
        bootstrapServers: "kafka:9092",
        offsetResetPolicy: "earliest",
        allowIdleConsumers: "false",
        scaleToZeroOnInvalidOffset: "false",
        excludePersistentLag: "true",
        ensureEvenDistributionOfPartitions: "true",
      });
      expect(useCachedMetrics).toBe(true);
    });

    test("never has none, nor more than partitions, and loses none while Kafka can't be asked", () => {
      expect(scaledObject("scaled")).toMatchObject({
        minReplicaCount: 1,
        maxReplicaCount: 12,
        fallback: { behavior: "currentReplicasIfHigher" },
      });
      // Else each upgrade would set them back.
      expect(objectsOf(of("scaled")).get("Deployment embed-worker")!.spec).not.toHaveProperty("replicas");
      expect(objectsOf(of("least")).get("Deployment embed-worker")!.spec).toHaveProperty("replicas", 2);
    });

    test("logs in as the workers do", () => {
      expect(scaledObject("scaled and secured").triggers[0].metadata).toMatchObject({
        tls: "enable",
        sasl: "scram_sha512",
      });
      const { secretTargetRef } = objectsOf(of("scaled and secured")).get("TriggerAuthentication embed-worker")!.spec;
      const parameters = (secretTargetRef as readonly { parameter: string }[]).map(({ parameter }) => parameter);
      expect(parameters.sort()).toEqual(["ca", "cert", "key", "keyPassword", "password", "username"]);
    });
  });

  test("a GPU: the image that has CUDA, the limit, the toleration, and none to spare at an update", () => {
    const { spec } = objectsOf(of("scaled")).get("Deployment embed-worker")!;
    const pod = podsOf(of("scaled")).get("embed-worker")!;
    expect(pod.containers[0].image).toMatch(/-cuda$/);
    expect(pod.containers[0].resources.limits["nvidia.com/gpu"]).toBe("1");
    expect(pod.tolerations).toHaveLength(2);
    expect(spec.strategy).toMatchObject({ rollingUpdate: { maxSurge: 0 } });
    expect(podsOf(of("scaled")).get("console")!.containers[0].image).not.toMatch(/-cuda$/);
  });

  describe("monitoring", () => {
    const file = (path: string) => readFileSync(join(root, "deploy", path), "utf8");

    test("has the rules of deploy/prometheus, with links to the Grafana that is there", () => {
      const link = (text: string) => text.replaceAll("http://localhost:3000", "https://grafana.example.com");
      const wanted = ["recording", "alerts"].flatMap(
        (name) => parse(link(file(`prometheus/rules/${name}.yaml`))).groups as object[],
      );
      expect(objectsOf(of("scaled")).get("PrometheusRule")!.spec.groups).toEqual(wanted);
    });

    test("is scraped under a job that alerts and dashboards look for", () => {
      const { podMetricsEndpoints } = objectsOf(of("scaled")).get("PodMonitor")!.spec;
      expect(podMetricsEndpoints).toMatchObject([
        { port: "metrics", relabelings: [{ targetLabel: "job", replacement: "eddy-news" }] },
      ]);
    });

    test("has the dashboards of deploy/grafana", () => {
      const maps = of("scaled").objects.filter(({ object }) => object.kind === "ConfigMap");
      expect(maps).toHaveLength(6);
      for (const { object } of maps) {
        expect(object.metadata.labels.grafana_dashboard).toBe("1");
        for (const [name, text] of Object.entries(object.data!)) expect(text).toBe(file(`grafana/dashboards/${name}`));
      }
    });

    testThatNeeds("promtool (Debian's package `prometheus`)", hasPrometheus && hasGo)(
      "promtool takes the rules",
      () => {
        const folder = temporaryFolder();
        const path = join(folder.path, "rules.yaml");
        writeFileSync(path, stringify(objectsOf(of("scaled")).get("PrometheusRule")!.spec));
        const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", path], { encoding: "utf8" });
        folder.remove();
        expect(status, `${stdout}${stderr}`).toBe(0);
      },
    );
  });

  test("helm test's own command publishes, finds and deletes a document of a running Eddy", async () => {
    const folder = temporaryFolder();
    const up = await startUp(folder.path);
    const [{ args }] = podsOf(of("least")).get("test")!.containers;
    const script = args[0]!.replaceAll("/eddy/packages/cli/bin/eddy.js", EDDY);
    expect(script).toContain(EDDY);
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, EDDY_URL: up.api };
    const { status, stdout, stderr } = spawnSync("sh", ["-ec", script], { encoding: "utf8", timeout: 90_000, env });
    up.kill();
    await up.ended();
    folder.remove();
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/cluster +c\d+/);
    expect(stdout).toMatch(/Eddy works/);
  }, 180_000);
});

const errors = (lint: readonly string[]) => lint.filter((message) => !message.startsWith("[INFO]"));

/** As Helm merges: what is in both is taken from the latter. */
function merged(one: Values, other: Values): Values {
  const isTable = (value: unknown): value is Values => typeof value === "object" && !Array.isArray(value) && !!value;
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => {
      const [before, after] = [one[key], other[key]];
      return [key, isTable(before) && isTable(after) ? merged(before, after) : (after ?? before)];
    }),
  );
}
