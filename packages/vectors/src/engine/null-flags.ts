import type { FieldCondition } from "../protocol.ts";
import type { Column } from "./column.ts";
import { isEmptyValue, isNullValue } from "./payload-path.ts";

const HAS_VALUES = 1;
const HAS_NULL = 2;

/** A column that also knows which points have no value at its field, and which have a null there: a byte a point. */
export function withNullFlags(column: Column): Column {
  let flags = new Uint8Array(1024);
  const has = (slot: number, flag: number) => ((flags[slot] ?? 0) & flag) !== 0;

  return {
    get points() {
      return column.points;
    },
    set(slot, values) {
      if (slot >= flags.length) {
        const grown = new Uint8Array(Math.max(slot + 1, flags.length * 2));
        grown.set(flags);
        flags = grown;
      }
      let found = 0;
      for (const value of values) {
        if (!isEmptyValue(value)) found |= HAS_VALUES;
        if (isNullValue(value)) found |= HAS_NULL;
      }
      flags[slot] = found;
      column.set(slot, values);
    },
    clear(slot) {
      if (slot < flags.length) flags[slot] = 0;
      column.clear(slot);
    },
    matcher(condition) {
      const { is_empty, is_null } = condition;
      if (alone(condition, "is_empty")) return (slot) => !has(slot, HAS_VALUES) === is_empty;
      if (alone(condition, "is_null")) return (slot) => has(slot, HAS_NULL) === is_null;
      return column.matcher(condition);
    },
    each: column.each,
  };
}

/** Is that the condition's only operator? */
export function alone(condition: FieldCondition, operator: keyof FieldCondition): boolean {
  return Object.entries(condition).every(
    ([name, value]) => name === "key" || (name === operator) === (value !== undefined && value !== null),
  );
}
