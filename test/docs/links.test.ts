/** What the docs point at is there: files, folders, headings, commands, settings. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPage as read, root } from "./block.ts";
import { mentionFaults } from "./command-faults.ts";

const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...["docs", "docs/guides", "docs/runbooks"].flatMap(inFolder),
];

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

  it("names only commands, flags and settings that are there", async () => {
    expect(await mentionFaults(text)).toEqual([]);
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
