import type { EventList } from "@eddy/contracts/api/event";
import { useAnswer } from "../api/use-answer.ts";
import { Ago } from "../parts/ago.tsx";
import { ClusterLink } from "../parts/cluster-link.tsx";
import { Empty, Failed, Loading, Missing } from "../parts/notice.tsx";
import { eventWords } from "../text/event-words.ts";

/** What became of the clusters: seeded, born, seeded again, retired, renamed. */
export function EventsView() {
  const { data, error, missing, reload } = useAnswer<EventList>("/v1/events?limit=200");
  return (
    <>
      <h2>What became of the clusters</h2>
      {missing && <Missing what="the events of clusters" />}
      {!missing && error !== undefined && !data && <Failed error={error} again={reload} />}
      {!data && error === undefined && <Loading rows={6} />}
      {data?.events.length === 0 && <Empty title="Nothing yet: the first event is the first model" />}
      {data && data.events.length > 0 && (
        <ol class="events">
          {data.events.map((event, at) => (
            <li key={at} class={`event-${event.type}`}>
              <Ago at={event.at} />
              <span class="event-words">
                {event.cluster_id && <ClusterLink id={event.cluster_id} asId />} {eventWords(event)}
              </span>
              <span class="soft">version {event.version}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
