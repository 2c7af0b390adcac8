import type { Filter } from "../protocol.ts";
import type { TextOptions } from "./field-test.ts";
import {
  asFieldCondition,
  type Compiled,
  type CompileLeaf,
  compileFilter,
  compileNested,
  compileValues,
  conditionsOf,
  notACondition,
} from "./filter.ts";
import { parsePath, valuesAt } from "./payload-path.ts";
import { normalPointId } from "./point-id.ts";
import { badFormat, isObject, within } from "./refusal.ts";
import type { FieldSchema } from "./schema.ts";
import { compileSlice } from "./slice.ts";
import type { Table } from "./table.ts";
import { createTokenizer } from "./words.ts";

/** A filter over the slots of a table, and, where the filter names ids, the only slots that can pass it. */
export interface SlotFilter {
  readonly test: (slot: number) => boolean;
  readonly candidates: readonly number[] | undefined;
}

export function compileSlotFilter(filter: Filter | null | undefined, table: Table): SlotFilter {
  if (filter === undefined || filter === null) return { test: () => true, candidates: undefined };
  const { test } = within("filter", () => compileFilter(filter, slotLeaf(table)));
  return { test, candidates: namedSlots(filter, table) };
}

function namedSlots(filter: Filter, table: Table): number[] | undefined {
  for (const condition of conditionsOf(filter.must)) {
    if ("has_id" in condition) return [...slotsOf(condition.has_id, table)];
  }
  return undefined;
}

function slotsOf(ids: unknown, table: Table): Set<number> {
  const slots = new Set<number>();
  if (!Array.isArray(ids)) throw notACondition();
  for (const given of ids) {
    const id = normalPointId(given);
    if (id === undefined) throw notACondition();
    const slot = table.slotOf(id);
    if (slot !== undefined) slots.add(slot);
  }
  return slots;
}

/** Cost 0: answered in memory. 1: one payload read. 2: more than a look at it. */
const slotLeaf =
  (table: Table): CompileLeaf<number> =>
  (condition): Compiled<number> => {
    if ("has_id" in condition) {
      const slots = slotsOf(condition.has_id, table);
      return { test: (slot) => slots.has(slot), cost: 0 };
    }
    if ("slice" in condition) {
      const inSlice = compileSlice(condition.slice);
      return { test: (slot) => inSlice(table.idOf(slot)!), cost: 1 };
    }
    if ("has_vector" in condition) {
      const slab = table.slab(condition.has_vector);
      return { test: (slot) => slab?.has(slot) ?? false, cost: 0 };
    }
    if ("nested" in condition) {
      const { test, cost } = compileNested(condition.nested);
      return { test: (slot) => test(table.payload(slot)), cost };
    }
    const field = asFieldCondition(condition);
    if (!isObject(field)) throw badFormat("unknown condition");
    const path = parsePath(field.key);
    const schema = table.schemas.get(path.text);
    const text = textOptions(schema);
    const test = compileValues(condition, text);
    const inColumn = table.columns.get(path.text)?.matcher(field);
    if (inColumn) return { test: inColumn, cost: 0 };
    return { test: (slot) => test(valuesAt(table.payload(slot), path)), cost: text ? 2 : 1 };
  };

function textOptions(schema: FieldSchema | undefined): TextOptions | undefined {
  if (schema?.type !== "text") return undefined;
  return { phrases: schema.params?.phrase_matching === true, words: createTokenizer(schema.params) };
}
