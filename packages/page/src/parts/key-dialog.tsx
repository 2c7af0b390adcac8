import { useEffect, useRef } from "preact/hooks";
import { apiKey, locked, setKey } from "../api/key.ts";
import { sentence } from "./notice.tsx";

/** Asks for the API key where the server wants one. */
export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const why = locked.value;
  useEffect(() => {
    if (why !== undefined) dialog.current?.showModal();
    else dialog.current?.close();
  }, [why]);
  return (
    <dialog ref={dialog} class="key" aria-labelledby="key-title" onCancel={(event) => event.preventDefault()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setKey(field.current!.value.trim());
        }}
      >
        <h2 id="key-title">This Eddy wants an API key</h2>
        {apiKey.value !== "" && why && (
          <p class="bad" role="alert">
            {sentence(why)}
          </p>
        )}
        <label>
          API key
          <input ref={field} type="password" autocomplete="off" spellcheck={false} required />
        </label>
        <p class="soft">
          Whoever runs this Eddy gives them out. To look you need the scope <code>read</code>; to send documents,{" "}
          <code>publish</code>; to rename clusters and replay rejects, <code>admin</code>. It is kept until this tab is
          closed.
        </p>
        <button type="submit" class="primary">
          Continue
        </button>
      </form>
    </dialog>
  );
}
