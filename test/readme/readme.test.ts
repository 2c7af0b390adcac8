/** What the docs say must be there: the README's snippets are the files that are run, and what a page points at exists. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const languages = new Map([
  [".sh", "sh"],
  [".py", "python"],
  [".mjs", "js"],
]);
const snippets = readdirSync(join(root, "test/readme")).filter((name) => languages.has(name.slice(name.indexOf("."))));
const pages = ["README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/OPERATIONS.md", "docs/SCALE.md"];

describe("README", () => {
  it("has snippets", () => {
    expect(snippets.length).toBeGreaterThanOrEqual(5);
  });

  it.each(snippets)("has %s as it is run", (name) => {
    const language = languages.get(name.slice(name.indexOf(".")));
    expect(read("README.md")).toContain(`\`\`\`${language}\n${read(`test/readme/${name}`)}\`\`\``);
  });
});

describe.each(pages)("%s", (page) => {
  const text = read(page);

  it("links to what is there", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((to) => !/^https?:/.test(to));
    expect(links.filter((to) => !resolves(page, to))).toEqual([]);
  });

  it("names only files that are there", () => {
    const names = [...text.matchAll(/`((?:packages|services|test|scripts|docs)\/[\w./-]+)`/g)].map(
      (match) => match[1]!,
    );
    expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});

/** A file or folder, and in a page the heading that it names. */
function resolves(page: string, to: string): boolean {
  const [path = "", anchor] = to.split("#");
  const target = join(root, path === "" ? page : join(dirname(page), path));
  if (!existsSync(target)) return false;
  if (anchor === undefined || statSync(target).isDirectory()) return true;
  const headings = readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].some((match) => slug(match[1]!) === anchor);
}

/** A heading's anchor as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
