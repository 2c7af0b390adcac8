import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeRoute, json } from "./http-route.ts";
import { createHttpApp } from "./http-server.ts";
import { createLogger } from "./logger.ts";
import { OPENAPI_PATH, registerOpenApi } from "./openapi.ts";

const logger = createLogger({ service: "test", level: "silent" });
const pet = z.object({ id: z.int(), name: z.string().optional().describe("What it is called.") }).meta({ id: "Pet" });
const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(9).default(5).describe("At most so many."),
  from: z.string().transform((text) => Date.parse(text)),
  loud: z.enum(["true", "false"]).optional(),
});

async function documentOf(...routes: Parameters<typeof createHttpApp>[0]["register"]) {
  const app = await createHttpApp({ logger, register: [registerOpenApi("1.2.3"), ...routes] });
  try {
    return (await app.inject({ url: OPENAPI_PATH })).json();
  } finally {
    await app.close();
  }
}

test("routes as OpenAPI 3.1: parameters, bodies, answers, scopes; named schemas once", async () => {
  const document = await documentOf((app) => {
    const list = { scope: "read", summary: "All pets.", query: listQuery, answer: json(z.array(pet)) } as const;
    app.get("/v1/pets", describeRoute(list), async () => []);
    const put = {
      scope: "admin",
      summary: "Names a pet.",
      params: z.object({ id: z.string().transform(Number) }),
      headers: z.object({ "if-match": z.string().optional() }),
      body: { ...json(pet), "text/plain": z.string() },
      answer: json(pet),
      status: 202,
    } as const;
    app.put("/v1/pets/:id/name", describeRoute(put), async () => ({}));
    app.get("/page", async () => "not of the API");
  });
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  expect(Object.keys(document.paths)).toEqual([OPENAPI_PATH, "/v1/pets", "/v1/pets/{id}/name"]);
  expect(document.info).toMatchObject({ title: "Eddy", version: "1.2.3" });
  const { get } = document.paths["/v1/pets"];
  expect(get.operationId).toBe("getPets");
  expect(get.security).toEqual([{ key: ["read"] }, {}]);
  expect(get.parameters).toEqual([
    {
      name: "limit",
      in: "query",
      required: false,
      description: "At most so many.",
      schema: { type: "integer", minimum: 1, maximum: 9, default: 5 },
    },
    { name: "from", in: "query", required: true, schema: { type: "string" } },
    { name: "loud", in: "query", required: false, schema: { type: "string", enum: ["true", "false"] } },
  ]);
  const ofPet = { $ref: "#/components/schemas/Pet" };
  expect(get.responses["200"].content).toEqual({ "application/json": { schema: { type: "array", items: ofPet } } });
  const { put } = document.paths["/v1/pets/{id}/name"];
  expect(put.operationId).toBe("putPetsIdName");
  expect(put.parameters.map((one: { in: string; required: boolean }) => [one.in, one.required])).toEqual([
    ["path", true],
    ["header", false],
  ]);
  expect(Object.keys(put.requestBody.content)).toEqual(["application/json", "text/plain"]);
  expect(put.responses["202"].content["application/json"].schema).toEqual(ofPet);
  // An answer may get more fields with time.
  expect(document.components.schemas.Pet).toEqual({
    type: "object",
    properties: { id: { type: "integer" }, name: { type: "string", description: "What it is called." } },
    required: ["id"],
  });
});

test("a route of the API that isn't described can't be registered", async () => {
  const document = documentOf((app) => void app.get("/v1/secret", async () => "x"));
  await expect(document).rejects.toThrow("GET /v1/secret lacks a description");
});
