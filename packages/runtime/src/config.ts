import { readFileSync } from "node:fs";
import { FatalError } from "@eddy/contracts/errors";
import type { z } from "zod";
import { nearestName } from "./nearest-name.ts";

/** Every variable with this prefix must be a setting that somebody knows; others are free. */
const PREFIX = "EDDY_";
const MASK = "******";

export interface SettingDetails {
  /** The environment variable; `<env>_FILE` names a file that holds the value (of a variable that ends so itself: the setting is the file's name). */
  readonly env: string;
  /** The twin on the command line, such as `--port`. */
  readonly flag?: string;
  /** As one would write it in the environment. Without a default the setting must be set, unless its schema is optional. */
  readonly default?: string;
  readonly unit?: string;
  readonly description: string;
  readonly example?: string;
  /** A flag that names a file with the value: for a secret, which has no flag of its own (others see a command line). */
  readonly fileFlag?: string;
  /** Never printed. */
  readonly secret?: boolean;
  /** How to choose a value. */
  readonly choose?: string;
}

export interface Setting<S extends z.ZodType = z.ZodType> extends SettingDetails {
  readonly schema: S;
}

export interface ConfigDefinition<T extends Readonly<Record<string, Setting>> = Readonly<Record<string, Setting>>> {
  /** Whose settings these are: a service's name. */
  readonly name: string;
  readonly settings: T;
}

/** The settings' values by key. */
export type ConfigOf<D extends ConfigDefinition> = {
  readonly [K in keyof D["settings"]]: z.output<D["settings"][K]["schema"]>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadOptions {
  /** All definitions whose variables may be set beside this one's (other services' in the same environment). */
  readonly known?: readonly ConfigDefinition[];
  readonly readFile?: (path: string) => string;
}

/** `<env>_FILE`; of what names a file itself, none. */
export function fileVariable({ env }: Pick<SettingDetails, "env">): string | undefined {
  return env.endsWith("_FILE") ? undefined : `${env}_FILE`;
}

/** The variables that a setting can be given by. */
export function variablesOf(entry: Pick<SettingDetails, "env">): string[] {
  return [entry.env, fileVariable(entry)].filter((name) => name !== undefined);
}

/** The key of what a setting's `fileFlag` was given, among the overrides. */
export const fileKey = (key: string): string => `${key}File`;

export function setting<S extends z.ZodType>(schema: S, details: SettingDetails): Setting<S> {
  return { ...details, schema };
}

export function defineConfig<T extends Readonly<Record<string, Setting>>>(
  definition: ConfigDefinition<T>,
): ConfigDefinition<T> {
  return definition;
}

/**
 * Reads a service's settings: an override (a flag) wins over the variable or its `_FILE` twin, that over the default; an
 * empty variable counts as not set. Throws one FatalError CONFIG_INVALID that lists all faults, each with its key and variable.
 */
export function loadConfig<T extends Readonly<Record<string, Setting>>>(
  definition: ConfigDefinition<T>,
  env: Environment,
  overrides: Partial<Readonly<Record<keyof T, unknown>>> = {},
  { known = [], readFile = (path) => readFileSync(path, "utf8") }: LoadOptions = {},
): ConfigOf<ConfigDefinition<T>> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const given: Readonly<Record<string, unknown>> = overrides;
  for (const [key, entry] of Object.entries(definition.settings)) {
    const names = entry.flag ? `${entry.env} or ${entry.flag}` : entry.env;
    try {
      const flagged = entry.fileFlag === undefined ? undefined : given[fileKey(key)];
      if (flagged !== undefined && overrides[key] !== undefined) throw new Error("set its value or its file, not both");
      const text =
        overrides[key] ??
        (flagged === undefined ? undefined : fromFile(String(flagged), `named by ${entry.fileFlag}`, readFile)) ??
        fromEnvironment(entry, env, readFile) ??
        entry.default;
      values[key] = check(entry, text);
    } catch (fault) {
      faults.push(`${key} (${names}): ${(fault as Error).message}`);
    }
  }
  faults.push(...unknownVariables([definition, ...known], env));
  if (faults.length > 0) {
    const list = faults.map((fault) => `\n  - ${fault}`).join("");
    throw new FatalError("CONFIG_INVALID", `the configuration of ${definition.name} is not valid:${list}`);
  }
  return values as ConfigOf<ConfigDefinition<T>>;
}

function fromEnvironment(entry: Setting, env: Environment, readFile: (path: string) => string): string | undefined {
  const value = env[entry.env] || undefined;
  const name = fileVariable(entry);
  const file = (name && env[name]) || undefined;
  if (file === undefined) return value;
  if (value !== undefined) throw new Error(`set either ${entry.env} or ${name}, not both`);
  return fromFile(file, `named by ${name}`, readFile);
}

function fromFile(file: string, named: string, readFile: (path: string) => string): string {
  try {
    return readFile(file).trim();
  } catch (error) {
    throw new Error(`can't read ${file}, ${named}: ${(error as Error).message}`);
  }
}

function check(entry: Setting, value: unknown): unknown {
  const result = entry.schema.safeParse(value);
  if (result.success) return result.data;
  if (value === undefined) throw new Error(`is not set: ${entry.description}`);
  const reasons = result.error.issues.map(
    (issue) => (issue.path.length > 0 ? `item ${Number(issue.path[0]) + 1}: ` : "") + issue.message,
  );
  throw new Error(`${reasons.join("; ")}, got ${entry.secret ? MASK : maskUrls(JSON.stringify(value))}`);
}

function maskUrls(text: string): string {
  return text.replace(/(:\/\/[^:/@]*:)[^@/]*@/g, `$1${MASK}@`);
}

/** One sentence for each EDDY_ variable that no definition has. */
export function unknownVariables(definitions: readonly ConfigDefinition[], env: Environment): string[] {
  const names = definitions.flatMap(({ settings }) => Object.values(settings).map((entry) => entry.env));
  const legal = new Set(definitions.flatMap(({ settings }) => Object.values(settings).flatMap(variablesOf)));
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !legal.has(name))
    .map((name) => {
      const nearest = nearestName(name, names);
      return `${name} is not a setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
    });
}

/** The settings in effect, for the log at the start: secrets, and passwords in URLs, masked. */
export function describeConfig<T extends Readonly<Record<string, Setting>>>(
  definition: ConfigDefinition<T>,
  config: ConfigOf<ConfigDefinition<T>>,
): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = config;
  return Object.fromEntries(
    Object.entries(definition.settings).map(([key, entry]) => {
      const value = values[key];
      if (entry.secret && value !== undefined) return [key, MASK];
      return [key, typeof value === "string" ? maskUrls(value) : value];
    }),
  );
}
