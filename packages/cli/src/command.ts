import {
  type ConfigDefinition,
  type ConfigOf,
  type Environment,
  loadConfig,
  type Setting,
  unknownVariables,
  variablesOf,
} from "@eddy/runtime/config";
import type { Terminal } from "./terminal.ts";

type Settings = Readonly<Record<string, Setting>>;

export interface CommandDefinition<T extends Settings = Settings> {
  /** `publish`; of a command below another one, `dlq replay`. */
  readonly name: string;
  readonly group?: string;
  /** A line for the list of commands. */
  readonly summary: string;
  /** What it does, for its own help. */
  readonly description: string;
  /** As commander writes them: `<file...>`, `[partition:offset...]`. */
  readonly parameters?: readonly { readonly syntax: string; readonly description: string }[];
  readonly settings: T;
  readonly examples: readonly string[];
  /** Tells of EDDY_ variables that no command knows: for what is configured by the environment more than by flags. */
  readonly checksEnvironment?: boolean;
  /** Run where its parent is called without a name. */
  readonly isDefault?: boolean;
  /** @returns the exit code; nothing = 0. Errors that people can mend are thrown as FatalError or RetryableError. */
  run(call: {
    readonly terminal: Terminal;
    readonly args: readonly string[];
    readonly options: ConfigOf<ConfigDefinition<T>>;
  }): Promise<number | undefined>;
}

/** A command, whatever its settings. */
export interface Command extends Omit<CommandDefinition, "run"> {
  /** The settings as others see them, for generated docs and for who checks the environment. */
  readonly config: ConfigDefinition;
  /**
   * @param flags what was given on the command line, by the settings' keys
   * @param known all commands, whose variables may be set beside its own
   */
  run(
    terminal: Terminal,
    args: readonly string[],
    flags: Readonly<Record<string, unknown>>,
    known: readonly Command[],
  ): Promise<number>;
}

export function defineCommand<const T extends Settings>(definition: CommandDefinition<T>): Command {
  const config: ConfigDefinition<T> = { name: `eddy ${definition.name}`, settings: definition.settings };
  return {
    ...definition,
    config,
    async run(terminal, args, flags, known) {
      const slips = definition.checksEnvironment
        ? unknownVariables(
            known.map((one) => one.config),
            terminal.env,
          )
        : [];
      for (const slip of slips) terminal.note(`eddy: ${slip}\n`);
      const options = loadConfig(config, own(config, terminal.env), flags as Partial<Record<keyof T, unknown>>);
      return (await definition.run({ terminal, args, options })) ?? 0;
    },
  };
}

/** A client's environment may hold a service's variables, which are not its to check. */
function own({ settings }: ConfigDefinition, env: Environment): Environment {
  const names = Object.values(settings).flatMap(variablesOf);
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

/** Whether a setting is a switch: a flag without a value. */
export function isSwitch({ schema }: Setting): boolean {
  return schema.safeParse(true).success && schema.safeParse(false).success;
}
