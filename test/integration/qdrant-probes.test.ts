/**
 * Two scripts that print a server's answers to some 250 requests, beside what a real Qdrant 1.19.0 answered: both from the shared folder,
 * nothing of them is kept here. The embedded server must print the same, but for what is listed.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sharedFolder } from "@eddy/datasets/public/shared-data";
import { createQdrantServer } from "@eddy/vectors/server/server";
import { expect, vi } from "vitest";
import { canRun, testThatNeeds } from "../support/needs.ts";

vi.setConfig({ testTimeout: 120_000 });

const shared = sharedFolder(process.env);
const folder = shared === undefined ? "" : join(shared, "qdrant");
const able = existsSync(join(folder, "probe.py")) && canRun("python3", "--version");

/** Known differences, by how their lines begin. One that is none any more must go from the list. */
const DIFFERENT: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  probe: [
    ["[200] get: GET /collections/p ", "one segment; a real server makes as many as it has cores"],
    ["[200] list: ", "the real server had another collection"],
    ["[200] root: ", "the commit"],
    ["[200] query default: ", "the order of equal scores"],
    ["[200] query rrf: ", "the order of equal scores, before the fusion"],
    ["[400] batch unknown: ", "the place of an error within a list of operations"],
    ["[200] telemetry: ", "its content is the server's own"],
    ...[
      ...["cpu", "payload_index_io_read", "payload_index_io_write", "payload_io_read", "payload_io_write"],
      ...["vector_io_read", "vector_io_write"],
    ].map((name) => [`collection_hardware_metric_${name}`, "not metered"] as const),
    ["collection_indexed_only_excluded_points", "nothing is left out of a search"],
    ["collection_update_queue_deferred_points", "nothing is deferred"],
    ...["active", "metadata", "retained"].map((name) => [`memory_${name}_bytes`, "jemalloc's"] as const),
    ["process_open_mmaps", "not metered"],
    ["system_max_mmaps", "not metered"],
    ...["created_total", "creation_running"].map((name) => [`snapshot_${name}`, "not metered"] as const),
    ["snapshot_recovery_running", "not metered"],
  ],
  probe2: [],
};

for (const [name, known] of Object.entries(DIFFERENT)) {
  testThatNeeds("Python and the shared folder", able)(`${name}.py prints what it prints of a real Qdrant`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "eddy-probe-"));
    const server = await createQdrantServer({ dir, port: 0 });
    try {
      const probe = promisify(execFile)("python3", ["-B", `${name}.py`, server.url], { cwd: folder, timeout: 100_000 });
      const ours = comparable((await probe).stdout);
      const real = comparable(await readFile(join(folder, `${name}.out`), "utf8"));
      const missing = real.filter((line) => !ours.includes(line));
      const extra = ours.filter((line) => !real.includes(line));
      const isKnown = (line: string) => known.some(([start]) => line.startsWith(start));
      expect({
        missing: missing.filter((line) => !isKnown(line)),
        extra: extra.filter((line) => !isKnown(line)),
      }).toEqual({
        missing: [],
        extra: [],
      });
      const stale = known.filter(([start]) => !missing.some((line) => line.startsWith(start)));
      expect(stale).toEqual([]);
      expect(ours.length).toBeGreaterThan(real.length - known.length - 1);
    } finally {
      await server.close();
      rmSync(dir, { recursive: true });
    }
  });
}

/** Lines without what no two servers have alike: numbers of operations, times, dates, names of snapshots, the ends of floats. */
function comparable(printed: string): string[] {
  return printed
    .split("\n")
    .filter(Boolean)
    .map((line) =>
      line
        .replace(/"(operation_id|version|peer_id|size|disk_usage_percent|resident_memory_percent)": \d+/g, '"$1": 0')
        .replace(/"time":[\d.e-]+/g, '"time":0')
        .replace(/\d{4}-\d\d-\d\d[T-]\d\d[:-]\d\d[:-]\d\d(?=[".])/g, "date")
        .replace(/-\d+-date\.snapshot/g, "-date.snapshot")
        .replace(/"checksum": "[0-9a-f]{64}"/g, '"checksum": ""')
        .replace(/\d+\.\d{6,}/g, (float) => Number(float).toFixed(5)),
    );
}
