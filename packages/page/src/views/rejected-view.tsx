import type { DeadLetter, ReplayResult } from "@eddy/contracts/api/dead-letter";
import { useState } from "preact/hooks";
import { request } from "../api/request.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Ago } from "../parts/ago.tsx";
import { Empty, Failed, Loading, sentence } from "../parts/notice.tsx";
import { refresh } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { count, plural } from "../text/numbers.ts";

const LIMIT = 200;

/** The dead letters with their reasons, to be sent again one by one or all. */
export function RejectedView() {
  const { data, error, reload } = useAnswer<readonly DeadLetter[]>(`/v1/dead-letters?limit=${LIMIT}`);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<ReplayResult>();
  const [failure, setFailure] = useState<unknown>();

  async function replay(body: { readonly all: true } | { readonly letters: readonly object[] }): Promise<void> {
    setBusy(true);
    setOutcome(undefined);
    setFailure(undefined);
    try {
      setOutcome(await request<ReplayResult>("/v1/dead-letters/replay", { method: "POST", body }));
      reload();
      refresh();
    } catch (fault) {
      setFailure(fault);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <h2>Rejected documents</h2>
      <p class="soft">
        What can't be clustered is kept here, untouched. Mend what was wrong (a limit, a setting), then send it again.
        What <a href={hrefOf.view("publish")}>Publish</a> refuses is told there and never comes here.
      </p>
      <div aria-live="polite">
        {failure !== undefined && <Failed error={failure} />}
        {outcome && <Outcome result={outcome} />}
      </div>
      {error !== undefined && !data && <Failed error={error} again={reload} />}
      {!data && error === undefined && <Loading rows={5} />}
      {data?.length === 0 && <Empty title="Nothing was rejected" />}
      {data && data.length > 0 && (
        <>
          <p class="actions">
            <button type="button" disabled={busy} onClick={() => void replay({ all: true })}>
              Replay all that were not yet
            </button>
            <span class="soft">
              {data.length === LIMIT ? `the newest ${count(LIMIT)}` : plural(data.length, "letter")}
            </span>
          </p>
          <ul class="letters">
            {data.map((letter) => (
              <li key={placeOf(letter)}>
                <div class="letter-head">
                  <code>{letter.code}</code>
                  <span class="letter-id">{letter.document_id ?? letter.key ?? "no id"}</span>
                  <Ago at={letter.at} />
                  {letter.replayed && <span class="tag">replayed</span>}
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={`Replay ${letter.document_id ?? placeOf(letter)}`}
                    onClick={() => void replay({ letters: [letter.dead_letter] })}
                  >
                    Replay
                  </button>
                </div>
                <p>{sentence(letter.message)}</p>
                {letter.preview !== "" && <pre>{letter.preview}</pre>}
                <p class="soft">
                  by {letter.stage}, from {placeOf(letter)}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const placeOf = ({ topic, partition, offset }: DeadLetter) => `${topic}/${partition}@${offset}`;

function Outcome({ result: { replayed, skipped, skipped_total } }: { result: ReplayResult }) {
  return (
    <div class="told">
      <p>
        {replayed === 0 && skipped_total === 0
          ? "There was nothing left to send again."
          : `${plural(replayed, "document")} sent again${skipped_total > 0 ? `, ${count(skipped_total)} left where they are:` : "."}`}
      </p>
      {skipped.length > 0 && (
        <ul>
          {skipped.slice(0, 20).map(({ topic, partition, offset, reason }) => (
            <li key={`${topic}/${partition}@${offset}`}>{sentence(reason)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
