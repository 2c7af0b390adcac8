import { FatalError } from "@eddy/contracts/errors";
import { isLoopback } from "./callers.ts";

export interface Exposure {
  readonly host: string;
  /** The setting that the address is from, such as EDDY_HTTP_HOST. */
  readonly setting: string;
  /** Whether callers must bring a key. */
  readonly keyed: boolean;
  /** EDDY_INSECURE. */
  readonly insecure: boolean;
  /** What makes callers bring one, as a sentence's end: "set …". */
  readonly remedy: string;
}

/** Throws FatalError CONFIG_INVALID where an address beyond this machine would be open to everybody. */
export function refuseExposure({ host, setting, keyed, insecure, remedy }: Exposure): void {
  if (keyed || insecure || isLoopback(host)) return;
  const what = `${setting}=${host} would let everyone who reaches this machine read, change and delete all documents`;
  const other =
    "or, where only those can reach it who may (a proxy that asks, a network of its own), EDDY_INSECURE=true";
  throw new FatalError("CONFIG_INVALID", `${what}: ${remedy}; ${other}`);
}
