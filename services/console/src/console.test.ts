import type { Status } from "@eddy/contracts/api/status";
import { beforeEach, describe, expect, test } from "vitest";
import { app, dimensions, fill, found, get, post, replica, useConsole } from "./console-fixture.ts";

useConsole();

describe("while there is no model", () => {
  test("before it is founded, what needs the collection says that Eddy is starting", async () => {
    expect((await get("/v1/clusters")).body()).toMatchObject({
      version: -1,
      clusters: [],
      seeding: { have: 0, want: 512 },
    });
    expect((await get("/v1/status")).status).toBe(200);
    for (const url of ["/v1/documents", "/v1/documents/x", "/v1/export", "/v1/evaluation"]) {
      const { status, headers, body } = await get(url);
      expect([status, headers["retry-after"]]).toEqual([503, "1"]);
      expect(body<{ error: { code: string } }>().error.code).toBe("STARTING");
    }
  });

  test("clusters, status and classify tell how far the seed is", async () => {
    await found();
    const vectors = new Float32Array(2 * dimensions).fill(0.1);
    await replica.propose({ type: "sampled", partition: 0, from: -1, to: 1, count: 2, vectors });
    const seeding = { have: 2, want: 512 };
    expect((await get("/v1/clusters")).body()).toEqual({
      version: 1,
      documents: 0,
      choice: null,
      clusters: [],
      seeding,
    });
    expect((await get("/v1/status")).body<Status>().seeding).toEqual(seeding);
    const refused = await post("/v1/classify", { text: "a goal" });
    expect([refused.status, refused.body.error.code, refused.body.error.seeding]).toEqual([409, "NO_MODEL", seeding]);
  });
});

describe("what is refused", () => {
  beforeEach(fill);

  test.each([
    ["/v1/documents?limit=0", /limit/],
    ["/v1/documents?limit=1001", /limit/],
    ["/v1/documents?limit=x", /limit/],
    ["/v1/documents?cluster=x", /no cluster/],
    ["/v1/documents?from=yesterday", /no date/],
    ["/v1/documents?after=x", /no cursor/],
    ["/v1/documents?colour=red", /colour/],
    ["/v1/documents?source=a&source=b", /source/],
    ["/v1/clusters?x=1", /"x"/],
    ["/v1/clusters/zero", /no cluster/],
    ["/v1/export?format=xml", /format/],
    ["/v1/export?vectors=1", /vectors/],
    ["/v1/dead-letters?limit=501", /limit/],
  ])("%s is refused", async (url, message) => {
    const { status, body } = await get(url);
    const { error } = body<{ error: { code: string; message: string } }>();
    expect([status, error.code]).toEqual([400, "INVALID_PARAMETER"]);
    expect(error.message).toMatch(message);
  });

  test.each<[string, object | string, number, string]>([
    ["/v1/classify", {}, 400, "INVALID_PARAMETER"],
    ["/v1/classify", { text: 5 }, 400, "INVALID_PARAMETER"],
    ["/v1/classify", { text: "x", k: 1 }, 400, "INVALID_PARAMETER"],
    ["/v1/classify", "<p> </p>", 422, "EMPTY_TEXT"],
    ["/v1/classify", "x".repeat(2_000_000), 413, "BODY_TOO_LARGE"],
    ["/v1/dead-letters/replay", {}, 400, "INVALID_PARAMETER"],
    ["/v1/dead-letters/replay", { all: true, letters: [] }, 400, "INVALID_PARAMETER"],
    ["/v1/dead-letters/replay", { letters: [{ partition: -1, offset: 0 }] }, 400, "INVALID_PARAMETER"],
  ])("POST %s %#", async (url, body, status, code) => {
    const answer = await post(url, body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test("broken JSON, other types, other methods, unknown ids", async () => {
    const send = async (method: "POST" | "PUT", url: string, payload: string, type: string) => {
      const response = await app.inject({ method, url, payload, headers: { "content-type": type } });
      return [response.statusCode, response.json().error.code];
    };
    expect(await send("POST", "/v1/classify", '{"text":', "application/json")).toEqual([400, "INVALID_BODY"]);
    expect(await send("POST", "/v1/classify", "text=x", "application/x-www-form-urlencoded")).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
    expect(await send("PUT", "/v1/clusters/c1", "{}", "application/json")).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect((await get("/v1/clusters/c99")).body()).toMatchObject({
      error: { code: "NOT_FOUND", message: "there is no cluster c99" },
    });
  });
});
