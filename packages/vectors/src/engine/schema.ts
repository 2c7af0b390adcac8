import { type Column, createCodedColumn, createNumberColumn, createPresenceColumn } from "./column.ts";
import { asGeoPoint } from "./geo.ts";
import { withNullFlags } from "./null-flags.ts";
import { badFormat, badRequest, isObject } from "./refusal.ts";
import { createTokenizer } from "./words.ts";

const TYPES = ["keyword", "integer", "float", "bool", "datetime", "uuid", "text", "geo"] as const;
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
  const known = TYPES.find((one) => one === type);
  if (!known) throw badFormat("data did not match any variant of untagged enum PayloadFieldSchema");
  if (known === "text" && isObject(schema)) createTokenizer(schema); // refuses what is not served
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
      return createPresenceColumn((value) => typeof value === "string");
    case "geo":
      return createPresenceColumn((value) => asGeoPoint(value) !== undefined);
    default:
      return createNumberColumn(type);
  }
}

export const canOrderBy = ({ type }: FieldSchema) => type === "integer" || type === "float" || type === "datetime";
export const canFacet = ({ type }: FieldSchema) =>
  type === "keyword" || type === "uuid" || type === "bool" || type === "integer";
