import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import type { fleetStoreSettings } from "./store-settings.ts";

export type StoreConfig = ConfigOf<ConfigDefinition<typeof fleetStoreSettings>>;

/** The pipeline's collection in a Qdrant. */
export function openStore({ qdrant: url, qdrantApiKey: apiKey }: StoreConfig, pipeline: string): VectorStore {
  return createQdrantStore(createRestApi({ url, ...(apiKey !== undefined && { apiKey }) }), pipeline);
}
