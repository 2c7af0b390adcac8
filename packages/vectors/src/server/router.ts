import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

export interface Found {
  readonly route: Route;
  /** `METHOD /path/:name`: a bounded label for metrics. */
  readonly endpoint: string;
  readonly name: string;
  readonly id: string;
}

interface Compiled extends Route {
  readonly segments: readonly string[];
}

const byLength = new Map<number, Compiled[]>();
for (const route of routes) {
  const segments = route.path.split("/");
  byLength.set(segments.length, [...(byLength.get(segments.length) ?? []), { ...route, segments }]);
}

/** Fixed segments win over `:name` and `:id`. */
export function findRoute(method: string, path: string): Found | undefined {
  const segments = path.length > 1 && path.endsWith("/") ? path.slice(0, -1).split("/") : path.split("/");
  const fitting = (byLength.get(segments.length) ?? []).filter(
    (route) =>
      route.method === method && route.segments.every((part, i) => part.startsWith(":") || part === segments[i]),
  );
  const route = fitting.sort((a, b) => wildcards(a) - wildcards(b))[0];
  if (!route) return undefined;
  const value = (part: string) => {
    const at = route.segments.indexOf(part);
    return at < 0 ? "" : decode(segments[at]!);
  };
  return { route, endpoint: `${method} ${route.path}`, name: value(":name"), id: value(":id") };
}

const wildcards = ({ segments }: Compiled) => segments.filter((part) => part.startsWith(":")).length;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
