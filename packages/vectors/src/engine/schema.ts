import { type Column, createCodedColumn, createNumberColumn, createTextColumn } from "./column.ts";
import { withNullFlags } from "./null-flags.ts";
import { badFormat, badRequest, isObject, notServed } from "./refusal.ts";

const TYPES = ["keyword", "integer", "float", "bool", "datetime", "uuid", "text"] as const;
export type FieldType = (typeof TYPES)[number];

/** A payload index as it was asked for. */
export interface FieldSchema {
  readonly type: FieldType;
  /** The options given with it, as they came. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** `"keyword"` or `{type: "keyword", …}`. */
export function parseFieldSchema(schema: unknown): FieldSchema {
  if (schema === undefined || schema === null) {
    throw badRequest("Can't auto-detect field type, please specify `field_schema` in the request");
  }
  const type = isObject(schema) ? schema.type : schema;
  if (type === "geo") throw notServed("a `geo` index");
  const known = TYPES.find((one) => one === type);
  if (!known) throw badFormat("data did not match any variant of untagged enum PayloadFieldSchema");
  return isObject(schema) ? { type: known, params: schema } : { type: known };
}

export function createColumn({ type }: FieldSchema): Column {
  return withNullFlags(valueColumn(type));
}

function valueColumn(type: FieldType): Column {
  switch (type) {
    case "keyword":
    case "uuid":
      return createCodedColumn("string");
    case "bool":
      return createCodedColumn("boolean");
    case "text":
      return createTextColumn();
    default:
      return createNumberColumn(type);
  }
}

export const canOrderBy = ({ type }: FieldSchema) => type === "integer" || type === "float" || type === "datetime";
export const canFacet = ({ type }: FieldSchema) =>
  type === "keyword" || type === "uuid" || type === "bool" || type === "integer";
