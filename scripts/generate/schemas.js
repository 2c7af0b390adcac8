import { acceptedTextSchema, assignmentSchema, clusterEventSchema, documentSchema } from "@eddy/contracts/document";
import { z } from "zod";

/** People's topics, by name, with the zod schema that checks or types their values. */
export const peoplesSchemas = /** @type {const} */ ({
  documents: documentSchema,
  texts: acceptedTextSchema,
  assignments: assignmentSchema,
  "cluster-events": clusterEventSchema,
});

/**
 * As a writer may write it: what readers take. Fields that a schema doesn't name are allowed, since later versions may add some.
 *
 * @param {z.ZodType} schema
 * @param {"draft-2020-12" | "draft-7"} target
 */
export function jsonSchemaOf(schema, target) {
  return z.toJSONSchema(schema, { io: "input", target });
}

/** Name and text of the JSON Schema (2020-12) of each people's topic. @returns {[string, string][]} */
export function jsonSchemas() {
  return Object.entries(peoplesSchemas).map(([topic, schema]) => {
    const { $schema, ...rest } = jsonSchemaOf(schema, "draft-2020-12");
    const whole = { $schema, title: `The value of a record in ${topic}`, ...rest };
    return [`${topic}.schema.json`, `${JSON.stringify(whole, null, 2)}\n`];
  });
}
