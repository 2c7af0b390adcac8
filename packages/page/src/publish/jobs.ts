/** The files that a person gave, and what becomes of each. */
import { signal } from "@preact/signals";
import { refresh } from "../state/live.ts";
import { beginOf } from "./begin.ts";
import { type FileKind, fileKindOf, READ } from "./file-kind.ts";
import { nothingYet, type Outcome } from "./outcome.ts";
import { publishFile } from "./publish-file.ts";
import { type Columns, guessColumns, readHeader, type TableHeader } from "./table-header.ts";

export interface Job {
  readonly key: number;
  readonly file: File;
  readonly kind: FileKind | undefined;
  readonly state: "ready" | "sending" | "done" | "failed";
  /** Of a table. */
  readonly header?: TableHeader;
  readonly columns: Columns;
  readonly sent: number;
  readonly outcome: Outcome;
  readonly waiting?: number;
  readonly error?: unknown;
}

export const jobs = signal<readonly Job[]>([]);
let keys = 0;
const running = new Map<number, AbortController>();

function change(key: number, part: Partial<Job>): void {
  jobs.value = jobs.value.map((job) => (job.key === key ? { ...job, ...part } : job));
}

/** Nothing is sent yet: a table's columns can be chosen first. */
export async function addFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const kind = fileKindOf(file.name);
    const key = keys++;
    const refused = kind ? undefined : new Error(`its name tells no kind that is read: ${READ}`);
    const state = refused ? "failed" : "ready";
    jobs.value = [...jobs.value, { key, file, kind, state, error: refused, columns: {}, sent: 0, outcome: nothingYet }];
    if (kind?.kind !== "table") continue;
    try {
      const header = readHeader(await beginOf(file, kind.gzipped), kind.contentType === "text/tab-separated-values");
      change(key, { header, columns: guessColumns(header.names) });
    } catch {
      change(key, { state: "failed", error: new Error("it can't be read: is it whole?") });
    }
  }
}

export function chooseColumns(key: number, columns: Columns): void {
  change(key, { columns });
}

export function removeJob(key: number): void {
  running.get(key)?.abort();
  jobs.value = jobs.value.filter((job) => job.key !== key);
}

/** A table without a text can't go. */
export const canStart = ({ state, kind, columns }: Job): boolean =>
  state === "ready" && (kind?.kind !== "table" || columns.text !== undefined);

/** One after the other, as they stand. */
export async function startAll(): Promise<void> {
  for (const { key } of jobs.value.filter(canStart)) {
    const job = jobs.value.find((each) => each.key === key);
    if (job && canStart(job)) await start(job);
  }
}

async function start({ key, file, kind, columns }: Job): Promise<void> {
  const stop = new AbortController();
  running.set(key, stop);
  change(key, { state: "sending" });
  try {
    const tell = (progress: Partial<Job>) => change(key, { waiting: undefined, ...progress });
    const outcome = await publishFile(file, kind!, columns, tell, stop.signal);
    change(key, { state: "done", outcome });
  } catch (error) {
    change(key, { state: "failed", error });
  } finally {
    running.delete(key);
    refresh();
  }
}
