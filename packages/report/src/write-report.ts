/** A report's files: `<experiment>.html`, `<experiment>.json` and `<experiment>/<picture>.svg` and `.png`. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { checkReport } from "./check-report.ts";
import { type DrawnPicture, drawPicture } from "./draw-picture.ts";
import type { Picture, Report } from "./report.ts";
import { toHtml } from "./to-html.ts";
import { pictureFiles, toJson } from "./to-json.ts";

export interface WrittenReport {
  readonly html: string;
  readonly json: string;
  /** SVGs and PNGs. */
  readonly pictures: readonly string[];
}

/**
 * Into the folder `out`, which is made; files of an earlier report are replaced, each at once and the page last. Gives the paths.
 *
 * @throws FatalError where `out` can't be written; TypeError for a report that can't be drawn
 */
export async function writeReport(report: Report, out: string): Promise<WrittenReport> {
  checkReport(report);
  const pictures = report.sections.flatMap(({ blocks }) =>
    blocks.filter((block): block is Picture => block.kind === "picture"),
  );
  const drawn: DrawnPicture[] = [];
  for (const picture of pictures) drawn.push(await drawPicture(picture));

  await mkdir(join(out, report.experiment), { recursive: true }).catch((error) => {
    throw notWritable(out, error);
  });
  const paths: string[] = [];
  for (const { picture, svg, png } of drawn) {
    const files = pictureFiles(report.experiment, picture);
    paths.push(await writeWhole(join(out, files.svg), svg), await writeWhole(join(out, files.png), png));
  }
  const json = `${JSON.stringify(toJson(report), null, 2)}\n`;
  return {
    pictures: paths,
    json: await writeWhole(join(out, `${report.experiment}.json`), json),
    html: await writeWhole(join(out, `${report.experiment}.html`), toHtml(report, drawn)),
  };
}

/** Through a file beside it, so that half a file is never taken for one. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<string> {
  const part = `${path}.part`;
  try {
    await writeFile(part, content);
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw notWritable(path, error as NodeJS.ErrnoException);
  }
}

function notWritable(path: string, error: NodeJS.ErrnoException): FatalError {
  if (error.code === "ENOSPC") return new FatalError("DISK_FULL", `no space left for ${path}`, { cause: error });
  return new FatalError("CONFIG_INVALID", `can't write ${path} (${error.code ?? error.message})`, { cause: error });
}
