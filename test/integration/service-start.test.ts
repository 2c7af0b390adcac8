/** A service that can't start: what it says, and how it ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const EDDY = fileURLToPath(new URL("../../packages/cli/bin/eddy.js", import.meta.url));

function startService(name: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [EDDY, "run", name], {
    env: { PATH: process.env.PATH, EDDY_METRICS_PORT: "0", QDRANT_URL: "http://127.0.0.1:1", ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  return { child, ended: once(child, "exit").then(([code]) => ({ code: code as number, said })) };
}

/** A port that takes connections and never answers. */
async function silentPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, server };
}

test("without a setting that it needs: a line for each, exit code 2", async () => {
  const { code, said } = await startService("cluster-worker", { QDRANT_URL: "" }).ended;
  expect(code).toBe(2);
  for (const variable of ["KAFKA_BROKERS", "QDRANT_URL"]) expect(said).toContain(variable);
  expect(said).not.toMatch(/^ +at /m);
});

test("where no Kafka answers: a line, exit code 3", async () => {
  const { code, said } = await startService("ingest", { KAFKA_BROKERS: "127.0.0.1:1" }).ended;
  expect({ code, said }).toMatchObject({ code: 3, said: expect.stringContaining("STREAM_UNAVAILABLE") });
  expect(said).not.toMatch(/^ +at /m);
});

test("told to stop while it waits for a Kafka that says nothing: exit code 0, long before the drain deadline", async () => {
  const { port, server } = await silentPort();
  const { child, ended } = startService("ingest", { KAFKA_BROKERS: `127.0.0.1:${port}` });
  const [socket] = await once(server, "connection");
  child.kill("SIGTERM");
  const { code, said } = await ended;
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).not.toContain("did not stop");
  socket.destroy();
  server.close();
});
