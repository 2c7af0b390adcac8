import type { DocumentHistory } from "@eddy/contracts/api/document-history";
import type { Assignment } from "@eddy/contracts/document";
import { partitionOf } from "@eddy/streams/murmur2";
import { beforeEach, describe, expect, test } from "vitest";
import { clock, fill, get, letter, START, store, streams, topics, useConsole, write } from "./console-fixture.ts";

useConsole();

const iso = (ms: number) => new Date(ms).toISOString();
const ID = "é/1";
const partition = partitionOf(Buffer.from(ID), 2);

async function append(topic: string, id: string, value: object | null, headers: Record<string, string> = {}) {
  const record = { key: Buffer.from(id), value: value && Buffer.from(JSON.stringify(value)), headers };
  await streams.append(topic, partitionOf(record.key, 2), [record]);
}

const receive = (id: string, revision: string) =>
  append(topics.texts, id, { format: 1, document_id: id, revision, text: "words", received_at: iso(clock.now()) });

const assign = (id: string, cluster_id: string, version: number) => {
  const assignment: Assignment = {
    document_id: id,
    cluster_id,
    distance: 0.25,
    margin: 0.5,
    version,
    assigned_with: version - 1,
    assigned_at: iso(clock.now()),
  };
  return append(topics.assignments, id, assignment);
};

const historyOf = async (id: string) =>
  (await get(`/v1/documents/${encodeURIComponent(id)}/history`)).body<DocumentHistory>();

describe("a document's history", () => {
  beforeEach(fill);

  test("its versions, clusters, rejects and end, the newest first, each once", async () => {
    await receive(ID, "0:1");
    await receive("other", "0:2");
    await clock.advance(1_000);
    await assign(ID, "c1", 5);
    await assign(ID, "c1", 5);
    await assign("other", "c9", 6);
    await clock.advance(1_000);
    await letter({ value: `{"id":"${ID}"}` });
    await letter({ value: '{"id":"another"}', offset: 1 });
    await clock.advance(1_000);
    await append(topics.assignments, ID, null, { "eddy-version": "8" });
    expect(await historyOf(ID)).toEqual({
      document_id: ID,
      complete: true,
      events: [
        { at: iso(START + 3_000), kind: "deleted", version: 8 },
        { at: iso(START + 2_000), kind: "rejected", code: "NO_TEXT", message: "NO_TEXT: text is missing" },
        {
          at: iso(START + 1_000),
          kind: "clustered",
          cluster_id: "c1",
          distance: 0.25,
          margin: 0.5,
          version: 5,
          assigned_with: 4,
        },
        { at: iso(START), kind: "received", revision: "0:1" },
      ],
    });
  });

  test("what a sweep did stands in the store only; what stands in both comes once", async () => {
    await receive(ID, "0:1");
    await clock.advance(1_000);
    await assign(ID, "c1", 5);
    await write(ID, "words", "c2", { revision: "0:1", version: 5, assigned_with: 9, assigned_at: iso(START + 2_000) });
    const { events } = await historyOf(ID);
    expect(events.map(({ kind, cluster_id }) => [kind, cluster_id])).toEqual([
      ["clustered", "c2"],
      ["clustered", "c1"],
      ["received", undefined],
    ]);
    await store.write([
      {
        payload: {
          document_id: ID,
          revision: "d",
          received_at: iso(START),
          version: 12,
          assigned_with: 12,
          assigned_at: iso(START + 4_000),
          deleted: true,
        },
      },
    ]);
    await append(topics.assignments, ID, null, { "eddy-version": "12" });
    expect((await historyOf(ID)).events.filter(({ kind }) => kind === "deleted").length).toBe(1);
  });

  test("a document that nobody knows has none", async () => {
    expect(await historyOf("nobody")).toEqual({ document_id: "nobody", complete: true, events: [] });
  });

  test("what retention took is not pretended to be known", async () => {
    await receive(ID, "0:1");
    await clock.advance(1_000);
    await receive(ID, "0:2");
    await streams.truncate(topics.texts, partition, 1);
    expect(await historyOf(ID)).toMatchObject({
      complete: false,
      searched_from: iso(START + 1_000),
      events: [{ kind: "received", revision: "0:2" }],
    });
  });

  test("a long topic is searched in stretches, over all of it", async () => {
    await receive(ID, "0:1");
    const value = Buffer.from(JSON.stringify({ text: "other" }));
    const others = Array.from({ length: 4_000 }, () => ({ key: Buffer.from("other"), value, headers: {} }));
    for (let n = 0; n < 3; n++) await streams.append(topics.texts, partition, others);
    await receive(ID, "0:2");
    const { events, complete } = await historyOf(ID);
    expect([complete, events.map(({ revision }) => revision).sort()]).toEqual([true, ["0:1", "0:2"]]);
  });
});
