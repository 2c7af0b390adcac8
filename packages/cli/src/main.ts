import { fileKey, fileVariable } from "@eddy/runtime/config";
import { exitCodes, exitReasonOf } from "@eddy/runtime/exit-code";
import { isExpected, traceFault } from "@eddy/runtime/fault";
import { CommanderError, Command as Program } from "commander";
import { type Command, isSwitch } from "./command.ts";
import { commands } from "./commands.ts";
import { createTerminal, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** Runs the command line and gives its exit code to the process. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await runEddy(argv, createTerminal());
  process.stdin.destroy(); // who was interrupted does not wait for the end of its input
}

/** @returns the exit code (exit-code.ts); whatever goes wrong is told as a line on standard error. */
export async function runEddy(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = createProgram(terminal, (result) => (code = result));
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    // Commander has said it already; its own code for what is wrong with a command line is 1, which is ours for faults.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage.code;
    terminal.note(`eddy: ${isExpected(error) ? error.message : told(error, terminal)}\n`);
    return exitCodes[exitReasonOf(error)].code;
  }
  return code;
}

function told(error: unknown, { env }: Terminal): string {
  if (env.LOG_LEVEL === "debug") return traceFault(error);
  return `a fault in Eddy itself: ${error instanceof Error ? error.message : String(error)} (LOG_LEVEL=debug shows where)`;
}

export function createProgram(terminal: Terminal, done: (code: number) => void): Program {
  const program = new Program("eddy")
    .description("Clusters text as it streams: publish documents, ask for their clusters seconds later.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .configureHelp({ sortSubcommands: false, subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: (text) => void terminal.write(text), writeErr: (text) => terminal.note(text) })
    .showHelpAfterError("(--help says more)")
    .exitOverride()
    .addHelpText("after", introduction);
  const help = new Program("help").argument("[command]", "its name").description("print help of a command");
  program.addHelpCommand(help.helpGroup("Run:"));
  for (const command of commands) addTo(program, command, terminal, done);
  return program;
}

const introduction = `
Every option can also be set by its environment variable, which the help of a command names.

Examples:
  npx eddy up --demo                  run everything on this machine, with a stream to look at
  npx eddy publish news.jsonl --wait  send documents of your own
  npx eddy clusters                   see what they are about`;

function addTo(program: Program, command: Command, terminal: Terminal, done: (code: number) => void): void {
  const path = command.name.split(" ");
  const name = path.pop()!;
  const parent = path.reduce(
    (above, part) => above.commands.find((child) => child.name() === part) ?? group(above, part),
    program,
  );
  const child = parent
    .command(name, { isDefault: command.isDefault === true })
    .summary(command.summary)
    .description(flowing(command.description));
  if (parent === program) child.helpGroup(command.group ?? "Run:");
  for (const { syntax, description } of command.parameters ?? []) child.argument(syntax, description);
  const keys = new Map<string, string>();
  for (const [key, entry] of Object.entries(command.settings)) {
    if (entry.fileFlag !== undefined) {
      const about = `File with what ${entry.env} holds (env: ${fileVariable(entry)})`;
      const option = child.createOption(entry.fileFlag, about);
      child.addOption(option);
      keys.set(option.attributeName(), fileKey(key));
    }
    if (entry.flag === undefined) continue;
    const option = child.createOption(
      entry.flag.includes("<") || isSwitch(entry) ? entry.flag : `${entry.flag} <${entry.unit ?? "value"}>`,
      entry.description,
    );
    // Neither default nor environment are commander's to read: the settings' own loader checks them. It only tells of them.
    const preset = entry.default === undefined || entry.default === "false" ? "" : `default: ${entry.default}, `;
    option.description += ` (${preset}env: ${entry.env})`;
    child.addOption(option);
    keys.set(option.attributeName(), key);
  }
  child.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  child.action(async () => {
    const flags = Object.entries(child.opts()).map(([option, value]) => [keys.get(option)!, value as unknown]);
    done(await command.run(terminal, child.args, Object.fromEntries(flags), commands));
  });
}

/** Lines of a paragraph made one, for commander to break; indented ones are left. */
function flowing(text: string): string {
  return text.replace(/(?<=\S)\n(?=[^\s])/g, " ");
}

/** A command that only holds others. */
function group(program: Program, name: string): Program {
  const { summary, description, helpGroup } = groups[name]!;
  return program.command(name).summary(summary).description(description).helpGroup(helpGroup).helpCommand(false);
}

const groups: Readonly<
  Record<string, { readonly summary: string; readonly description: string; readonly helpGroup: string }>
> = {
  keys: {
    summary: "make keys of the HTTP API",
    description: "Keys that callers of the HTTP API must bring where EDDY_API_KEYS_FILE names a file of them.",
    helpGroup: "Run:",
  },
  dlq: {
    summary: "list and replay what was rejected",
    description:
      "Documents that were refused after they were published lie in the dead letters, untouched, with the reason. Without a command, lists them.",
    helpGroup: "Documents:",
  },
  run: {
    summary: "run one service of a fleet",
    description: "Runs one service as a process of its own, on a real Kafka and a real Qdrant.",
    helpGroup: "Run:",
  },
  topics: {
    summary: "make or check the topics in a Kafka",
    description: "The topics of a pipeline in a Kafka.",
    helpGroup: "Run:",
  },
};
