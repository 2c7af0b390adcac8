import { expect, it } from "vitest";
import { creationOf } from "./creation.ts";

it("asks for what a Qdrant of several nodes tells of a tuned collection, by the names that a request has", () => {
  const hnsw_config = { m: 24, ef_construct: 100, full_scan_threshold: 10_000, max_indexing_threads: 0, on_disk: true };
  const optimizer_config = { deleted_threshold: 0.2, indexing_threshold: 20_000, max_segment_size: null };
  const told = {
    params: {
      vectors: { size: 384, distance: "Cosine", on_disk: true },
      shard_number: 6,
      replication_factor: 3,
      write_consistency_factor: 2,
      read_fan_out_factor: 2,
      on_disk_payload: true,
      sparse_vectors: null,
    },
    hnsw_config,
    optimizer_config,
    wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0 },
    quantization_config: null,
    strict_mode_config: { enabled: false },
    metadata: { eddy_uuid: "u" },
  };
  expect(creationOf(told, told.metadata)).toEqual({
    vectors: told.params.vectors,
    shard_number: 6,
    replication_factor: 3,
    write_consistency_factor: 2,
    on_disk_payload: true,
    hnsw_config,
    optimizers_config: optimizer_config,
    wal_config: told.wal_config,
    strict_mode_config: { enabled: false },
    metadata: { eddy_uuid: "u" },
  });
});
