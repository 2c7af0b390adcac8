import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Engine } from "../engine/engine.ts";
import type { ServerMetrics } from "./metrics.ts";
import type { Parameters } from "./parameters.ts";

export interface Call {
  readonly engine: Engine;
  readonly metrics: ServerMetrics;
  /** The `:name` and `:id` of the path, decoded. */
  readonly name: string;
  readonly id: string;
  readonly parameters: Parameters;
  readonly query: URLSearchParams;
  /** The parsed body; throws where there is none or it is not JSON. */
  readonly body: () => Record<string, unknown>;
  /** For those that take a body as a stream. */
  readonly request: IncomingMessage;
  readonly onFault: (error: unknown) => void;
}

/** What is rendered as the result; ACCEPTED and a FileReply are answers of their own kind. */
export type Answer = (call: Call) => unknown;

export interface Route {
  readonly method: string;
  /** `:name` and `:id` stand for one segment. */
  readonly path: string;
  readonly answer: Answer;
  /** It changes something: not for a key that may only read. */
  readonly writes: boolean;
  /** It reads the body itself. */
  readonly streams?: true;
  /** Qdrant reads its body as a whole before it looks into it: an error of form names no place there. */
  readonly placeless?: true;
}

export const read = (method: string, path: string, answer: Answer): Route => ({ method, path, answer, writes: false });
export const write = (method: string, path: string, answer: Answer): Route => ({ method, path, answer, writes: true });

/** Answered with 202: it goes on. */
export const ACCEPTED = Symbol("accepted");

/** A file as the answer. */
export class FileReply {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

export const sendFile = (path: string) => new FileReply(path);

export async function pipeFile(response: ServerResponse, { path }: FileReply): Promise<void> {
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": statSync(path).size,
    "content-disposition": `attachment; filename="${basename(path)}"`,
  });
  await pipeline(createReadStream(path), response).catch((error: NodeJS.ErrnoException) => {
    // who asked is gone
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}
