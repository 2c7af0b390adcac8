import type { Logger } from "@eddy/runtime/logger";

export const saslMechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;
export const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

export interface KafkaTls {
  /** PEM of the authorities to trust instead of those that Node knows. */
  readonly ca?: string;
  /** PEM of this client's own certificate and key, where the brokers ask for one. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Absent: no TLS. */
  readonly tls?: KafkaTls;
  readonly sasl?: {
    readonly mechanism: (typeof saslMechanisms)[number];
    readonly username: string;
    readonly password: string;
  };
  /** Of what is appended; `none` by default. */
  readonly compression?: (typeof compressions)[number];
  readonly logger?: Logger;
}
