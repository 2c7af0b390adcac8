import type { Classification } from "@eddy/contracts/api/classification";
import type { Search } from "@eddy/contracts/api/search";
import { computed, effect, signal } from "@preact/signals";
import { request, withQuery } from "../api/request.ts";

export const searchKinds = ["meaning", "word", "classify"] as const;
export type SearchKind = (typeof searchKinds)[number];

export const searchKind = signal<SearchKind>("meaning");
export const searchText = signal("");

/** What came of what is typed. */
export type Outcome =
  | { readonly kind: "nothing" }
  | { readonly kind: "asking" }
  | { readonly kind: "found"; readonly search: Search }
  | { readonly kind: "classified"; readonly classification: Classification }
  | { readonly kind: "failed"; readonly error: unknown };

export const outcome = signal<Outcome>({ kind: "nothing" });

export const foundIds = computed(() =>
  outcome.value.kind === "found" ? outcome.value.search.documents.map(({ document_id }) => document_id) : [],
);

/** After the last key. */
const QUIET_MS = 250;
const LIMIT = 30;

async function ask(kind: SearchKind, text: string, signal: AbortSignal): Promise<Outcome> {
  if (kind === "classify") {
    const classification = await request<Classification>("/v1/classify", { method: "POST", body: { text }, signal });
    return { kind: "classified", classification };
  }
  const path = withQuery("/v1/search", { q: text, by: kind, limit: LIMIT });
  return { kind: "found", search: await request<Search>(path, { signal }) };
}

/** Asks as one types; what was asked before is given up. */
export function followSearch(): void {
  effect(() => {
    const kind = searchKind.value;
    const text = searchText.value.trim();
    if (text === "") {
      outcome.value = { kind: "nothing" };
      return;
    }
    const given = new AbortController();
    const timer = setTimeout(() => {
      if (outcome.peek().kind !== "found") outcome.value = { kind: "asking" };
      ask(kind, text, given.signal)
        .catch((error: unknown): Outcome => ({ kind: "failed", error }))
        .then((next) => {
          if (!given.signal.aborted) outcome.value = next;
        });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  });
}
