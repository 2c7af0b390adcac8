/**
 * Keys of the HTTP API. A key is 256 random bits, so its SHA-256 tells nobody anything: the file holds only that, and needs
 * neither salt nor a slow hash (OWASP, "Password Storage": those are for what people choose).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type ApiScope, apiScopes } from "@eddy/contracts/api-scopes";

export interface ApiKey {
  /** Who has it, for people; one of its own. */
  readonly name: string;
  readonly scopes: ReadonlySet<ApiScope>;
  /** SHA-256 of the key, 32 bytes. */
  readonly hash: Buffer;
}

export const KEY_BYTES = 32;
/** So that a key is known for one where it should not be: in a log, in a repository. */
const PREFIX = "eddy_";
const ALGORITHM = "sha256";
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The text of a key. @param random KEY_BYTES bytes that nobody can guess */
export const keyText = (random: Buffer): string => PREFIX + random.toString("base64url");

const hashOf = (key: string): Buffer => createHash(ALGORITHM).update(key).digest();

/** The line of a file of keys: `wire publish sha256:9f86…`. Throws an Error that says what is wrong with name or scopes. */
export function keyLine(name: string, scopes: readonly ApiScope[], key: string): string {
  checkName(name);
  const line = `${name} ${scopes.join(",")} ${ALGORITHM}:${hashOf(key).toString("hex")}`;
  parseLine(line);
  return line;
}

/**
 * A file of keys: a line for each (`NAME SCOPE[,SCOPE…] sha256:HEX`); blank lines and lines that begin with # are passed over.
 * Throws an Error that names the line, and never what stands in it: somebody may have put a key there.
 */
export function parseApiKeys(text: string): readonly ApiKey[] {
  const keys: ApiKey[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    try {
      const key = parseLine(line);
      if (keys.some(({ name }) => name === key.name)) throw new Error(`there is a key named ${key.name} above`);
      keys.push(key);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${(error as Error).message}`);
    }
  }
  return keys;
}

function parseLine(line: string): ApiKey {
  const [name = "", scopes = "", hash = "", ...rest] = line.split(/\s+/);
  if (rest.length > 0 || hash === "")
    throw new Error("expected NAME SCOPE sha256:HASH, as `eddy keys create` writes it");
  checkName(name);
  const named = scopes.split(",");
  const known = apiScopes.filter((scope) => named.includes(scope));
  if (known.length !== named.length) throw new Error(`a scope is one or more of ${apiScopes.join(", ")}, with commas`);
  const hex = new RegExp(`^${ALGORITHM}:([0-9a-f]{64})$`).exec(hash)?.[1];
  if (hex === undefined) throw new Error(`the hash is not ${ALGORITHM}: and 64 hexadecimal digits`);
  return { name, scopes: new Set(known), hash: Buffer.from(hex, "hex") };
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new Error("a name has 1 to 63 letters, digits, dots, - and _");
}

/** The key that this text is, in a time that does not tell how near a guess was. */
export function findKey(keys: readonly ApiKey[], text: string): ApiKey | undefined {
  const given = hashOf(text);
  let found: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(given, key.hash)) found = key;
  return found;
}

export const mayUse = ({ scopes }: ApiKey, wanted: ApiScope): boolean => scopes.has(wanted) || scopes.has("admin");
