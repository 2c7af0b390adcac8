import type { ConfigDefinition, Setting } from "./config.ts";

/** The text of `.env.example`: every setting of every definition once, commented out at its default. */
export function envExample(definitions: readonly ConfigDefinition[]): string {
  const written = new Set<string>();
  const sections = definitions.map(({ name, settings }) => {
    const entries = Object.values(settings).filter(({ env }) => !written.has(env));
    for (const { env } of entries) written.add(env);
    return [`# ---- ${name} ----`, ...entries.map(exampleOf)].join("\n\n");
  });
  return `${sections.join("\n\n")}\n`;
}

function exampleOf(entry: Setting): string {
  const comments = [entry.description + unitOf(entry), entry.choose, entry.secret ? "Secret." : undefined];
  const value = entry.secret ? "" : (entry.default ?? entry.example ?? "");
  return [...comments.filter((line) => line !== undefined).map((line) => `# ${line}`), `#${entry.env}=${value}`].join(
    "\n",
  );
}

/** A Markdown table of one definition's settings. */
export function configTable({ settings }: ConfigDefinition): string {
  const rows = Object.values(settings).map((entry) => {
    const meaning = [entry.description + unitOf(entry), entry.choose, entry.secret ? "Secret." : undefined];
    const cells = [
      `\`${entry.env}\``,
      entry.flag ? `\`${entry.flag}\`` : "",
      defaultOf(entry),
      entry.example ? `\`${entry.example}\`` : "",
      meaning.filter((part) => part !== undefined).join(" "),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| variable | flag | default | example | meaning |", "|---|---|---|---|---|", ...rows, ""].join("\n");
}

function unitOf({ unit }: Setting): string {
  return unit ? ` (${unit})` : "";
}

function defaultOf({ default: text, schema }: Setting): string {
  if (text !== undefined) return `\`${text}\``;
  const unset = schema.safeParse(undefined);
  if (!unset.success) return "required";
  return unset.data === undefined ? "not set" : `\`${String(unset.data)}\``;
}
