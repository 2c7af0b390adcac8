import type { Payload, PayloadSelector, PointRecord, Selectors, VectorOutput } from "../protocol.ts";
import { excludePaths, includePaths, parsePath } from "./payload-path.ts";
import { badFormat, isObject } from "./refusal.ts";
import type { StoredVector } from "./slab.ts";
import type { Table } from "./table.ts";

/** Reads the parts of a point that a request asks for. */
export function createProjection(table: Table, selectors: Selectors, payloadByDefault: boolean) {
  const payloadOf = payloadReader(selectors.with_payload ?? payloadByDefault, table);
  const vectorOf = vectorReader(selectors.with_vector ?? selectors.with_vectors ?? false, table);

  return function project(slot: number, { order_value, ...extra }: Partial<PointRecord> = {}): PointRecord {
    const payload = payloadOf?.(slot);
    const vector = vectorOf?.(slot);
    return {
      id: table.idOf(slot)!,
      ...extra,
      ...(payload && { payload }),
      ...(vector && { vector }),
      ...(order_value !== undefined && { order_value }),
    };
  };
}

function payloadReader(selector: PayloadSelector, table: Table): ((slot: number) => Payload) | undefined {
  if (selector === false) return undefined;
  if (selector === true) return table.readPayload;
  const list = Array.isArray(selector)
    ? selector
    : isObject(selector)
      ? (selector.include ?? selector.exclude)
      : undefined;
  if (!Array.isArray(list)) throw badFormat("data did not match any variant of untagged enum WithPayloadInterface");
  const paths = list.map(parsePath);
  const project = isObject(selector) && !selector.include ? excludePaths : includePaths;
  return (slot) => project(table.readPayload(slot), paths);
}

function vectorReader(
  selector: boolean | readonly string[],
  table: Table,
): ((slot: number) => VectorOutput) | undefined {
  if (selector === false) return undefined;
  const names = selector === true ? [...table.config.dense.keys(), ...table.config.sparse.keys()] : selector;
  if (!Array.isArray(names)) throw badFormat("data did not match any variant of untagged enum WithVector");
  return (slot) => {
    const named: Record<string, StoredVector> = {};
    for (const name of names) {
      const one = table.slab(name)?.get(slot);
      if (one) named[name] = one;
    }
    const plain = named[""];
    return plain instanceof Float32Array && Object.keys(named).length === 1 ? plain : named;
  };
}
