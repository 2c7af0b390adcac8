import type { Streams } from "./port.ts";

/** The same log, with some of its calls replaced: for tests. */
export function replaced(streams: Streams, calls: Partial<Streams>): Streams {
  return new Proxy(streams, {
    get(target, name: keyof Streams) {
      const call = calls[name] ?? target[name];
      return calls[name] ? call : call.bind(target);
    },
  });
}
