/**
 * Who may call a server on this machine, as far as addresses and a browser tell. A web page can send requests to 127.0.0.1 from the
 * browser of whoever looks at it: openly (it then has an Origin), or under a name of its own that it lets point here (DNS
 * rebinding: then the Host is that name).
 */
import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Whether only this machine can reach what listens on this address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 4 ? "ipv4" : "ipv6");
}

/** Names that nobody can own on the internet. */
const PRIVATE = /^[^.]+$|\.(localhost|internal|svc|cluster\.local)$/;

/** Whether this Host header can't be a stranger's name: an address, a private name, or one of `names`. */
export function isOwnHost(header: string | undefined, names: readonly string[] = []): boolean {
  if (header === undefined) return true;
  if (!URL.canParse(`http://${header}`)) return false;
  const { hostname } = new URL(`http://${header}`);
  const bare = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(bare) !== 0 || PRIVATE.test(bare) || names.includes(bare);
}

/** Whether this Origin header is a page from elsewhere: neither the server's own nor one of `origins`. */
export function isForeignOrigin(
  { origin, host }: { readonly origin?: string | undefined; readonly host?: string | undefined },
  origins: readonly string[] = [],
): boolean {
  if (origin === undefined || origins.includes(origin)) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
