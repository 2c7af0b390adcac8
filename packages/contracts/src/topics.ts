/** The topics of one pipeline: `<pipeline>.<name>.v1`; `documents` is people's, the rest is Eddy's. */
export interface Topics {
  readonly documents: string;
  readonly texts: string;
  readonly embeddings: string;
  readonly assignments: string;
  readonly modelLog: string;
  readonly models: string;
  readonly clusterEvents: string;
}

/** Retention in time and bytes a partition; `undefined` = kept until it is cut by its owner. */
export interface Retention {
  readonly ms: number;
  readonly bytes: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retention?: Retention;
  readonly compacted?: boolean;
  /** Where the log is a Kafka, only time takes its records: nothing holds back who writes it, so its reader may be behind by any number. */
  readonly unbounded?: boolean;
  /** `partitions` is for making it: it may have another count, and grow. */
  readonly elastic?: boolean;
}

const PIPELINE = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function topicsOf(pipeline: string): Topics {
  if (!PIPELINE.test(pipeline))
    throw new RangeError(`"${pipeline}" is no pipeline name: lower-case letters, digits and -, at most 63`);
  const topic = (name: string) => `${pipeline}.${name}.v1`;
  return {
    documents: topic("documents"),
    texts: topic("texts"),
    embeddings: topic("embeddings"),
    assignments: topic("assignments"),
    modelLog: topic("model-log"),
    models: topic("models"),
    clusterEvents: topic("cluster-events"),
  };
}

/** Where a topic's refused records go. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

const DAY_MS = 86_400_000;

/** How long the inner topics are kept, and so how far back they can be read again. */
export const REPLAY_WINDOW_MS = 3 * DAY_MS;

const MIB = 1024 * 1024;

export interface TopicLayout {
  /** Of `documents`: people's choice. */
  readonly documentPartitions: number;
  /** Of the inner topics: fixed for the life of a pipeline. */
  readonly partitions: number;
  /** A partition, for the machines' topics; people's topics and events keep the same bytes for longer. */
  readonly retentionBytes?: number;
  readonly retentionMs?: number;
}

export function topicSpecs(topics: Topics, layout: TopicLayout): TopicSpec[] {
  const bytes = layout.retentionBytes ?? 256 * MIB;
  const ms = layout.retentionMs ?? REPLAY_WINDOW_MS;
  const { documentPartitions, partitions } = layout;
  const inner = { partitions, retention: { ms, bytes } };
  const peoples = { partitions: documentPartitions, elastic: true };
  return [
    { name: topics.documents, ...peoples, retention: { ms: 7 * DAY_MS, bytes }, unbounded: true },
    { name: topics.texts, ...inner },
    { name: topics.embeddings, ...inner },
    { name: topics.assignments, ...inner },
    { name: topics.modelLog, partitions: 1 },
    { name: topics.models, partitions: 1, compacted: true },
    { name: topics.clusterEvents, partitions: 1, retention: { ms: 365 * DAY_MS, bytes } },
    { name: deadLetterTopic(topics.documents), ...peoples, retention: { ms: 28 * DAY_MS, bytes } },
    { name: deadLetterTopic(topics.texts), partitions, retention: { ms: 28 * DAY_MS, bytes } },
    { name: deadLetterTopic(topics.embeddings), partitions, retention: { ms: 28 * DAY_MS, bytes } },
  ];
}
