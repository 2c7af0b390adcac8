/** What every view shows some of: the status, the clusters and the map, kept fresh. */
import type { ClusterList, ClusterView } from "@eddy/contracts/api/cluster";
import type { DocumentMap } from "@eddy/contracts/api/map";
import type { Status } from "@eddy/contracts/api/status";
import { computed, signal } from "@preact/signals";
import { isMissingRoute, wordsOf } from "../api/fault.ts";
import { createPoll, type Poll } from "../api/poll.ts";
import { request, withQuery } from "../api/request.ts";
import { assignSlots, type Ink, inkOfSlot } from "../map/inks.ts";
import { mergePoints, noPoints, type Points } from "../map/points.ts";
import { clusterTitle } from "../text/cluster-title.ts";
import { isDark } from "./theme.ts";

/** Why the last question had no answer; undefined: all is well. */
export const trouble = signal<string | undefined>(undefined);
export const status = signal<Status | undefined>(undefined);
export const clusters = signal<ClusterList | undefined>(undefined);
export const points = signal<Points>(noPoints);
/** What the map tells of itself; "missing": this Eddy has none. */
export const mapHead = signal<Pick<DocumentMap, "layout" | "documents" | "shown"> | "missing" | undefined>(undefined);

const slots = signal<ReadonlyMap<string, number>>(new Map());

export const clusterById = computed(
  () => new Map<string, ClusterView>(clusters.value?.clusters.map((cluster) => [cluster.cluster_id, cluster])),
);

export const inkOf = computed(() => {
  const [held, dark] = [slots.value, isDark.value];
  return (cluster: string): Ink => {
    const slot = held.get(cluster);
    return slot === undefined ? { colour: "#8a8f93", shape: "circle" } : inkOfSlot(slot, dark);
  };
});

/** What a cluster is called; its id where nothing is known of it (yet). */
export const titleOf = computed(() => {
  const known = clusterById.value;
  return (id: string, words?: number): string => clusterTitle(known.get(id) ?? { cluster_id: id }, words);
});

let polls: readonly Poll[] = [];

/** Asks at once: after something was done that changes the answers. */
export function refresh(): void {
  for (const poll of polls) poll.nudge();
}

const EVERY_MS = 2_000;
const CLUSTERS_EVERY_MS = 4_000;

export function follow(): void {
  let revision: number | undefined;
  polls = [
    createPoll(async (signal) => {
      try {
        status.value = await request<Status>("/v1/status", { signal });
        trouble.value = undefined;
      } catch (error) {
        trouble.value = wordsOf(error);
        throw error;
      }
    }, EVERY_MS),
    createPoll(async (signal) => {
      const list = await request<ClusterList>("/v1/clusters", { signal });
      const living = list.clusters.map(({ cluster_id }) => cluster_id);
      slots.value = assignSlots(slots.peek(), living);
      clusters.value = list;
    }, CLUSTERS_EVERY_MS),
    createPoll(async (signal) => {
      try {
        const answer = await request<DocumentMap>(withQuery("/v1/map", { since: revision }), { signal });
        revision = answer.revision;
        const { layout, documents, shown } = answer;
        mapHead.value = { layout, documents, shown };
        points.value = mergePoints(points.peek(), answer, performance.now());
      } catch (error) {
        if (isMissingRoute(error)) mapHead.value = "missing";
        else revision = undefined;
        throw error;
      }
    }, EVERY_MS),
  ];
}
