import type { ApiScope } from "@eddy/contracts/api-scopes";
import type { z } from "zod";

/** Bodies by content type. */
export type Bodies = Readonly<Record<string, z.ZodType>>;

export interface RouteDescription {
  /** What a key must be allowed to use it. */
  readonly scope: ApiScope;
  readonly summary: string;
  /** More than the summary can hold; Markdown. */
  readonly description?: string;
  /** The same objects that the handler parses with. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Bodies;
  /** Of the answer where all went well; errors are `faultSchema`. */
  readonly answer: Bodies;
  /** 200 by default. */
  readonly status?: number;
}

/** The options of a route: whom it is for, and what `GET /v1/openapi.json` says of it. Fastify checks nothing by it. */
export function describeRoute({ scope, ...description }: RouteDescription) {
  return { config: { scope, description } };
}

export function json(schema: z.ZodType): Bodies {
  return { "application/json": schema };
}
