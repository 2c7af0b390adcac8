import { useEffect, useState } from "preact/hooks";
import { ago, localTime } from "../text/times.ts";

const TICK_MS = 10_000;

/** How long ago, and the time itself for whoever points at it. */
export function Ago({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={localTime(at)}>
      {Number.isNaN(ms) ? at : ago(ms, Math.max(now, Date.now()))}
    </time>
  );
}
