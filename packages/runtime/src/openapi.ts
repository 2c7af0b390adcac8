import { faultSchema } from "@eddy/contracts/api/fault";
import { z } from "zod";
import { type Bodies, describeRoute, json, type RouteDescription } from "./http-route.ts";
import type { HttpApp, RegisterRoutes } from "./http-server.ts";

/** Where the API says what it is. */
export const OPENAPI_PATH = "/v1/openapi.json";

const DESCRIBED = "/v1/";

interface Route {
  readonly method: string;
  /** As fastify has it: `/v1/documents/:id`. */
  readonly path: string;
  readonly description: RouteDescription;
}

type Json = Readonly<Record<string, unknown>>;

/** `GET /v1/openapi.json`: all routes below /v1/ of this server; to be registered before them. A route that isn't described throws. */
export function registerOpenApi(version: string): RegisterRoutes {
  return (app: HttpApp) => {
    const routes: Route[] = [];
    app.addHook("onRoute", ({ method, url, config }) => {
      if (!url.startsWith(DESCRIBED)) return;
      const { scope, description } = config ?? {};
      if (!scope || !description) throw new Error(`${method} ${url} lacks a description: describeRoute makes one`);
      for (const name of [method].flat())
        if (name !== "HEAD") routes.push({ method: name, path: url, description: { scope, ...description } });
    });
    let document: Json | undefined;
    const answer = json(z.record(z.string(), z.unknown()).describe("An OpenAPI document."));
    const summary = "What this API is, as OpenAPI 3.1.";
    app.get(OPENAPI_PATH, describeRoute({ scope: "read", summary, answer }), async () => {
      document ??= openApiOf(routes, version);
      return document;
    });
  };
}

/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1) of the routes, in the order of their paths. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const named: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, named) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Eddy",
      version,
      description: "Documents in, clusters out. An answer that is an error has the body `Fault`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "Asked for only where Eddy was given keys." },
      },
    },
  };
}

function operationOf({ method, path, description }: Route, named: Record<string, unknown>): Json {
  const { scope, summary, params, query, headers, body, answer, status = 200 } = description;
  const content = (bodies: Bodies, io: "input" | "output") =>
    Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema: schemaOf(schema, io, named) }]));
  return {
    operationId: `${method.toLowerCase()}${path.replace(/^\/v1/, "").replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase())}`,
    summary,
    ...(description.description !== undefined && { description: description.description }),
    security: [{ key: [scope] }, {}],
    parameters: [
      ...parametersOf("path", params, named),
      ...parametersOf("query", query, named),
      ...parametersOf("header", headers, named),
    ],
    ...(body && { requestBody: { required: true, content: content(body, "input") } }),
    responses: {
      [status]: { description: "Done.", content: content(answer, "output") },
      default: { description: "Why it was not done.", content: content(json(faultSchema), "output") },
    },
  };
}

function parametersOf(place: string, schema: z.ZodObject | undefined, named: Record<string, unknown>): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = schemaOf(field as z.ZodType, "input", named);
    const required = place === "path" || !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: place, required, ...(description !== undefined && { description }), schema: rest };
  });
}

/** A schema in JSON; those with an id go to `named` and are referred to. What is answered may get more fields with time. */
function schemaOf(schema: z.ZodType, io: "input" | "output", named: Record<string, unknown>): Json {
  const made = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _, $defs = {}, ...rest } = JSON.parse(text) as Record<string, unknown>;
  Object.assign(named, $defs);
  return rest;
}
