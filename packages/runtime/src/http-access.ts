import { type AccessRefusal, accessMetrics, accessRefusals } from "./access-metrics.ts";
import type { accessSettings } from "./access-settings.ts";
import { type ApiKey, parseApiKeys } from "./api-keys.ts";
import type { ConfigDefinition, ConfigOf } from "./config.ts";
import { refuseExposure } from "./exposure.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { openTls, type Tls } from "./tls-files.ts";
import { type Watched, watchFiles } from "./watched-file.ts";

/** Who may use an HTTP server. */
export interface HttpAccess {
  /** Undefined: nobody is asked for a key. */
  readonly keys: Watched<readonly ApiKey[]> | undefined;
  readonly tls: Tls | undefined;
  /** Names that it may be called by where there are no keys. */
  readonly names: readonly string[];
  /** Whose pages may call it. */
  readonly origins: readonly string[];
  /** Of one key or address; 0 = any number. */
  readonly requestsPerSecond: number;
  refused(reason: AccessRefusal): void;
}

/** Everybody on this machine. */
export const openAccess: HttpAccess = {
  keys: undefined,
  tls: undefined,
  names: [],
  origins: [],
  requestsPerSecond: 0,
  refused: () => {},
};

export type AccessConfig = ConfigOf<ConfigDefinition<typeof accessSettings>> & { readonly host: string };

/** Reads the files that the settings name. Throws FatalError CONFIG_INVALID, also where `host` would be open to everybody. */
export function openHttpAccess(config: AccessConfig, logger: Logger, metrics: Metrics): HttpAccess {
  const { apiKeysFile, host, insecure } = config;
  const remedy =
    "have them bring a key (`eddy keys create --name me --scope admin --file FILE`, EDDY_API_KEYS_FILE=FILE)";
  refuseExposure({ host, setting: "EDDY_HTTP_HOST", keyed: apiKeysFile !== undefined, insecure, remedy });
  const refusals = metrics.counter(accessMetrics.refusals);
  // There from the start, so that the first refusal is a change.
  for (const reason of accessRefusals) refusals.inc(0, { reason });
  return {
    keys: apiKeysFile === undefined ? undefined : watchKeys(apiKeysFile, logger),
    tls: openTls(config, logger),
    names: config.httpNames,
    origins: config.corsOrigins,
    requestsPerSecond: config.rateLimit,
    refused: (reason) => refusals.inc(1, { reason }),
  };
}

/** A file that can't be read any more, or has a line that is none, leaves the keys as they were. */
export function watchKeys(file: string, logger: Logger, everyMs?: number): Watched<readonly ApiKey[]> {
  const tell = () => {
    const { length } = keys.value;
    if (length === 0)
      logger.warn("there is no API key: every request is refused; `eddy keys create` makes one", { file });
    else logger.info(`${length} API ${length === 1 ? "key" : "keys"} in use`, { file });
  };
  const keys = watchFiles([file], {
    parse: ([text = ""]) => parseApiKeys(text),
    onChange(error) {
      if (error) logger.error(`the API keys stay as they were: ${error.message}`, { file });
      else tell();
    },
    ...(everyMs !== undefined && { everyMs }),
  });
  tell();
  return keys;
}
