import type {
  FacetRequest,
  Filter,
  PointId,
  PointRecord,
  QueryRequest,
  ScrollRequest,
  Selectors,
  UpdateOperation,
} from "../protocol.ts";
import type { Arena } from "./arena.ts";
import { type GroupsRequest, queryGroups } from "./groups.ts";
import { type MatrixRequest, matrixOffsets, matrixPairs } from "./matrix.ts";
import { parsePath } from "./payload-path.ts";
import { type Asked, query } from "./query.ts";
import { count, facet, retrieve, scroll } from "./reads.ts";
import { badFormat, noCollection, Refusal } from "./refusal.ts";
import { createPauses } from "./scan.ts";
import { type FieldSchema, parseFieldSchema } from "./schema.ts";
import type { Frame } from "./snapshot-file.ts";
import type { Storage } from "./storage.ts";
import { openTable } from "./table.ts";
import { planUpdate } from "./updates.ts";
import type { VectorConfig } from "./vector-input.ts";

/** What a collection is, as kept on disk. `config` is echoed to clients. */
export interface CollectionState {
  readonly uid: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly indexes: Readonly<Record<string, FieldSchema>>;
  /** Number of the last operation that made or dropped an index. */
  readonly operation: number;
}

/** Keeps a changed state; called inside a commit. */
type Keep = (state: CollectionState) => void;

/**
 * One collection: writes are done, durably, when the function returns; reads give way to other work while they run.
 * Errors are Refusals (the request) and StorageFailures (the disk; then nothing of the request was written).
 */
export type Collection = ReturnType<typeof openCollection>;

export interface CollectionOptions {
  readonly name: string;
  readonly storage: Storage;
  readonly arena: Arena;
  readonly config: VectorConfig;
  readonly keep: Keep;
  /** [0, 1); for samples. */
  readonly random: () => number;
  readonly tableOf: Asked["tableOf"];
}

export function openCollection(initial: CollectionState, options: CollectionOptions) {
  const { name, storage, arena, config, keep, random, tableOf } = options;
  const table = openTable(storage, initial.uid, config, arena, Object.entries(initial.indexes));
  const asked: Asked = { table, random, tableOf };
  const counter = `operation/${initial.uid}`;
  let state = initial;
  let dropped = false;
  let operation = Math.max(initial.operation, Number(storage.meta.get(counter) ?? 0));

  /** A read that was under way when the collection was dropped ends as "not found". */
  async function whileThere<T>(read: () => Promise<T>): Promise<T> {
    try {
      if (dropped) throw noCollection(name);
      const result = await read();
      if (dropped) throw noCollection(name);
      return result;
    } catch (error) {
      throw dropped && !(error instanceof Refusal) ? noCollection(name) : error;
    }
  }

  function change(next: CollectionState): void {
    storage.commit(() => keep(next));
    state = next;
  }

  return {
    name,
    table,
    get state() {
      return state;
    },
    get size() {
      return table.size;
    },
    /** Points with a vector, by vector name. */
    get vectorCounts() {
      return [...config.dense.keys(), ...config.sparse.keys()].map((one) => [one, table.slab(one)!.size] as const);
    },
    get indexes() {
      return [...table.schemas].map(([field, schema]) => ({ field, schema, points: table.columns.get(field)!.points }));
    },
    /** Metadata is merged into what is there. */
    configure: (config: CollectionState["config"], metadata: Readonly<Record<string, unknown>>) =>
      change({ ...state, config, metadata: mergeMetadata(state.metadata, metadata) }),
    createIndex(field: unknown, fieldSchema: unknown): number {
      if (typeof field !== "string") throw badFormat("missing field `field_name`");
      parsePath(field);
      const schema = parseFieldSchema(fieldSchema);
      operation += 2;
      change({ ...state, operation, indexes: { ...state.indexes, [field]: schema } });
      table.addIndex(field, schema);
      return operation;
    },
    deleteIndex(field: string): number {
      const { [field]: _, ...indexes } = state.indexes;
      operation += 2;
      change({ ...state, operation, indexes });
      table.dropIndex(field);
      return operation;
    },
    /** Runs the operations in order, in one durable commit; one that is refused ends it, those before it stay. Returns their numbers. */
    update(updates: readonly UpdateOperation[]): number[] {
      const plans = updates.map(planUpdate);
      const before = operation;
      let refused: Refusal | undefined;
      const numbers: number[] = [];
      try {
        table.commit(() => {
          for (const apply of plans) {
            operation += 1;
            try {
              apply(table, operation);
            } catch (error) {
              if (!(error instanceof Refusal)) throw error;
              refused = error;
              // as in Qdrant, what changed nothing has no number; what missed a point has one
              if (error.status !== 404) operation -= 1;
              break;
            }
            numbers.push(operation);
          }
          storage.meta.put(counter, operation);
        });
      } catch (error) {
        operation = before;
        throw error;
      }
      if (refused) throw refused;
      return numbers;
    },
    retrieve: (request: Selectors & { readonly ids: readonly PointId[] }): PointRecord[] => retrieve(table, request),
    scroll: (request: ScrollRequest) => whileThere(() => scroll(table, request)),
    count: (request: { readonly filter?: Filter | null }) => whileThere(() => count(table, request)),
    facet: (request: FacetRequest) => whileThere(() => facet(table, request)),
    query: (request: QueryRequest) => whileThere(() => query(asked, request)),
    queryGroups: (request: GroupsRequest) => whileThere(() => queryGroups(asked, request)),
    matrixPairs: (request: MatrixRequest) => whileThere(() => matrixPairs(asked, request)),
    matrixOffsets: (request: MatrixRequest) => whileThere(() => matrixOffsets(asked, request)),
    /** What a snapshot of it has, from this moment: its state, then each point's record and vectors. */
    async *frames(): AsyncIterable<Frame> {
      const pause = createPauses();
      let head: string | undefined;
      for (const { record, vectors } of storage.points(state.uid)) {
        // in the same turn as the first point is read
        if (!head) yield (head = JSON.stringify({ name, state: { ...state, operation } }));
        yield record;
        yield vectors;
        await pause();
      }
      if (!head) yield JSON.stringify({ name, state: { ...state, operation } });
      yield "";
    },
    /** Its tables are gone from the disk. */
    forget: () => {
      dropped = true;
      table.free();
    },
  };
}

function mergeMetadata(before: CollectionState["metadata"], added: Readonly<Record<string, unknown>>) {
  const merged = { ...before, ...added };
  return Object.keys(merged).length > 0 ? merged : undefined;
}
