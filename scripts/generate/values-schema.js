/**
 * The schema of the Helm chart's values: what the chart has, and under `config` and each `env` the settings of the code, so that `helm install`
 * refuses a name that no service has.
 */
import { commands } from "@eddy/cli/commands";

/** Commands of the chart's pods, by the key of their values. */
export const chartCommands = /** @type {const} */ ({
  ingest: "run ingest",
  embedWorker: "run embed-worker",
  clusterWorker: "run cluster-worker",
  console: "run console",
});

/** Set by the chart, from values with names of their own; what differs from pod to pod there may not be set for all. */
export const chartVariables = [
  "EDDY_API_KEYS_FILE",
  "EDDY_CACHE",
  "EDDY_DRAIN_TIMEOUT",
  "EDDY_HTTP_HOST",
  "EDDY_HTTP_PORT",
  "EDDY_INSECURE",
  "EDDY_METRICS_HOST",
  "EDDY_METRICS_PORT",
  "EDDY_PARTITIONS",
  "EDDY_PIPELINE",
  "EDDY_TLS_CERT_FILE",
  "EDDY_TLS_KEY_FILE",
  "KAFKA_BROKERS",
  "KAFKA_REPLICATION_FACTOR",
  "KAFKA_SASL_MECHANISM",
  "KAFKA_SASL_PASSWORD",
  "KAFKA_SASL_USERNAME",
  "KAFKA_SSL",
  "KAFKA_SSL_CA",
  "KAFKA_SSL_CERT",
  "KAFKA_SSL_KEY",
  "KAFKA_SSL_KEY_PASSPHRASE",
  "QDRANT_API_KEY",
  "QDRANT_URL",
];

const text = (/** @type {object} */ more = {}) => ({ type: "string", ...more });
const named = (/** @type {object} */ more = {}) => text({ minLength: 1, ...more });
const secretKey = named({ pattern: "^[-._a-zA-Z0-9]+$" });
const flag = { type: "boolean" };
const whole = (/** @type {number} */ minimum, /** @type {number} */ maximum = 100_000) => ({
  type: "integer",
  minimum,
  maximum,
});
/** As Kubernetes has it: passed on, and checked there. */
const anything = { type: "object" };
const list = (/** @type {object} */ items = anything) => ({ type: "array", items });
const words = { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } };
const labels = { type: "object", additionalProperties: { type: "string" } };
/** Nothing but these. @param {Record<string, object>} properties @param {string} [description] */
const only = (properties, description) => ({
  type: "object",
  additionalProperties: false,
  ...(description && { description }),
  properties,
});

/** @param {readonly string[]} names of commands */
function settingsOf(names) {
  const found = commands
    .filter(({ name }) => names.includes(name))
    .flatMap(({ settings }) => Object.values(settings))
    .filter(({ env, secret }) => !chartVariables.includes(env) && !secret)
    .sort((a, b) => (a.env < b.env ? -1 : 1));
  const settings = Object.fromEntries(
    found.map(({ env, description, default: preset }) => [
      env,
      {
        type: ["string", "number", "boolean"],
        description: preset === undefined ? description : `${description} Default: ${preset}.`,
      },
    ]),
  );
  // OpenTelemetry reads its own.
  return {
    type: "object",
    additionalProperties: false,
    properties: settings,
    patternProperties: { "^OTEL_[A-Z_]+$": { type: ["string", "number", "boolean"] } },
  };
}

/** @param {keyof typeof chartCommands} key @param {Record<string, object>} more */
const service = (key, more = {}) =>
  only({
    replicas: whole(0),
    env: settingsOf([chartCommands[key]]),
    extraEnv: list(),
    resources: anything,
    nodeSelector: words,
    tolerations: list(),
    affinity: anything,
    podLabels: labels,
    podAnnotations: labels,
    priorityClassName: text(),
    strategy: anything,
    ...more,
  });

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Values of the Helm chart of Eddy",
  ...only({
    global: anything,
    nameOverride: text(),
    fullnameOverride: text(),
    image: only({
      repository: named(),
      tag: text(),
      digest: text({ pattern: "^(sha256:[0-9a-f]{64})?$" }),
      pullPolicy: { enum: ["Always", "IfNotPresent", "Never"] },
      pullSecrets: list(),
    }),
    pipeline: only({
      name: text({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$", description: "Lower-case letters, digits and -." }),
      partitions: whole(1, 1_000),
    }),
    kafka: only({
      brokers: list(
        text({
          pattern: "^(\\[[^\\]]+\\]|[^\\s:,]+):\\d{1,5}$",
          description: "host:port",
        }),
      ),
      replicationFactor: whole(-1, 100),
      createTopics: flag,
      tls: only({
        enabled: flag,
        existingSecret: text(),
        caKey: text(),
        certKey: text(),
        keyKey: text(),
        passphraseKey: text(),
      }),
      sasl: only({
        mechanism: { enum: ["", "plain", "scram-sha-256", "scram-sha-512"] },
        existingSecret: text(),
        usernameKey: secretKey,
        passwordKey: secretKey,
      }),
    }),
    qdrant: only({
      url: text({ pattern: "^(https?://\\S+)?$", description: "Such as http://qdrant:6333." }),
      apiKey: only({ existingSecret: text(), key: secretKey }),
    }),
    apiKeys: only({ existingSecret: text(), key: secretKey, insecure: flag }),
    config: settingsOf(Object.values(chartCommands)),
    drainTimeoutSeconds: whole(1, 3_600),
    ingest: service("ingest"),
    embedWorker: service("embedWorker", {
      gpu: only({
        enabled: flag,
        count: whole(1, 16),
        resource: named(),
        digest: text({ pattern: "^(sha256:[0-9a-f]{64})?$" }),
        runtimeClassName: text(),
        dtype: { enum: ["int8", "fp32", "fp16"] },
      }),
      autoscaling: only({
        enabled: flag,
        minReplicas: whole(1),
        maxReplicas: { type: ["integer", "null"], minimum: 1 },
        lagThreshold: whole(1, 1_000_000_000),
        pollingIntervalSeconds: whole(5, 3_600),
        scaleDownAfterSeconds: whole(0, 3_600),
        fallback: only({ failureThreshold: whole(1), replicas: whole(1) }),
        behavior: anything,
        annotations: labels,
      }),
    }),
    clusterWorker: service("clusterWorker"),
    console: service("console", {
      service: only({
        type: { enum: ["ClusterIP", "NodePort", "LoadBalancer"] },
        port: whole(1, 65_535),
        annotations: labels,
      }),
      tls: only({ existingSecret: text() }),
      ingress: only({
        enabled: flag,
        className: text(),
        annotations: labels,
        hosts: list({ ...only({ host: named(), path: text({ pattern: "^/" }) }), required: ["host"] }),
        tls: list(),
      }),
    }),
    modelCache: only({
      type: { enum: ["emptyDir", "persistentVolumeClaim"] },
      sizeLimit: text({ pattern: "^\\d+(\\.\\d+)?([kMGT]i?)?$", description: "Such as 2Gi." }),
      existingClaim: text(),
      storageClass: text(),
      accessModes: list({ enum: ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"] }),
    }),
    podDisruptionBudgets: flag,
    topologySpread: list(),
    serviceAccount: only({ create: flag, name: text(), annotations: labels }),
    networkPolicy: only({ enabled: flag, consoleFrom: list(), metricsFrom: list(), egress: list() }),
    monitoring: only({
      job: text({ pattern: "^(eddy.*)?$", description: "Begins with eddy: the alerts look for such." }),
      podMonitor: only({ enabled: flag, labels, interval: text({ pattern: "^\\d+(ms|s|m)$" }) }),
      prometheusRule: only({ enabled: flag, labels }),
      dashboards: only({ enabled: flag, labels, annotations: labels }),
      grafanaUrl: text({ pattern: "^https?://\\S+$" }),
    }),
    test: only({
      apiKey: only({ existingSecret: text(), key: secretKey }),
      trustCa: flag,
      timeoutSeconds: whole(10, 3_600),
    }),
  }),
};

export const valuesSchema = () => `${JSON.stringify(schema, null, 2)}\n`;
