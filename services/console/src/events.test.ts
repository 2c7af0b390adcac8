import type { EventList } from "@eddy/contracts/api/event";
import { expect, test } from "vitest";
import { get, streams, topics, useConsole } from "./console-fixture.ts";

useConsole();

async function tell(...events: (object | string)[]): Promise<void> {
  const records = events.map((event) => ({
    key: Buffer.from("model"),
    value: Buffer.from(typeof event === "string" ? event : JSON.stringify(event)),
    headers: {},
  }));
  await streams.append(topics.clusterEvents, 0, records);
}

const at = "2026-11-22T10:00:00.000Z";
const events = async (query = "") => (await get(`/v1/events${query}`)).body<EventList>().events;

test("none, then the newest first, each once", async () => {
  expect(await events()).toEqual([]);
  const seeded = { type: "seeded", version: 3, at, detail: { clusters: 2 } };
  const born = ["c1", "c2"].map((cluster_id) => ({ type: "born", cluster_id, version: 3, at }));
  const renamed = { type: "renamed", cluster_id: "c2", version: 7, at, detail: { name: "Sport" } };
  await tell(seeded, ...born, seeded, ...born, "{ broken", renamed);
  expect(await events()).toEqual([renamed, born[1], born[0], seeded]);
  expect(await events("?limit=1")).toEqual([renamed]);
  await streams.truncate(topics.clusterEvents, 0, 8);
  expect(await events()).toEqual([]);
  expect((await get("/v1/events?limit=501")).status).toBe(400);
});
