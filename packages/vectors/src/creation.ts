/** What may stand in a request that makes a collection, of what Qdrant tells of one. */
const PARAMS = [
  "vectors",
  "sparse_vectors",
  "shard_number",
  "sharding_method",
  "replication_factor",
  "write_consistency_factor",
  "on_disk_payload",
];
/** Sections by the name that they are told by, and the name that they are asked for by. */
const SECTIONS: Readonly<Record<string, string>> = {
  hnsw_config: "hnsw_config",
  optimizer_config: "optimizers_config",
  wal_config: "wal_config",
  quantization_config: "quantization_config",
  strict_mode_config: "strict_mode_config",
};

/** The request that makes a collection like this one, without its points and indexes. */
export function creationOf(
  config: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const params = (config.params ?? {}) as Readonly<Record<string, unknown>>;
  const entries = [
    ...PARAMS.map((name) => [name, params[name]] as const),
    ...Object.entries(SECTIONS).map(([told, asked]) => [asked, config[told]] as const),
    ["metadata", metadata] as const,
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}
