import { useEffect, useState } from "preact/hooks";
import { go, hrefOf } from "../state/route.ts";
import { addFiles } from "./jobs.ts";

/** Files may be dropped anywhere on the page; true while some hang over it. */
export function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const on = new AbortController();
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const listen = (type: "dragover" | "dragleave" | "drop", handler: (event: DragEvent) => void) =>
      addEventListener(type, handler, { signal: on.signal });
    listen("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    listen("dragleave", (event) => {
      if (event.relatedTarget === null) setOver(false);
    });
    listen("drop", (event) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      go(hrefOf.view("publish"));
      void addFiles(event.dataTransfer?.files ?? []);
    });
    return () => on.abort();
  }, []);
  return over;
}
