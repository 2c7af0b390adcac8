import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "./kafkajs-mended.ts";

interface Queue {
  readonly inflight: Map<number, unknown>;
  scheduleRequestTimeoutCheck(): void;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

const parts = createRequire(import.meta.url);
const RequestQueue = parts("kafkajs/src/network/requestQueue") as new (options: object) => Queue;

let connected = true;
const createQueue = () =>
  new RequestQueue({
    ...{ requestTimeout: 30_000, enforceRequestTimeout: true, isConnected: () => connected },
    ...{ clientId: "c", broker: "b", logger: { debug() {} } },
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "Date"] });
  connected = true;
});
afterEach(() => vi.useRealTimers());

it("a request without an answer times out after what it was given, within a second", () => {
  const queue = createQueue();
  const timeoutRequest = vi.fn();
  queue.inflight.set(1, { sentAt: Date.now(), requestTimeout: 30_000, timeoutRequest });
  queue.scheduleRequestTimeoutCheck();
  vi.advanceTimersByTime(30_000);
  expect(timeoutRequest).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(timeoutRequest).toHaveBeenCalledOnce();
  queue.destroy();
});

it("an idle connection looks once a second, and a closed one no more", () => {
  const queue = createQueue();
  const looks = vi.spyOn(queue.inflight, "values");
  queue.scheduleRequestTimeoutCheck();
  queue.scheduleRequestTimeoutCheck();
  queue.scheduleCheckPendingRequests();
  vi.advanceTimersByTime(10_000);
  expect(looks).toHaveBeenCalledTimes(10);
  connected = false;
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

const logger = { namespace: () => logger, debug() {}, info() {}, warn() {}, error() {} };

it("a broker counts as connected once it has told what it understands, not before", async () => {
  interface Broker {
    isConnected(): boolean;
    connect(): Promise<void>;
  }
  const Brokers = parts("kafkajs/src/broker") as new (options: object) => Broker;
  let tell = () => {};
  const told = new Promise<object>((resolve) => {
    tell = () => resolve({ apiVersions: [{ apiKey: 3, minVersion: 0, maxVersion: 6 }] });
  });
  let isOpen = false;
  const connection = { getSupportAuthenticationProtocol: () => false, authenticate: async () => {} };
  const connectionPool = {
    connectionTimeout: 1_000,
    isConnected: () => isOpen,
    async getConnection() {
      isOpen = true;
      return connection;
    },
    send: () => told,
    setVersions() {},
  };
  const broker = new Brokers({ connectionPool, logger });
  const [first, second] = [broker.connect(), broker.connect()];
  await vi.waitFor(() => expect(isOpen).toBe(true));
  expect(broker.isConnected()).toBe(false);
  tell();
  await Promise.all([first, second]);
  expect(broker.isConnected()).toBe(true);
});

interface Connection {
  isConnected(): boolean;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  requestQueue: { fulfillRequest(answer: { correlationId: number; payload: Buffer }): void };
}

/** A connection to a server, whose sockets are its own. */
async function openConnection() {
  vi.useRealTimers();
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const Connections = parts("kafkajs/src/network/connection") as new (options: object) => Connection;
  const connection = new Connections({
    ...{ host: "127.0.0.1", port: (server.address() as AddressInfo).port, connectionTimeout: 5_000 },
    ...{ requestTimeout: 5_000, logger, socketFactory: parts("kafkajs/src/network/socketFactory")() },
  });
  const connectTo = async (count: number) => {
    await connection.connect();
    await vi.waitFor(() => expect(sockets).toHaveLength(count));
  };
  await connectTo(1);
  const close = async () => {
    await connection.disconnect();
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { connection, sockets, connectTo, close };
}

it("the first part of an answer that was cut is not taken for the head of the next connection's", async () => {
  const { connection, sockets, connectTo, close } = await openConnection();
  const answers: [number, string][] = [];
  connection.requestQueue.fulfillRequest = ({ correlationId, payload }) =>
    void answers.push([correlationId, payload.toString()]);
  const answer = (id: number, text: string) => {
    const head = Buffer.alloc(8);
    head.writeInt32BE(4 + text.length);
    head.writeInt32BE(id, 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  sockets[0]!.end(answer(1, "of which the end never comes").subarray(0, 20));
  await vi.waitFor(() => expect(connection.isConnected()).toBe(false));
  await connectTo(2);
  sockets[1]!.write(answer(2, "whole"));
  await vi.waitFor(() => expect(answers).toEqual([[2, "whole"]]));
  await close();
});

it("the end of a connection that was closed, told late, does not close the next one", async () => {
  const { connection, sockets, connectTo, close } = await openConnection();
  await connection.disconnect();
  await connectTo(2);
  sockets[0]!.end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(connection.isConnected()).toBe(true);
  await close();
});
