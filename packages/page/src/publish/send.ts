import { ApiFault, faultOf, unreachable } from "../api/fault.ts";
import { authorization, locked } from "../api/key.ts";

export interface Parcel {
  readonly path: string;
  readonly body: Blob | string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a body and tells the bytes that went (fetch can't). Answers the summary; throws ApiFault, or the reason of `signal`. */
export function send(
  { path, body, headers }: Parcel,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const abort = () => call.abort();
    call.open("POST", path);
    for (const [name, value] of Object.entries({ ...headers, ...authorization() })) call.setRequestHeader(name, value);
    call.upload.onprogress = ({ loaded }) => onSent(loaded);
    call.onerror = () => reject(unreachable());
    call.onabort = () => reject(signal.reason);
    call.onload = () => {
      const answer = parse(call.responseText);
      if (call.status >= 200 && call.status < 300) return resolve(answer);
      const fault = faultOf(call.status, answer);
      if (call.status === 401) locked.value = fault.message;
      const wait = Number(call.getResponseHeader("retry-after"));
      reject(call.status === 429 ? new ApiFault(429, fault.code, fault.message, { ...fault.details, wait }) : fault);
    };
    signal.addEventListener("abort", abort, { once: true });
    call.onloadend = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) reject(signal.reason);
    else call.send(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends again while Eddy is catching up and has taken nothing yet. */
export async function sendPatiently(
  parcel: Parcel,
  onSent: (bytes: number) => void,
  onWait: (seconds: number) => void,
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    try {
      return await send(parcel, onSent, signal);
    } catch (error) {
      if (!(error instanceof ApiFault) || error.status !== 429 || error.details.accepted) throw error;
      const seconds = Math.min(30, Math.max(1, Number(error.details.wait) || 1));
      onWait(seconds);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, seconds * 1_000);
        const stop = () => {
          clearTimeout(timer);
          reject(signal.reason);
        };
        signal.addEventListener("abort", stop, { once: true });
      });
    }
  }
}
