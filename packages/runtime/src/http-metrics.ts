import type { HttpApp } from "./http-server.ts";
import { DURATION_BUCKETS, defineMetric } from "./metric.ts";
import type { Metrics } from "./metrics.ts";

export const httpMetrics = {
  requests: defineMetric({
    type: "histogram",
    name: "eddy_http_request_duration_seconds",
    help: "Time to answer an HTTP request, by route (never by path) and status.",
    labels: ["method", "route", "status"],
    buckets: [...DURATION_BUCKETS, 60],
  }),
} as const;

/** Meters all routes of a server; to be registered before them. */
export function meterHttp(metrics: Metrics): (app: HttpApp) => void {
  const requests = metrics.histogram(httpMetrics.requests);
  return (app) => {
    app.addHook("onResponse", async (request, reply) => {
      const { method, routeOptions } = request;
      // What has no route has no name: its path is the asker's to choose.
      const labels = { method: routeOptions.url ? method : "any", route: routeOptions.url ?? "none" };
      requests.observe(reply.elapsedTime / 1000, { ...labels, status: String(reply.statusCode) });
    });
  };
}
