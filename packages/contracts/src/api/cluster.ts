import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";
import { excerptSchema } from "./point.ts";
import { choiceSchema, seedingSchema } from "./seeding.ts";

/** Longest name of a cluster, in UTF-16 units: what the model takes. */
export const MAX_CLUSTER_NAME = 200;

const cluster = z.object({
  cluster_id: z.string().describe("`c12`: never used again for another cluster."),
  name: z.string().optional().describe("A person gave it."),
  size: z.int().describe("Living documents."),
  share: z.number().describe("Of all clustered documents, 0 to 1."),
  keywords: z.array(z.string()).describe("The words that tell it from the others."),
  born_at_version: z.int().describe("Version of the model that it was born at."),
});

export const clusterSchema = cluster.meta({ id: "Cluster" });

export type ClusterView = DeepReadonly<z.output<typeof clusterSchema>>;

/** `GET /v1/clusters` */
export const clusterListSchema = z
  .object({
    version: z.int().describe("Of the model; -1: there is none."),
    choice: choiceSchema.nullable(),
    documents: z.int().describe("In all clusters."),
    clusters: z.array(clusterSchema).describe("Largest first."),
    seeding: seedingSchema.optional().describe("Only while there is no model yet."),
  })
  .meta({ id: "ClusterList" });

export type ClusterList = DeepReadonly<z.output<typeof clusterListSchema>>;

const clusterDocument = excerptSchema.extend({
  distance: z.number().describe("To the cluster's centre as it is now: 1 − cosine, or Euclidean."),
});

export type ClusterDocument = DeepReadonly<z.output<typeof clusterDocument>>;

/** `GET /v1/clusters/c3` */
export const clusterDetailSchema = cluster
  .extend({
    nearest: z.array(clusterDocument).describe("Nearest to the centre first."),
    newest: z.array(clusterDocument).describe("The latest received first."),
  })
  .meta({ id: "ClusterDetail" });

export type ClusterDetail = DeepReadonly<z.output<typeof clusterDetailSchema>>;

/** The body of `PUT /v1/clusters/c3/name`. */
export const clusterNameSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .max(MAX_CLUSTER_NAME, `a name has at most ${MAX_CLUSTER_NAME} characters`)
      .refine((name) => !/\p{Cc}/u.test(name), "a name is one line, without control characters")
      .refine((name) => name.isWellFormed(), "a name must be well-formed Unicode")
      .describe('"" takes the name back.'),
  })
  .meta({ id: "ClusterName" });
