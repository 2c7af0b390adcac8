import { hash as digest } from "node:crypto";

/** Namespace of Eddy's point ids; a part of the contract with everyone who looks a document up by its id in Qdrant. */
export const POINT_NAMESPACE = "7b1c8f5e-5d0a-5c52-9f0e-2d6a41c3e6d7";

const namespace = Buffer.from(POINT_NAMESPACE.replaceAll("-", ""), "hex");

/** UUIDv5 (RFC 9562, 5.5) of the document id's UTF-8 bytes. */
export function pointIdOf(documentId: string): string {
  const hash = digest("sha1", Buffer.concat([namespace, Buffer.from(documentId)]), "buffer");
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
