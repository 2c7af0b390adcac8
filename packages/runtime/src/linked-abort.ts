/**
 * A signal that aborts when one of `signals` does or `timeoutMs` pass. Unlike AbortSignal.any it leaves nothing behind on
 * long-lived signals once disposed (leave the scope with `using`-like care: call `dispose` in a finally).
 */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  dispose(): void;
}

export function linkedAbort(signals: readonly (AbortSignal | undefined)[], timeoutMs?: number): LinkedAbort {
  const controller = new AbortController();
  const given = signals.filter((signal) => signal !== undefined);
  const abort = (event: Event) => controller.abort((event.target as AbortSignal).reason);
  for (const signal of given) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener("abort", abort, { once: true });
  }
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(new Error("timed out")), timeoutMs);
  return {
    signal: controller.signal,
    dispose() {
      clearTimeout(timer);
      for (const signal of given) signal.removeEventListener("abort", abort);
    },
  };
}
