/**
 * States of training as bytes, to be put away and gone on from: the length of a header (u32), the header as JSON (its format,
 * what it is, names and lengths of the tensors), then the tensors' f32, all little-endian.
 */
import type { TrainingState } from "@eddy/compute/trainer";
import { FatalError } from "@eddy/contracts/errors";
import type { AutoencoderState, EpochLoss } from "./autoencoder.ts";
import type { FineTuningState } from "./fine-tuning.ts";

const FORMAT = 1;

interface Header {
  readonly format: number;
  readonly kind: string;
  readonly steps: number;
  readonly tensors: readonly (readonly [string, number])[];
  readonly rest: unknown;
}

export function encodeAutoencoder({ training, ...rest }: AutoencoderState): Uint8Array {
  return encode("autoencoder", training, rest);
}

/** @throws FatalError where the bytes are damaged, of another kind or of a newer format */
export function decodeAutoencoder(bytes: Uint8Array): AutoencoderState {
  return whole(() => {
    const { training, rest } = decode("autoencoder", bytes);
    return { ...(rest as { epoch: number; curve: readonly EpochLoss[] }), training };
  });
}

export function encodeFineTuning({ training, epoch, start, clusters }: FineTuningState): Uint8Array {
  return encode("fine-tuning", training, { epoch, start: [...start], clusters: [...clusters] });
}

/** @throws FatalError where the bytes are damaged, of another kind or of a newer format */
export function decodeFineTuning(bytes: Uint8Array): FineTuningState {
  return whole(() => {
    const { training, rest } = decode("fine-tuning", bytes);
    const { epoch, start, clusters } = rest as { epoch: number; start: number[]; clusters: number[] };
    return { epoch, training, start: Int32Array.from(start), clusters: Int32Array.from(clusters) };
  });
}

function whole<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof FatalError) throw cause;
    throw new FatalError("MODEL_DAMAGED", "not a state of training: train anew", { cause });
  }
}

function encode(kind: string, { steps, tensors }: TrainingState, rest: unknown): Uint8Array {
  const named = Object.entries(tensors);
  const lengths = named.map(([name, { length }]) => [name, length] as const);
  const header: Header = { format: FORMAT, kind, steps, tensors: lengths, rest };
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const data = named.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength));
  return Buffer.concat([size, text, ...data]);
}

function decode(kind: string, bytes: Uint8Array): { readonly training: TrainingState; readonly rest: unknown } {
  const buffer = Buffer.from(bytes);
  const header = JSON.parse(buffer.toString("utf8", 4, 4 + buffer.readUInt32LE())) as Header;
  if (header.format !== FORMAT || header.kind !== kind) {
    throw new FatalError("FORMAT_UNKNOWN", `not a state of ${kind} that this version reads: train anew`);
  }
  let at = 4 + buffer.readUInt32LE();
  const floats = header.tensors.reduce((sum, [, length]) => sum + length, 0);
  if (buffer.length !== at + 4 * floats) throw new FatalError("MODEL_DAMAGED", `half a state of ${kind}: train anew`);
  const tensors: Record<string, Float32Array> = {};
  for (const [name, length] of header.tensors) {
    const copy = Uint8Array.from(buffer.subarray(at, (at += 4 * length)));
    tensors[name] = new Float32Array(copy.buffer);
  }
  return { training: { steps: header.steps, tensors }, rest: header.rest };
}
