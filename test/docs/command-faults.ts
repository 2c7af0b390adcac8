/** What is wrong with the commands of a page, told without running them: flags that Eddy doesn't have, settings that nobody knows, files that aren't there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "@eddy/cli/commands";
import { createProgram } from "@eddy/cli/main";
import type { Terminal } from "@eddy/cli/terminal";
import type { Setting } from "@eddy/runtime/config";
import { variablesOf } from "@eddy/runtime/config";
import { CommanderError, type Command as Program } from "commander";
import { root } from "./block.ts";

const settings = commands.flatMap((command) => Object.values(command.settings));
const inCompose = readFileSync(join(root, "deploy/compose.yaml"), "utf8").matchAll(/\$\{(\w+)/g);
const variables = new Set([...settings.flatMap(variablesOf), ...[...inCompose].map((match) => match[1]!)]);
const OURS = /^(EDDY|KAFKA|QDRANT)_/;
/** `A=1 B=2 npx eddy COMMAND …`, up to what ends a command in a shell. */
const CALL =
  /(?:^|[|&;(]\s*|\b(?:until|while|if) )((?:[A-Z_]+=\S* )*)(?:npx )?eddy ((?:"[^"]*"|'[^']*'|[^|&;)<>#\n"'])*)/gm;
const PATH = /(?<![\w/.-])(?:docs|deploy|test|packages|services)\/[\w./-]*\w/g;

/** Of commands as a shell reads them. */
export async function commandFaults(text: string): Promise<string[]> {
  const joined = text.replace(/\\\n\s*/g, " ");
  const faults = [...joined.matchAll(PATH)].map(([path]) => path).filter((path) => !existsSync(join(root, path)));
  for (const [, variables = "", call = ""] of joined.matchAll(CALL)) {
    const fault = await callFault(wordsOf(call));
    faults.push(...(fault === undefined ? [] : [`eddy ${call.trim()}: ${fault}`]), ...variableFaults(variables));
  }
  for (const [, assignment = ""] of joined.matchAll(/^\s*export (.+)$/gm)) faults.push(...variableFaults(assignment));
  return faults;
}

/** Of commands that prose names: they need not be whole. */
export async function mentionFaults(text: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [, call = ""] of text.matchAll(/`(?:npx )?eddy ([a-z-][^`…]*)`/g)) {
    const fault = await callFault(wordsOf(call));
    if (fault !== undefined && /unknown/.test(fault)) faults.push(`eddy ${call}: ${fault}`);
  }
  const names = [...text.matchAll(/`((?:EDDY|KAFKA|QDRANT)_[A-Z_]*[A-Z])\b/g)].map((match) => match[1]!);
  return [...faults, ...names.filter((name) => !variables.has(name)).map((name) => `${name} is no setting`)];
}

const wordsOf = (call: string): string[] =>
  [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");

/** By the command line's own parser, with commands that do nothing. */
async function callFault(args: readonly string[]): Promise<string | undefined> {
  let said = "";
  const note = (text: string) => void (said += text);
  const program = createProgram({ write: async () => {}, note } as unknown as Terminal, () => {});
  disarm(program);
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return said.trim() || error.message;
  }
  return undefined;
}

function disarm(program: Program): void {
  for (const command of program.commands) {
    command.action(() => {});
    disarm(command);
  }
}

function variableFaults(assignments: string): string[] {
  return [...assignments.matchAll(/([A-Z_]+)=(\S*)/g)].flatMap(([, name = "", value = ""]) => {
    const entry: Setting | undefined = settings.find((one) => variablesOf(one).includes(name));
    if (!entry) return OURS.test(name) ? [`${name} is no setting`] : [];
    const isWhole = name === entry.env && !/[$…]/.test(value);
    return isWhole && !entry.schema.safeParse(value).success ? [`${name} can't be ${value}`] : [];
  });
}
