import type { DeadLetter } from "@eddy/contracts/api/dead-letter";
import { type DocumentEvent, type DocumentHistory, documentHistorySchema } from "@eddy/contracts/api/document-history";
import { VERSION_HEADER } from "@eddy/contracts/chain-headers";
import type { PointPayload } from "@eddy/contracts/collection";
import { acceptedTextSchema, assignmentSchema } from "@eddy/contracts/document";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { partitionOf } from "@eddy/streams/murmur2";
import { headerText, type StoredRecord } from "@eddy/streams/port";
import type { DeadLetters } from "./dead-letters.ts";
import { parse } from "./letter.ts";
import { documentParams } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";
import { type Searched, searchBack } from "./search-back.ts";

/** Of each topic. */
const BOUNDS = { mostRecords: 200_000, mostMs: 1_000 };
const SEARCHED_LETTERS = 500;

const route = describeRoute({
  scope: "read",
  summary: "What happened to a document, the newest first.",
  description:
    "Read from the topics, at most 200,000 records or a second back in each, and from the store. A document that nobody knows has no events.",
  params: documentParams,
  answer: json(documentHistorySchema),
});

/** `GET /v1/documents/ID/history` */
export function registerDocumentHistory(app: HttpApp, ports: ConsolePorts, letters: DeadLetters): void {
  const { streams, topics, store, clock } = ports;

  app.get("/v1/documents/:id/history", route, async ({ params }): Promise<DocumentHistory> => {
    const { id } = readParameters(documentParams, params);
    const assignments = await search(topics.assignments, id);
    const texts = await search(topics.texts, id);
    const refused = await letters.list(SEARCHED_LETTERS);
    const payload = (await store.lookup([id])).get(id)?.payload;
    const events = [
      ...texts.records.flatMap(receivedOf),
      ...assignments.records.map(assignedOf).filter((event) => event !== undefined),
      ...refused.filter(({ document_id }) => document_id === id).map(rejectedOf),
      ...(payload ? presentOf(payload) : []),
    ];
    const complete = assignments.whole && texts.whole && refused.length < SEARCHED_LETTERS;
    const searchedFrom = Math.max(...[assignments, texts].map(({ fromMs, whole }) => (whole ? 0 : (fromMs ?? 0))));
    return {
      document_id: id,
      events: inOrder(events),
      complete,
      ...(searchedFrom > 0 && { searched_from: new Date(searchedFrom).toISOString() }),
    };
  });

  async function search(topic: string, id: string): Promise<Searched> {
    const key = Buffer.from(id);
    const partition = partitionOf(key, await streams.partitions(topic));
    return searchBack(streams, { topic, partition, key }, { ...BOUNDS, clock });
  }
}

/** A deletion is told by its assignment. */
function receivedOf({ value }: StoredRecord): DocumentEvent[] {
  const text = acceptedTextSchema.safeParse(parse(value)).data;
  return text ? [{ at: text.received_at, kind: "received", revision: text.revision }] : [];
}

function assignedOf({ value, headers, timestampMs }: StoredRecord): DocumentEvent | undefined {
  if (value === null) {
    const version = Number(headerText(headers, VERSION_HEADER) ?? Number.NaN);
    const at = new Date(timestampMs).toISOString();
    return { at, kind: "deleted", ...(Number.isFinite(version) && { version }) };
  }
  const assignment = assignmentSchema.safeParse(parse(value)).data;
  if (!assignment) return undefined;
  const { document_id: _, assigned_at: at, ...rest } = assignment;
  return { at, kind: "clustered", ...rest };
}

function rejectedOf({ at, code, message }: DeadLetter): DocumentEvent {
  return { at, kind: "rejected", code, message };
}

/** What the store says: a sweep moves a document without an assignment, and topics forget. */
function presentOf(payload: PointPayload): DocumentEvent[] {
  const { received_at, revision, assigned_at, version, assigned_with, cluster_id, distance, margin } = payload;
  if (payload.deleted) return [{ at: assigned_at, kind: "deleted", version }];
  return [
    { at: received_at, kind: "received", revision },
    { at: assigned_at, kind: "clustered", cluster_id, distance, margin, version, assigned_with },
  ];
}

const KINDS: readonly DocumentEvent["kind"][] = ["received", "rejected", "clustered", "deleted"];

/** The newest first, each once: after a crash a record may stand there twice. */
function inOrder(events: readonly DocumentEvent[]): DocumentEvent[] {
  const once = new Map<string, DocumentEvent>();
  for (const event of events) {
    const { kind, revision, version, assigned_with, at } = event;
    const what = kind === "received" ? revision : kind === "rejected" ? at : `${version}/${assigned_with}`;
    if (!once.has(`${kind}/${what}`)) once.set(`${kind}/${what}`, event);
  }
  return [...once.values()].sort(
    (a, b) => Date.parse(b.at) - Date.parse(a.at) || KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind),
  );
}
