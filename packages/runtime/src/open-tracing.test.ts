import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RetryableError } from "@eddy/contracts/errors";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "./logger.ts";
import { openTracing } from "./open-tracing.ts";
import { inSpan, silentTracer } from "./tracer.ts";

const PARENT = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: "a=b" };
const LINK = { traceparent: "00-11111111111111111111111111111111-2222222222222222-01" };

interface Request {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let server: Server | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

async function collector(): Promise<Request[]> {
  const requests: Request[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise((resolve) => server!.listen(0, "127.0.0.1", () => resolve(undefined)));
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return requests;
}

function open(lines: string[] = []) {
  const logger = createLogger({ service: "test", level: "warn", format: "json", write: (line) => lines.push(line) });
  return openTracing(process.env, { service: "eddy-test", logger });
}

const never = new AbortController().signal;

describe("tracing", () => {
  it("is off, and free, without an endpoint", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", undefined);
    expect((await open()).tracer).toBe(silentTracer);
  });

  it.each([
    ["OTEL_SDK_DISABLED", "true"],
    ["OTEL_TRACES_EXPORTER", "none"],
  ])("is off with %s=%s", async (name, value) => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    vi.stubEnv(name, value);
    expect((await open()).tracer).toBe(silentTracer);
  });

  it("refuses a protocol that it doesn't speak", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    vi.stubEnv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    await expect(open()).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("grpc") });
  });

  it("sends spans with parents, links and failures, as the standard variables say", async () => {
    const requests = await collector();
    vi.stubEnv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
    vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.version=9");
    const { tracer, stop } = await open();
    const outer = tracer.start("process it", {
      kind: "consumer",
      parent: PARENT,
      links: [LINK, { traceparent: "broken" }],
      attributes: { "messaging.system": "kafka", "messaging.batch.message_count": 3 },
    });
    expect(outer.context).toMatchObject({ tracestate: "a=b" });
    expect(outer.context!.traceparent).toContain("-4bf92f3577b34da6a3ce929d0e0e4736-".slice(1));
    const failing = inSpan(tracer.start("inner", { parent: outer }), async () => {
      throw new RetryableError("STORE_UNAVAILABLE", "away");
    });
    await expect(failing).rejects.toThrow("away");
    outer.end();
    await stop(never);
    expect(requests).toHaveLength(1);
    const [{ url, headers, body }] = requests as [Request];
    expect(url).toBe("/v1/traces");
    expect(headers).toMatchObject({ "content-type": "application/json", "api-key": "secret" });
    const [resource] = JSON.parse(body.toString()).resourceSpans;
    const attributes = Object.fromEntries(
      resource.resource.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [
        key,
        value.stringValue,
      ]),
    );
    expect(attributes).toMatchObject({
      "service.name": "eddy-test",
      "service.version": "9",
      "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "deployment.environment.name": "test",
    });
    const [inner, process] = resource.scopeSpans[0].spans;
    expect(process).toMatchObject({
      name: "process it",
      kind: 5,
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      parentSpanId: "00f067aa0ba902b7",
      links: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    });
    expect(process.attributes).toContainEqual({ key: "messaging.batch.message_count", value: { intValue: 3 } });
    expect(inner).toMatchObject({
      parentSpanId: process.spanId,
      traceId: process.traceId,
      status: { code: 2, message: "away" },
    });
    expect(inner.attributes).toContainEqual({ key: "error.type", value: { stringValue: "STORE_UNAVAILABLE" } });
  });

  it("speaks protobuf by default, and obeys the sampler", async () => {
    const requests = await collector();
    vi.stubEnv("OTEL_SERVICE_NAME", "named-by-env");
    const first = await open();
    first.tracer.start("seen").end();
    await first.stop(never);
    expect(requests).toHaveLength(1);
    expect(requests[0]!.headers["content-type"]).toBe("application/x-protobuf");
    expect(requests[0]!.body.includes("named-by-env")).toBe(true);
    expect(requests[0]!.body.includes("seen")).toBe(true);
    vi.stubEnv("OTEL_TRACES_SAMPLER", "always_off");
    const second = await open();
    second.tracer.start("unseen").end();
    await second.stop(never);
    expect(requests).toHaveLength(1);
  });

  it("loses spans with a warning where the collector is away, and holds up no stop", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    const lines: string[] = [];
    const { tracer, stop } = await open(lines);
    tracer.start("lost").end();
    await stop(AbortSignal.abort());
    tracer.start("after the end").end();
    await vi.waitFor(() => expect(lines.join("")).toContain("collector"), { timeout: 20_000 });
  }, 25_000);
});
