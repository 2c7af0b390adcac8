import { locked } from "../api/key.ts";
import { status, trouble } from "../state/live.ts";
import { hrefOf, route, type View, views } from "../state/route.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { compact, count, rate } from "../text/numbers.ts";

const NAMES: Readonly<Record<View, string>> = {
  map: "Map",
  documents: "Documents",
  clusters: "Clusters",
  flow: "Throughput",
  rejected: "Rejected",
  events: "Events",
  publish: "Publish",
};

export function Header() {
  return (
    <header>
      <a class="brand" href={hrefOf.view("map")}>
        <Mark />
        <h1>Eddy</h1>
      </a>
      <nav aria-label="Views">
        {views.map((view) => (
          <a key={view} href={hrefOf.view(view)} aria-current={route.value.view === view ? "page" : undefined}>
            {NAMES[view]}
            {view === "rejected" && <RejectedCount />}
          </a>
        ))}
      </nav>
      <Figures />
      <Pulse />
      <button
        type="button"
        class="quiet theme"
        onClick={nextTheme}
        aria-label={`Colours: ${theme.value}. Change`}
        title={`Colours: ${theme.value}`}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {theme.value === "auto" && (
            <>
              <circle cx="8" cy="8" r="6.2" />
              <path d="M8 1.8a6.2 6.2 0 0 0 0 12.4z" class="half" />
            </>
          )}
          {theme.value === "light" && (
            <path d="M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 .8v2M8 13.2v2M.8 8h2M13.2 8h2M2.9 2.9l1.4 1.4M11.7 11.7l1.4 1.4M2.9 13.1l1.4-1.4M11.7 4.3l1.4-1.4" />
          )}
          {theme.value === "dark" && <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z" />}
        </svg>
      </button>
    </header>
  );
}

function RejectedCount() {
  const rejected = status.value?.documents.rejected ?? 0;
  return rejected > 0 ? <span class="badge">{compact(rejected)}</span> : null;
}

function Figures() {
  const now = status.value;
  if (!now) return <dl class="figures" />;
  const { documents, lag, texts, embeddings } = { ...now.lag, documents: now.documents, lag: now.lag.documents };
  const figures: [string, string, string][] = [
    ["received", compact(documents.received), count(documents.received)],
    ["clustered", compact(documents.clustered), count(documents.clustered)],
    ["per second", rate(now.rates.clustered_per_second), "clustered, over the last five seconds"],
    [
      "waiting",
      compact(lag + texts + embeddings),
      `${count(lag)} to be checked, ${count(texts)} to be embedded, ${count(embeddings)} to be clustered`,
    ],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value, title]) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Pulse() {
  const [state, words] =
    locked.value !== undefined
      ? ["bad", "locked"]
      : trouble.value !== undefined
        ? ["bad", "no answer"]
        : status.value === undefined
          ? ["idle", "connecting"]
          : status.value.seeding
            ? ["idle", "seeding"]
            : ["good", "live"];
  return (
    <span class={`pulse ${state}`} role="status" title={trouble.value}>
      {words}
    </span>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="outer" d="M28 11.5a13 13 0 1 0 .6 8.2" />
      <path class="inner" d="M22.5 13a7.2 7.2 0 1 0 .4 5.2" />
      <circle cx="16" cy="16" r="2.2" />
    </svg>
  );
}
