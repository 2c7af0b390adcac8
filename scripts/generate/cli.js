import { isSwitch } from "@eddy/cli/command";
import { commands } from "@eddy/cli/commands";
import { code, page, table } from "./markdown.js";

/** @typedef {import("@eddy/cli/command").Command} Command */

export function cliReference() {
  const intro = `
\`npx eddy COMMAND\` in the repository, or \`npm run eddy -- COMMAND\`. Results go to standard output, progress and errors to
standard error. \`--help\` after a command prints what stands here. Exit codes: [errors.md](errors.md#exit-codes).
`;
  const list = table(
    ["command", "what it does"],
    commands.map(({ name, summary }) => [`[\`eddy ${name}\`](#eddy-${name.replaceAll(" ", "-")})`, summary]),
  );
  return page("The eddy command", intro, list, ...commands.map(section));
}

/** @param {Command} command */
function section({ name, description, parameters = [], settings, examples }) {
  const flags = Object.values(settings).filter(({ flag }) => flag !== undefined);
  const usage = ["eddy", name, ...(flags.length > 0 ? ["[options]"] : []), ...parameters.map(({ syntax }) => syntax)];
  const parts = [
    `## eddy ${name}`,
    `    ${usage.join(" ")}`,
    description,
    table(
      ["argument", "meaning"],
      parameters.map(({ syntax, description }) => [code(syntax), description]),
    ),
    table(
      ["option", "default", "environment", "meaning"],
      flags.map((entry) => [
        code(flagOf(entry)),
        entry.default === undefined || entry.default === "false" ? "" : code(entry.default),
        code(entry.env),
        entry.description,
      ]),
    ),
    `\`\`\`sh\n${examples.join("\n")}\n\`\`\``,
  ];
  const empty = [...(parameters.length === 0 ? [3] : []), ...(flags.length === 0 ? [4] : [])];
  return parts.filter((_, index) => !empty.includes(index)).join("\n\n");
}

/** As the command line's own help writes it. @param {import("@eddy/runtime/config").Setting} entry */
function flagOf(entry) {
  const { flag = "", unit = "value" } = entry;
  return flag.includes("<") || isSwitch(entry) ? flag : `${flag} <${unit}>`;
}
