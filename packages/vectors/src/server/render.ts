import { stringifyExact } from "../engine/exact-json.ts";
import { shortF32 } from "../f32.ts";

/**
 * Results as JSON text: vectors and scores in their shortest f32 form, with a point for whole ones, as Qdrant prints them.
 * Only what the engine returns comes here: plain data, vectors as Float32Array.
 */
export function render(value: unknown): string {
  if (value instanceof Float32Array) return renderVector(value);
  if (Array.isArray(value)) return `[${value.map(render).join(",")}]`;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members.push(`${JSON.stringify(name)}:${renderMember(name, member)}`);
  }
  return `{${members.join(",")}}`;
}

function renderMember(name: string, member: unknown): string {
  if (name === "payload") return stringifyExact(member).text;
  if (name === "score") return renderF32(member as number);
  // of a sparse vector
  if (name === "values" && Array.isArray(member)) return renderVector(member as number[]);
  return render(member);
}

function renderVector(vector: ArrayLike<number>): string {
  let text = "[";
  for (let i = 0; i < vector.length; i += 1) text += (i === 0 ? "" : ",") + renderF32(vector[i]!);
  return `${text}]`;
}

function renderF32(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(shortF32(value));
}
