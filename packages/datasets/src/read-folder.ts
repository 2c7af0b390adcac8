import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { unpacked } from "./bytes.ts";
import type { Item } from "./item.ts";
import { readWholeText } from "./read-text.ts";

const documentFile = /\.(txt|md|markdown|html?)$/i;

/**
 * Each .txt, .md, .markdown and .html file below the folder is a document; its id is its path from the folder, with `/`. In the
 * order of these paths. Links to folders are not followed.
 */
export async function* readFolder(folder: string): AsyncGenerator<Item> {
  const paths = await list(folder, "");
  if (paths.length === 0) {
    throw new FatalError("CONFIG_INVALID", `${folder} has no .txt, .md, .markdown or .html file in it`);
  }
  for (const path of paths.sort()) {
    const file = join(folder, path);
    yield await readWholeText(unpacked(createReadStream(file)), { file, id: path });
  }
}

async function list(folder: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await list(folder, path)));
    else if (documentFile.test(entry.name)) found.push(path);
  }
  return found;
}
