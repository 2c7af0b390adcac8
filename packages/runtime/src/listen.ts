import type { Server } from "node:net";
import { FatalError } from "@eddy/contracts/errors";

export interface Address {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** The setting that people change to get another port, such as EDDY_HTTP_PORT. */
  readonly setting: string;
}

/** Listens and returns the port. Throws the FatalError of `listenFault`. */
export function listen(server: Server, address: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(listenFault(error, address));
    server.once("error", onError);
    server.listen(address.port, address.host, () => {
      server.off("error", onError);
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : address.port);
    });
  });
}

/** What a failure to listen means to a person: PORT_TAKEN, else CONFIG_INVALID, naming the setting to change. */
export function listenFault(error: unknown, { host, port, setting }: Address): FatalError {
  const code = (error as NodeJS.ErrnoException).code;
  const where = `${host}:${port}`;
  if (code === "EADDRINUSE") {
    const remedy = `stop the program that has it, or choose another port with ${setting}`;
    return new FatalError("PORT_TAKEN", `${where} is taken: ${remedy}`, { cause: error });
  }
  const reason = code === "EACCES" ? "not permitted" : (error as Error).message;
  const message = `can't listen on ${where} (${reason}): choose another port with ${setting}, or another address`;
  return new FatalError("CONFIG_INVALID", message, { cause: error });
}
