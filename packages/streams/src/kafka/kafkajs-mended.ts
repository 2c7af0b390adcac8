/** Mends kafkajs 2.2.4, its last release, in this process. */
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { type RecordParts, recordBytes } from "./kafka-record-bytes.ts";

const parts = createRequire(import.meta.url);

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<
    number,
    { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
  >;
  readonly isConnected: () => boolean;
  readonly enforceRequestTimeout: boolean;
  requestTimeoutIntervalId: NodeJS.Timeout;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  /** Stops the timers. */
  destroy(): void;
}

const { prototype: queues } = parts("kafkajs/src/network/requestQueue") as { prototype: RequestQueue };

/**
 * It looks every millisecond, on each connection, whether a request waits to be sent, though mostly none does (kafkajs#1556, #1704): several
 * per cent of a core each, and on Node 24 a warning. It may look where one waits.
 */
const schedule = queues.scheduleCheckPendingRequests;
queues.scheduleCheckPendingRequests = function () {
  if (this.pending.length > 0) schedule.call(this);
};

/** How often each connection looks whether an answer is overdue, after 30 s; kafkajs: ten times a second, which was nearly all that woke an idle worker. */
const LOOK_MS = 1_000;

queues.scheduleRequestTimeoutCheck = function () {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(() => {
    for (const request of this.inflight.values())
      if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
    if (!this.isConnected()) this.destroy();
  }, LOOK_MS);
};

interface Connection {
  connecting: Promise<unknown> | undefined;
  readonly socket?: Socket;
  /** Of an answer that has not come whole. */
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
  connect(): Promise<unknown>;
}

/** Of an answer's length, which comes first. */
const LENGTH_BYTES = 4;

/**
 * Two requests that find a connection closed open a socket each, of which one is forgotten: it holds the process until the broker closes it,
 * ten minutes later. They share one. And what the old socket leaves is no part of the new one: the end that it is told late would close that,
 * and the first part of an answer that it cut be taken for the head of that one's.
 */
const { prototype: connections } = parts("kafkajs/src/network/connection") as { prototype: Connection };
const connect = connections.connect;
connections.connect = function () {
  if (!this.connecting && !this.isConnected()) forgetOldSocket(this);
  this.connecting ??= connect.call(this).finally(() => {
    this.connecting = undefined;
  });
  return this.connecting;
};

function forgetOldSocket(connection: Connection): void {
  const { socket } = connection;
  for (const event of ["data", "end", "error", "timeout"]) socket?.removeAllListeners(event);
  socket?.on("error", () => {}).destroy();
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = LENGTH_BYTES;
}

interface Broker {
  readonly lookupRequest: unknown;
  isConnected(): boolean;
}

/**
 * A broker counts as connected once its socket is, before it has told what it understands: whoever shares it meets "Broker not connected", which
 * nobody tries again; for good where the broker never came to tell. It counts from then on.
 */
const Brokers = parts("kafkajs/src/broker") as new (options: object) => Broker;
const { lookupRequest: notYetTold } = new Brokers({
  connectionPool: { connectionTimeout: 0 },
  logger: { namespace: () => undefined },
});
const isConnected = Brokers.prototype.isConnected as Broker["isConnected"];
Brokers.prototype.isConnected = function (this: Broker) {
  return this.lookupRequest !== notYetTold && isConnected.call(this);
};

/** A record in one buffer instead of dozens. kafkajs loads this where the first is sent. */
const RECORD = "kafkajs/src/protocol/recordBatch/record/v0";
parts(RECORD);
parts.cache[parts.resolve(RECORD)]!.exports = (record: RecordParts) => {
  const buffer = recordBytes(record);
  return { buf: buffer, buffer };
};
