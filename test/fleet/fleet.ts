/** Many processes of one pipeline on a real Kafka: started, killed, frozen and replaced by name, each deed written down. */
import { topicsOf } from "@eddy/contracts/topics";
import { type Groups, groupsOf } from "@eddy/pipeline/groups";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { EDDY } from "../support/eddy-process.ts";
import { allPoints, limits } from "../support/home.ts";
import type { Ledger } from "../support/ledger.ts";
import { type Member, type MemberEnded, startMember } from "../support/member.ts";
import { until } from "../support/until.ts";

/** Lines of each process's log in a failing test's story, and in the failure's own message. */
const SAID = 25;
const LAST = 5;

export const workers = ["ingest", "embed-worker", "cluster-worker"] as const;
export type Worker = (typeof workers)[number];
export type Kind = Worker | "console";

export interface FleetOptions {
  readonly brokers: readonly string[];
  readonly qdrantUrl: string;
  readonly pipeline: string;
  readonly partitions: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Of each process. */
  readonly nodeFlags?: readonly string[];
}

export interface Fleet {
  readonly streams: KafkaStreams;
  readonly topics: ReturnType<typeof topicsOf>;
  readonly groups: Groups;
  /** Running, frozen ones too, in order of their start. */
  members(kind?: Kind): readonly Member[];
  add(kind: Kind, env?: Readonly<Record<string, string>>): Member;
  /** A program in place of `eddy run`, with the same environment. */
  addProgram(kind: Kind, file: string, env?: Readonly<Record<string, string>>): Member;
  /** Writes a deed down. */
  note(line: string): void;
  kill(member: Member): Promise<void>;
  freeze(member: Member): void;
  wake(member: Member): void;
  /** The members that ended by themselves. */
  readonly faults: readonly string[];
  /** As `until`; throws once a member has ended by itself. */
  until<T>(what: string, ms: number, ask: () => Promise<T | null | undefined | false>): Promise<T>;
  /** Records that wait, by topic. */
  lag(): Promise<Readonly<Record<"documents" | "texts" | "embeddings", number>>>;
  /** Until nothing waits anywhere. Throws once a member has ended by itself. */
  caughtUp(ms: number): Promise<void>;
  /** Until fewer than so many records wait. */
  nearlyCaughtUp(records: number, ms: number): Promise<void>;
  /** SIGTERM to all at one time; the ends by name. */
  stop(): Promise<ReadonlyMap<string, MemberEnded>>;
  /** What is to be judged when all is at rest. */
  ledger(): Promise<Ledger>;
  /** For a failing test: all deeds, and what each process said last. */
  story(): string;
  /** Ends whatever is left. */
  close(): Promise<void>;
}

export function createFleet({
  brokers,
  qdrantUrl,
  pipeline,
  partitions,
  env = {},
  nodeFlags = [],
}: FleetOptions): Fleet {
  const topics = topicsOf(pipeline);
  const groups = groupsOf(pipeline);
  const streams = new KafkaStreams({ brokers, clientId: "eddy-test" });
  const store = createQdrantStore(createRestApi({ url: qdrantUrl }), pipeline);
  const all: { readonly kind: Kind; readonly member: Member }[] = [];
  const deeds: string[] = [];
  const faults: string[] = [];
  const startedAt = performance.now();

  const shared = {
    EDDY_PIPELINE: pipeline,
    EDDY_PARTITIONS: String(partitions),
    EDDY_EMBEDDER: "hash",
    EDDY_METRICS_PORT: "0",
    EDDY_HTTP_PORT: "0",
    KAFKA_BROKERS: brokers.join(","),
    QDRANT_URL: qdrantUrl,
    LOG_FORMAT: "json",
    ...env,
  };

  function note(line: string): void {
    deeds.push(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  }

  function launch(kind: Kind, command: readonly string[], more: Readonly<Record<string, string>>): Member {
    const name = `${kind}-${all.filter((other) => other.kind === kind).length + 1}`;
    const member = startMember(
      name,
      [process.execPath, ...nodeFlags, ...command],
      { ...shared, ...more },
      (ended, { code, signal }) => {
        note(`${name} ended: ${signal ?? `exit code ${code}`}`);
        if (ended.isTold) return;
        faults.push(`${name} ended by itself: ${signal ?? `exit code ${code}`}; it said last:\n${lastOf(ended, SAID)}`);
      },
    );
    all.push({ kind, member });
    note(`start ${name} (process ${member.pid})`);
    return member;
  }

  const members = (kind?: Kind) =>
    all.filter((one) => one.member.isRunning && (kind === undefined || one.kind === kind)).map(({ member }) => member);

  async function lag() {
    const of = async (group: string, topic: string) =>
      [...(await streams.lag(group, topic)).values()].reduce((sum, records) => sum + records, 0);
    const [documents, texts, embeddings] = await Promise.all([
      of(groups.ingest, topics.documents),
      of(groups.embed, topics.texts),
      of(groups.cluster, topics.embeddings),
    ]);
    return { documents, texts, embeddings };
  }

  const story = (lines: number) =>
    [`pipeline ${pipeline}`, ...deeds, ...all.map(({ member }) => `--- ${member.name}\n${lastOf(member, lines)}`)].join(
      "\n",
    );

  const untilUnlessFaulty: Fleet["until"] = (what, ms, ask) =>
    until(what, ms, async () => {
      if (faults.length > 0) throw new Error(faults.join("\n"));
      return ask();
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${story(LAST)}`, { cause: error });
    });

  async function waitUntil(what: string, ms: number, enough: (waiting: number) => boolean, inRow: number) {
    let waiting: Awaited<ReturnType<typeof lag>> | undefined;
    let times = 0;
    await untilUnlessFaulty(what, ms, async () => {
      waiting = await lag();
      times = enough(waiting.documents + waiting.texts + waiting.embeddings) ? times + 1 : 0;
      return times >= inRow;
    }).catch((error: Error) => {
      throw new Error(`${error.message}; still waiting: ${JSON.stringify(waiting)}`, { cause: error });
    });
  }

  return {
    streams,
    topics,
    groups,
    members,
    note,
    faults,
    until: untilUnlessFaulty,
    lag,
    add: (kind, more = {}) => launch(kind, [EDDY, "run", kind], more),
    addProgram: (kind, file, more = {}) => launch(kind, [file], more),
    async kill(member) {
      note(`kill ${member.name}`);
      await member.kill();
    },
    freeze(member) {
      note(`freeze ${member.name}`);
      member.freeze();
    },
    wake(member) {
      note(`wake ${member.name}`);
      member.wake();
    },
    // Twice in a row: what left one topic may not have come to the next when that was asked.
    caughtUp: (ms) => waitUntil("an empty pipeline", ms, (waiting) => waiting === 0, 2),
    nearlyCaughtUp: (records, ms) => waitUntil(`fewer than ${records} records`, ms, (waiting) => waiting < records, 1),
    async stop() {
      const running = members();
      note(`stop ${running.map(({ name }) => name).join(", ")}`);
      return new Map(await Promise.all(running.map(async (member) => [member.name, await member.stop()] as const)));
    },
    async ledger() {
      return { streams, topics, limits, points: await allPoints(store) };
    },
    story: () => story(SAID),
    async close() {
      await Promise.all(members().map((member) => member.kill()));
      await Promise.all([streams.close(), store.close()]);
    },
  };
}

function lastOf({ output }: Member, lines: number): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}

/** The version and digest that replicas of the model left with; throws where one said none. */
export function modelsLeft(members: readonly Member[]): { readonly version: number; readonly sha256: string }[] {
  return members.map(({ name, log, output }) => {
    const line = log.findLast(({ sha256 }) => typeof sha256 === "string");
    if (!line) throw new Error(`${name} did not say which model it left:\n${output}`);
    return { version: Number(line.version), sha256: String(line.sha256) };
  });
}
