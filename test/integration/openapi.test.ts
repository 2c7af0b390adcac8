/** The HTTP API is what its OpenAPI document says: real answers of a run are held against it, every operation's. */
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { endAll, startUp, temporaryFolder, type Up } from "../support/eddy-process.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 90_000 });

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** One request or more for each operation. */
const requests: Readonly<Record<string, readonly (readonly [url: string, body?: object | string, type?: string])[]>> = {
  getOpenapiJson: [["/v1/openapi.json"]],
  postDocuments: [
    ["/v1/documents", { id: "one", text: "a goal in the match", label: "sport", metadata: { n: 1 } }],
    ["/v1/documents", '{"id":"two","text":"a goal"}\n{"id":"bad"}\n', "application/x-ndjson"],
    ["/v1/documents?text=body", "id,body,title\nthree,a goal,Match\nfour,,\n", "text/csv"],
    ["/v1/documents", { id: "bad" }],
  ],
  deleteDocumentsId: [["/v1/documents/two"], [`/v1/documents/${"x".repeat(600)}`]],
  getDocuments: [["/v1/documents?limit=3"], ["/v1/documents?label=sport&text=goal"], ["/v1/documents?limit=0"]],
  getDocumentsId: [["/v1/documents/one"], ["/v1/documents/nobody"]],
  getDocumentsIdHistory: [
    ["/v1/documents/one/history"],
    ["/v1/documents/two/history"],
    ["/v1/documents/nobody/history"],
  ],
  getClusters: [["/v1/clusters"], ["/v1/clusters?colour=red"]],
  getClustersId: [["/v1/clusters/c1"], ["/v1/clusters/c2?limit=2&newest=2"], ["/v1/clusters/c99999"]],
  putClustersIdName: [
    ["/v1/clusters/c1/name", { name: "Sport" }],
    ["/v1/clusters/c99999/name", { name: "Sport" }],
  ],
  postClassify: [
    ["/v1/classify", { text: "who scored?", title: "Goals" }],
    ["/v1/classify", "who scored?", "text/plain"],
    ["/v1/classify", {}],
  ],
  getSearch: [["/v1/search?q=goal"], ["/v1/search?q=goal&by=word&cluster=c1"], ["/v1/search"]],
  getTrend: [["/v1/trend"], ["/v1/trend?clock=published&buckets=3"], ["/v1/trend?buckets=0"]],
  getMap: [["/v1/map"], ["/v1/map?since=x"]],
  getEvents: [["/v1/events?limit=3"], ["/v1/events?limit=0"]],
  getStatus: [["/v1/status"]],
  getStatusHistory: [["/v1/status/history"]],
  getExport: [
    ["/v1/export"],
    ["/v1/export?format=csv"],
    ["/v1/export?vectors=true&cluster=c1"],
    ["/v1/export?format=xml"],
  ],
  getEvaluation: [["/v1/evaluation"]],
  getBackup: [["/v1/backup"]],
  getDeadLetters: [["/v1/dead-letters"]],
  postDeadLettersReplay: [
    ["/v1/dead-letters/replay", { all: true }],
    ["/v1/dead-letters/replay", { letters: [{ partition: 0, offset: 99 }] }],
    ["/v1/dead-letters/replay", {}],
  ],
};

describe("the HTTP API and its OpenAPI document", () => {
  const folder = temporaryFolder();
  let up: Up;
  let document: Document;
  beforeAll(async () => {
    up = await startUp(join(folder.path, "home"), ["--clusters", "4"]);
    const words = ["goal match striker", "orbit rocket planet", "bank stocks rate", "recipe oven butter"];
    const lines = Array.from({ length: 600 }, (_, n) =>
      JSON.stringify({
        id: `document/${n}`,
        text: `${words[n % 4]} number ${n}`,
        label: `label ${n % 4}`,
        source: "test",
        published_at: new Date(Date.UTC(2026, 0, 1 + (n % 90))).toISOString(),
      }),
    );
    await fetch(`${up.api}/v1/documents`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    await up.caughtUp();
    document = (await (await fetch(`${up.api}/v1/openapi.json`)).json()) as Document;
    const has = (path: string, field: string) => async () => {
      const answer = (await (await fetch(`${up.api}${path}`)).json()) as Record<string, unknown>;
      const found = answer[field];
      return Array.isArray(found) ? found.length > 0 : found;
    };
    // What fills by and by, so that its items are checked, too.
    await until("a layout of the map", 60_000, has("/v1/map", "layout"));
    await until("events of clusters", 30_000, has("/v1/events", "events"));
    await until("two looks at the flow", 30_000, has("/v1/status/history", "at"));
  });
  afterAll(async () => {
    await up.stop();
    endAll();
    folder.remove();
  });

  test("is valid OpenAPI 3.1", async () => {
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
    expect((document as unknown as { openapi: string }).openapi).toBe("3.1.0");
  });

  test("every operation is asked here", () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(Object.keys(requests).sort());
  });

  test.each(Object.entries(requests))("%s answers what is described", async (operationId, asked) => {
    const [method, operation] = Object.values(document.paths)
      .flatMap((path) => Object.entries(path))
      .find(([, { operationId: id }]) => id === operationId)!;
    let good = 0;
    for (const [url, body, type = "application/json"] of asked) {
      const answer = await fetch(`${up.api}${url}`, {
        method: method.toUpperCase(),
        ...(body && {
          headers: { "content-type": type },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      });
      if (answer.ok) good += 1;
      const described = operation.responses[answer.status] ?? operation.responses.default!;
      if (answer.ok) expect(Object.keys(operation.responses)).toContain(String(answer.status));
      const text = await answer.text();
      const schema = described.content[answer.headers.get("content-type")!.split(";")[0]!]?.schema;
      expect(schema, `${url}: ${answer.headers.get("content-type")}`).toBeDefined();
      const isJson = answer.headers.get("content-type")!.includes("json");
      expect(
        faults(schema!, isJson ? JSON.parse(text.split("\n{")[0]!) : text),
        `${url}: ${text.slice(0, 500)}`,
      ).toEqual([]);
    }
    expect(good).toBeGreaterThan(0);
  });

  /** What is wrong with a value by a schema of the document, where a field that isn't described counts as wrong. */
  function faults(schema: object, value: unknown): string[] {
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const whole = closed({ ...schema, components: document.components }) as object;
    const check = ajv.compile(whole);
    return check(value)
      ? []
      : (check.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }
});

/** The document lets answers get more fields with time; here each field must be described. */
function closed(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const made = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isObject = "properties" in made && made.type === "object";
  return isObject && !("additionalProperties" in made) ? { ...made, additionalProperties: false } : made;
}
