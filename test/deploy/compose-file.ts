/** deploy/compose.yaml as data. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const composePath = join(root, "deploy/compose.yaml");
export const compose = parse(readFileSync(composePath, "utf8"), { merge: true }) as Compose;

/** `${NAME:-default}` is the default, `${NAME:+other}` nothing. */
export const filledIn = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, "$1").replace(/\$\{\w+:\+[^}]*\}/g, "");

/** As compose fills it in where nothing else is set. */
export function environmentOf(name: string): Record<string, string> {
  const entries = Object.entries(compose.services[name]?.environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, filledIn(value)]));
}
