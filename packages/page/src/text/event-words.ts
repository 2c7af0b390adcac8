import type { ClusterEvent } from "@eddy/contracts/document";
import { plural } from "./numbers.ts";

/** What an event says, after the cluster that it speaks of. */
export function eventWords({ type, detail = {} }: ClusterEvent): string {
  const { clusters, sample, heirs, name } = detail;
  const counted = (value: unknown, noun: string) => (typeof value === "number" ? plural(value, noun) : `some ${noun}s`);
  switch (type) {
    case "seeded":
      return `Seeded ${counted(clusters, "cluster")} from ${counted(sample, "document")}`;
    case "refitted":
      return `Seeded again: ${counted(clusters, "cluster")} from ${counted(sample, "document")}`;
    case "born":
      return "was born";
    case "retired":
      return Array.isArray(heirs) && heirs.length > 0 ? `retired; ${heirs.join(", ")} took its documents` : "retired";
    case "renamed":
      return typeof name === "string" && name !== "" ? `was named “${name}”` : "lost its name";
    default:
      return type;
  }
}
