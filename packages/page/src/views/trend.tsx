import type { Trend as TrendAnswer } from "@eddy/contracts/api/trend";
import { useAnswer } from "../api/use-answer.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { inkOf } from "../state/live.ts";
import { count, plural } from "../text/numbers.ts";
import { localTime, span } from "../text/times.ts";

const EVERY_MS = 10_000;
/** One question for all clusters, which every part that shows a trend shares the form of. */
export const TREND_PATH = "/v1/trend?buckets=48";

export function useTrend() {
  return useAnswer<TrendAnswer>(TREND_PATH, EVERY_MS);
}

/** How many documents a cluster got over time; nothing where the trend is not served. */
export function Trend({ id }: { id: string }) {
  const { data } = useTrend();
  const counts = data?.clusters.find(({ cluster_id }) => cluster_id === id)?.counts;
  if (!data || !counts) return null;
  return (
    <figure class="trend">
      <Sparkline values={counts} colour={inkOf.value(id).colour} label={trendWords(counts, data.step_seconds)} />
      <figcaption>
        <span>{localTime(data.from)}</span>
        <span>
          most {count(Math.max(...counts))} in {span(data.step_seconds)}
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

export function trendWords(counts: readonly number[], stepSeconds: number): string {
  const sum = counts.reduce((all, value) => all + value, 0);
  return `${plural(sum, "document")} in ${span(stepSeconds * counts.length)}, ${count(counts.at(-1) ?? 0)} of them in the last ${span(stepSeconds)}`;
}
