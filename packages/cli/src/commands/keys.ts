import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { type ApiScope, apiScopes } from "@eddy/contracts/api-scopes";
import { FatalError } from "@eddy/contracts/errors";
import { renderFields } from "@eddy/report/text-table";
import { KEY_BYTES, keyLine, keyText, parseApiKeys } from "@eddy/runtime/api-keys";
import { setting } from "@eddy/runtime/config";
import { bool, list } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { defineCommand } from "../command.ts";

export const keysCreate = defineCommand({
  name: "keys create",
  summary: "make a key of the HTTP API",
  description: `Makes a key of 256 random bits and shows it once. The file that EDDY_API_KEYS_FILE names holds only its SHA-256: a line for each key,
NAME SCOPE HASH. A key is taken back by removing its line; a running Eddy heeds the file within seconds. Scopes: read (queries), publish (add
and delete documents), admin (everything).`,
  settings: {
    name: setting(z.string(), {
      env: "EDDY_KEY_NAME",
      flag: "--name <name>",
      example: "wire",
      description: "Who will have it.",
    }),
    scope: setting(list(z.enum(apiScopes)).pipe(z.array(z.enum(apiScopes)).min(1, "expected a scope")), {
      env: "EDDY_KEY_SCOPE",
      flag: "--scope <scopes>",
      example: "read,publish",
      description: `What it lets do: ${apiScopes.join(", ")}, with commas.`,
    }),
    file: setting(z.string().min(1).optional(), {
      env: "EDDY_API_KEYS_FILE",
      flag: "--file <file>",
      description: "File of keys to add it to, made where it is missing; not given: the line is only shown.",
    }),
    json: setting(bool(), {
      env: "EDDY_JSON",
      flag: "--json",
      default: "false",
      description: "Name, scopes, key and line as JSON.",
    }),
  },
  examples: [
    "eddy keys create --name wire --scope publish --file api-keys",
    "EDDY_API_KEYS_FILE=api-keys eddy up",
    "EDDY_API_KEY=eddy_… eddy publish news.jsonl",
  ],
  async run({ terminal, options: { name, scope: scopes, file, json } }) {
    const key = keyText(randomBytes(KEY_BYTES));
    const line = lineOf(name, scopes, key);
    if (file !== undefined) addTo(file, name, line);
    if (json) await terminal.write(`${JSON.stringify({ name, scopes, key, line })}\n`);
    else
      await terminal.write(
        `${renderFields([
          ["key", key],
          ["line", line],
        ])}\n`,
      );
    terminal.note(
      file === undefined
        ? "The key is shown only here. Add the line to the file that EDDY_API_KEYS_FILE names.\n"
        : `The key is shown only here. Its line was added to ${file}.\n`,
    );
    return undefined;
  },
});

function lineOf(name: string, scopes: readonly ApiScope[], key: string): string {
  try {
    return keyLine(name, scopes, key);
  } catch (error) {
    throw new FatalError("CONFIG_INVALID", `--name or --scope: ${(error as Error).message}`);
  }
}

function addTo(file: string, name: string, line: string): void {
  try {
    const before = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (parseApiKeys(before).some((key) => key.name === name))
      throw new Error(`it has a key named ${name}: choose another name, or remove its line first`);
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    appendFileSync(file, `${gap}${line}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new FatalError("CONFIG_INVALID", `${file}: ${(cause as Error).message}`, { cause });
  }
}
