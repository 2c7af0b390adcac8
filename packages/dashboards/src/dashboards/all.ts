import type { DashboardSpec } from "../spec.ts";
import { clusters } from "./clusters.ts";
import { logAndStore } from "./log-and-store.ts";
import { overview } from "./overview.ts";
import { pipeline } from "./pipeline.ts";
import { runtime } from "./runtime.ts";

export const dashboards: readonly DashboardSpec[] = [overview, pipeline, clusters, logAndStore, runtime];
