import { type Head, headOf } from "./backup-format.ts";
import { copyPipeline, type PipelineSource } from "./backup-pipeline.ts";
import type { Manifest } from "./pipeline-format.ts";
import { type FillBackup, writeBackup } from "./write-backup.ts";

export interface SavePipelineOptions extends PipelineSource {
  /** The file to write; must not be there. */
  readonly out: string;
  /** Of Eddy. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const pipelineHead = (version: string, now: number): Head => headOf("backup of an Eddy pipeline", version, now);

/** Writes what a pipeline is into one file, all of it or nothing. Throws as copyPipeline and writeBackup. */
export async function savePipeline({ out, version, now, ...source }: SavePipelineOptions): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const fill: FillBackup = async (writer) => {
    manifest = await copyPipeline(source, writer);
  };
  await writeBackup(out, pipelineHead(version, now), source.signal, fill);
  return manifest!;
}
