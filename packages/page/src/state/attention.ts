/** What a person looks at: from it follows what stands out on the map. */
import { computed, signal } from "@preact/signals";
import type { Focus } from "../map/look.ts";
import { points } from "./live.ts";
import { route } from "./route.ts";
import { foundIds } from "./search.ts";

/** The cluster that the pointer or the keyboard is on. */
export const hoveredCluster = signal<string | undefined>(undefined);
/** Documents caught with the lasso. */
export const selection = signal<readonly string[]>([]);

export const focus = computed<Focus | undefined>(() => {
  const cluster = hoveredCluster.value ?? route.value.cluster;
  if (cluster !== undefined && points.value.clusters.includes(cluster)) return { kind: "cluster", cluster };
  if (selection.value.length > 0) return { kind: "documents", ids: new Set(selection.value) };
  if (foundIds.value.length > 0 && route.value.document === undefined)
    return { kind: "documents", ids: new Set(foundIds.value) };
  return undefined;
});
