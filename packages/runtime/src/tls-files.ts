import { createSecureContext, type SecureContextOptions } from "node:tls";
import { FatalError } from "@eddy/contracts/errors";
import type { Logger } from "./logger.ts";
import { watchFiles } from "./watched-file.ts";

/** What a server's TLS is made with; TLS 1.2 or later. */
export type TlsOptions = Required<Pick<SecureContextOptions, "cert" | "key" | "minVersion">>;

export interface Tls {
  readonly options: TlsOptions;
  /** A server that takes the new certificate whenever the files change. */
  renew(server: { setSecureContext(options: SecureContextOptions): void }): void;
  close(): void;
}

export interface TlsFiles {
  readonly tlsCertFile?: string | undefined;
  readonly tlsKeyFile?: string | undefined;
}

/**
 * Certificate and key of a server, from PEM files that are read again when they change (a renewed certificate needs no restart).
 * Undefined where none are named. Throws FatalError CONFIG_INVALID.
 */
export function openTls(
  { tlsCertFile, tlsKeyFile }: TlsFiles,
  logger: Pick<Logger, "info" | "error">,
  everyMs?: number,
): Tls | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  if (tlsCertFile === undefined || tlsKeyFile === undefined)
    throw new FatalError("CONFIG_INVALID", "EDDY_TLS_CERT_FILE and EDDY_TLS_KEY_FILE belong together: set both");
  const servers: Parameters<Tls["renew"]>[0][] = [];
  const files = watchFiles([tlsCertFile, tlsKeyFile], {
    parse: ([cert = "", key = ""]): TlsOptions => {
      const options: TlsOptions = { cert, key, minVersion: "TLSv1.2" };
      try {
        createSecureContext(options);
      } catch (error) {
        throw new Error(`not a certificate and its key, as PEM (${(error as Error).message})`);
      }
      return options;
    },
    onChange(error) {
      if (error) return logger.error(`the former certificate stays in use: ${error.message}`, { file: tlsCertFile });
      for (const server of servers) server.setSecureContext(files.value);
      logger.info("a new certificate is in use", { file: tlsCertFile });
    },
    ...(everyMs !== undefined && { everyMs }),
  });
  return {
    get options() {
      return files.value;
    },
    renew: (server) => void servers.push(server),
    close: () => files.close(),
  };
}
