import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "./fake-clock.ts";
import { createHealth } from "./health.ts";
import { createHealthServer, type HealthServer } from "./health-server.ts";
import { listen, listenFault } from "./listen.ts";
import { createMetrics } from "./metrics.ts";

const address = { host: "127.0.0.1", port: 0, setting: "EDDY_METRICS_PORT" };

describe("health", () => {
  it("is alive while each loop has turned lately", async () => {
    const clock = createFakeClock();
    const health = createHealth(clock);
    expect(health.live()).toEqual({ ok: true, checks: {} });
    const turnA = health.loop("a", 1_000);
    health.loop("b", 5_000);
    await clock.advance(1_000);
    expect(health.live().ok).toBe(true);
    await clock.advance(3_000);
    expect(health.live()).toEqual({ ok: false, checks: { a: "has not turned for 4 s", b: "ok" } });
    turnA();
    expect(health.live().ok).toBe(true);
  });

  it("is ready when every check passes, and waits for none longer than two seconds", async () => {
    const clock = createFakeClock();
    const health = createHealth(clock);
    health.check("fine", () => undefined);
    health.check("model", async () => "loading");
    health.check("throws", () => {
      throw new Error("refused");
    });
    health.check("hangs", () => new Promise(() => undefined));
    const ready = health.ready();
    await clock.advance(2_000);
    expect(await ready).toEqual({
      ok: false,
      checks: { fine: "ok", model: "loading", throws: "refused", hangs: "no answer within 2 s" },
    });
    expect(clock.sleepers).toBe(0);
  });
});

describe("health server", () => {
  let server: HealthServer | undefined;
  afterEach(() => server?.stop());

  it("serves metrics, health and readiness", async () => {
    const clock = createFakeClock();
    const health = createHealth(clock);
    let store: string | undefined = "away";
    health.check("store", () => store);
    health.loop("ingest", 1_000);
    const started = createHealthServer(address, createMetrics(), health);
    server = started;
    await started.start();
    const get = async (path: string, method = "GET") => {
      const response = await fetch(started.url + path, { method });
      return [response.status, await response.text()] as const;
    };

    expect((await get("/metrics"))[1]).toMatch(/^process_cpu_seconds_total /m);
    expect(await get("/healthz?x=1")).toEqual([200, '{"status":"ok","checks":{"ingest":"ok"}}\n']);
    expect(await get("/readyz")).toEqual([503, '{"status":"failing","checks":{"store":"away"}}\n']);
    store = undefined;
    expect((await get("/readyz"))[0]).toBe(200);
    await clock.advance(2_000);
    expect((await get("/healthz"))[0]).toBe(503);
    expect((await get("/"))[0]).toBe(404);
    expect((await get("/metrics", "POST"))[0]).toBe(405);
  });

  it("names the setting to change when the port is taken", async () => {
    const other = createServer();
    const port = await listen(other, address);
    const second = createHealthServer({ ...address, port }, createMetrics(), createHealth(createFakeClock()));
    await expect(second.start()).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringMatching(`127.0.0.1:${port} is taken.*EDDY_METRICS_PORT`),
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

it.each([
  ["EACCES", "CONFIG_INVALID", "not permitted"],
  ["EADDRNOTAVAIL", "CONFIG_INVALID", "message"],
])("%s is %s", (code, expected, text) => {
  const fault = listenFault(Object.assign(new Error("message"), { code }), address);
  expect(fault.code).toBe(expected);
  expect(fault.message).toContain(text);
});
