import { RetryableError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "./fake-clock.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";
import { createRepeatedWarning } from "./repeated-warning.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ service: "ingest", format: "json", ...options, write: (line) => lines.push(line) });
  return { logger, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("logger", () => {
  it("writes one JSON line a message", () => {
    const { logger, lines, records } = capture();
    logger.info("listening", { port: 8080 });
    expect(records()).toEqual([
      { level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/), service: "ingest", port: 8080, msg: "listening" },
    ]);
    expect(lines[0]?.endsWith("}\n")).toBe(true);
  });

  it("keeps to its level", () => {
    const { logger, records } = capture({ level: "warn" });
    for (const level of ["debug", "info", "warn", "error"] as const) logger[level](level);
    expect(records().map((record) => record.msg)).toEqual(["warn", "error"]);
  });

  it("masks secrets, one level deep too", () => {
    const { logger, lines } = capture();
    logger.info("connected", { apiKey: "s3cret", store: { password: "s3cret", url: "http://store" } });
    expect(lines[0]).not.toContain("s3cret");
    expect(lines[0]).toContain("http://store");
  });

  it.each(["pretty", "json"] as const)("shows no control sign of what it quotes: %s", (format) => {
    const { logger, lines } = capture({ format });
    logger.info("no \u001b[2J\u009b in it", { id: "\u001b]0;x\u0007", deep: { a: "\u202e\u0090" } });
    expect(lines[0]).toContain("no \\u001b[2J\\u009b in it");
    expect(lines.join("").trimEnd()).toMatch(/^[^\p{Cc}\u202e]+$/u);
  });

  it("carries a child's fields, each key once", () => {
    const { logger, lines, records } = capture();
    logger.child({ service: "embed", partition: 3 }).warn("slow");
    expect(records()[0]).toMatchObject({ service: "embed", partition: 3, msg: "slow" });
    expect(lines[0]?.match(/"service"/g)).toHaveLength(1);
  });

  it("writes an error as its code and message", () => {
    const { logger, records } = capture();
    logger.warn("trying again", { error: new RetryableError("STORE_UNAVAILABLE", "refused") });
    expect(records()[0]?.error).toBe("STORE_UNAVAILABLE: refused");
  });

  it("writes a line for people", () => {
    const { logger, lines } = capture({ format: "pretty" });
    logger.warn("slow store", { ms: 12, url: "http://x", why: "two words", at: { partition: 1 } });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d warn {2}ingest {8} slow store ms=12 url=http:\/\/x why="two words" at=\{"partition":1\}\n$/,
    );
  });
});

it("writes a repeated warning once in a while and counts the rest", async () => {
  const clock = createFakeClock();
  const { logger, records } = capture();
  const warn = createRepeatedWarning(logger, clock, 1_000);
  warn("store", "store away");
  warn("store", "store away");
  warn("log", "log away");
  await clock.advance(999);
  warn("store", "store away");
  await clock.advance(1);
  warn("store", "store away", { url: "u" });
  warn("store", "store away");
  await clock.advance(1_000);
  warn("store", "store away");
  expect(records().map(({ msg, suppressed }) => [msg, suppressed])).toEqual([
    ["store away", undefined],
    ["log away", undefined],
    ["store away", 2],
    ["store away", 1],
  ]);
});
