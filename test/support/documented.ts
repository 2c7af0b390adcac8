import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The arguments of the `eddy` commands that a section of docs/OPERATIONS.md tells people to run, in its order. */
export function documentedCommands(heading: string): string[][] {
  const page = readFileSync(fileURLToPath(new URL("../../docs/OPERATIONS.md", import.meta.url)), "utf8");
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.trimEnd().split("\n"));
  return blocks.map((line) =>
    line
      .replace(/ *#.*$/, "")
      .split(" ")
      .slice(1),
  );
}
