import { useRef } from "preact/hooks";
import { Failed, sentence } from "../parts/notice.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { READ } from "../publish/file-kind.ts";
import { addFiles, canStart, chooseColumns, type Job, jobs, removeJob, startAll } from "../publish/jobs.ts";
import { hrefOf } from "../state/route.ts";
import { bytes, count, plural } from "../text/numbers.ts";
import { ColumnChoice } from "./column-choice.tsx";

/** Files, sent as they are; what is refused is told with its place and its reason. */
export function PublishView() {
  const field = useRef<HTMLInputElement>(null);
  const ready = jobs.value.filter(canStart).length;
  return (
    <>
      <h2>Publish documents</h2>
      <div class="drop-zone">
        <p>Drop files anywhere on this page, or</p>
        <button type="button" onClick={() => field.current?.click()}>
          Choose files
        </button>
        <input
          ref={field}
          type="file"
          multiple
          hidden
          aria-label="Files to publish"
          onChange={({ currentTarget }) => {
            void addFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
        <p class="soft">{READ}.</p>
      </div>
      {jobs.value.length > 0 && (
        <ul class="jobs">
          {jobs.value.map((job) => (
            <JobRow key={job.key} job={job} />
          ))}
        </ul>
      )}
      {ready > 0 && (
        <button type="button" class="primary" onClick={() => void startAll()}>
          Publish {plural(ready, "file")}
        </button>
      )}
    </>
  );
}

function JobRow({ job }: { job: Job }) {
  const { key, file, kind, state, header, columns, sent, outcome, waiting, error } = job;
  return (
    <li class="job" aria-label={file.name}>
      <div class="job-head">
        <b>{file.name}</b>
        <span class="soft">{bytes(file.size)}</span>
        <span class={`tag ${state}`} role="status">
          {wordOf(job)}
        </span>
        <button type="button" class="quiet" onClick={() => removeJob(key)}>
          {state === "sending" ? "Stop" : "Remove"}
        </button>
      </div>
      {state === "ready" && kind?.kind === "table" && header && (
        <ColumnChoice header={header} columns={columns} change={(next) => chooseColumns(key, next)} />
      )}
      {state === "sending" && (
        <>
          <progress aria-label={`Sent of ${file.name}`} max={file.size || 1} value={sent} />
          {waiting !== undefined && <p class="soft">Eddy is catching up: going on in {waiting} s.</p>}
        </>
      )}
      {(state === "done" || outcome.accepted + outcome.rejected > 0) && (
        <p>
          {plural(outcome.accepted, "document")} accepted
          {outcome.rejected > 0 && `, ${count(outcome.rejected)} rejected`}.{" "}
          {state === "done" && outcome.accepted > 0 && <a href={hrefOf.view("map")}>See them come on the map</a>}
        </p>
      )}
      {error !== undefined && <Failed error={error} />}
      {outcome.refusals.length > 0 && <Refusals job={job} />}
    </li>
  );
}

function wordOf({ state, sent, file, outcome }: Job): string {
  if (state === "sending") return `${Math.floor((100 * sent) / (file.size || 1))}%`;
  if (state === "done") return outcome.rejected > 0 ? "done, with rejects" : "done";
  return state === "ready" ? "not yet sent" : "failed";
}

const SHOWN = 100;

function Refusals({ job: { file, outcome } }: { job: Job }) {
  return (
    <ScrollRegion label={`Rejected of ${file.name}`}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Code</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {outcome.refusals.slice(0, SHOWN).map(({ place, code, message }) => (
            <tr key={place}>
              <th scope="row">{place}</th>
              <td>
                <code>{code}</code>
              </td>
              <td>{sentence(message)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {outcome.rejected > SHOWN && <p class="soft">and {count(outcome.rejected - SHOWN)} more</p>}
    </ScrollRegion>
  );
}
