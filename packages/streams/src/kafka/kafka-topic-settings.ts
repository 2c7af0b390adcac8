import type { TopicSpec } from "@eddy/contracts/topics";

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Of one batch: a document of the largest size as JSON, and a batch of records. */
const MAX_MESSAGE_BYTES = 8 * MIB;
/** From this many copies on, an acknowledged record is on two brokers, and the loss of one stops nothing. */
const SAFE_COPIES = 3;

/** What a topic is made with; `copies` undefined: nobody knows how many there will be. */
export function settingsOf(spec: TopicSpec, copies: number | undefined): Record<string, string> {
  const common = {
    "max.message.bytes": String(MAX_MESSAGE_BYTES),
    "unclean.leader.election.enable": "false",
    ...(copies !== undefined && copies >= SAFE_COPIES && { "min.insync.replicas": "2" }),
  };
  if (spec.compacted)
    return {
      ...common,
      "cleanup.policy": "compact",
      // Small segments, closed early: only closed ones are compacted, and the whole topic is read at each start.
      "segment.bytes": String(16 * MIB),
      "segment.ms": String(HOUR_MS),
      "min.cleanable.dirty.ratio": "0.1",
      "delete.retention.ms": String(HOUR_MS),
    };
  const { ms, bytes: limit } = spec.retention ?? { ms: -1, bytes: -1 };
  const bytes = spec.unbounded ? -1 : limit;
  return {
    ...common,
    "cleanup.policy": "delete",
    "retention.ms": String(ms),
    "retention.bytes": String(bytes),
    // The newest segment is kept whole, so it must be a small part of what is kept.
    ...(bytes > 0 && { "segment.bytes": String(Math.max(MIB, Math.min(256 * MIB, Math.floor(bytes / 8)))) }),
  };
}

/** A present topic. */
export interface TopicFound {
  readonly partitions: number;
  /** Least of its partitions. */
  readonly copies: number;
  /** undefined: not known. */
  readonly setting: (name: string) => string | undefined;
}

export interface TopicFault {
  /** What is wrong, as in "topic T has …". */
  readonly has: string;
  readonly set: string;
  /** Records would be lost or never taken, or it would grow for ever; otherwise it is only worth a warning. */
  readonly refused: boolean;
}

/** What of a present topic doesn't fit; the rest is the choice of whoever made it. */
export function topicFaults(spec: TopicSpec, { partitions, copies, setting }: TopicFound): TopicFault[] {
  const faults: TopicFault[] = [];
  const refuse = (has: string, set: string) => faults.push({ has, set, refused: true });
  const warn = (has: string, set: string) => faults.push({ has, set, refused: false });
  if (!spec.elastic && partitions !== spec.partitions)
    refuse(
      `${partitions} partition(s), not ${spec.partitions}, and the count is fixed for the life of a pipeline`,
      `EDDY_PARTITIONS=${partitions}`,
    );
  const compacted = setting("cleanup.policy")?.includes("compact");
  if (compacted && !spec.compacted)
    refuse("cleanup.policy=compact, which would take records out of the middle", "cleanup.policy=delete");
  if (compacted === false && spec.compacted) refuse("no compaction, and would grow for ever", "cleanup.policy=compact");
  const isModelLog = !spec.compacted && !spec.retention;
  const isLimited = (name: string) => (setting(name) ?? "-1") !== "-1";
  if (isModelLog && (isLimited("retention.ms") || isLimited("retention.bytes")))
    refuse("a retention, which would forget the model", "retention.ms=-1 and retention.bytes=-1");
  const insync = Number(setting("min.insync.replicas") ?? Math.min(copies, 2));
  if (insync > copies)
    refuse(
      `min.insync.replicas=${insync} and ${copies} cop${copies === 1 ? "y" : "ies"}, so nothing can be written`,
      `it to ${copies} or less`,
    );
  if (copies >= SAFE_COPIES && insync < 2)
    warn("min.insync.replicas=1, so an acknowledged record may be on one broker alone", "min.insync.replicas=2");
  if (copies > 1 && setting("unclean.leader.election.enable") === "true") {
    const has = "unclean leader elections, which may take back acknowledged records";
    const set = "unclean.leader.election.enable=false";
    if (isModelLog || spec.compacted) refuse(has, set);
    else warn(has, set);
  }
  return faults;
}
