import { signal } from "@preact/signals";

const PLACE = "eddy-api-key";

/** For as long as the tab is open: a key is never kept on the disk. */
export const apiKey = signal(sessionStorage.getItem(PLACE) ?? "");

/** The server wants a key and has none, or not this one: why, in its words. */
export const locked = signal<string | undefined>(undefined);

export function setKey(key: string): void {
  apiKey.value = key;
  if (key === "") sessionStorage.removeItem(PLACE);
  else sessionStorage.setItem(PLACE, key);
  locked.value = undefined;
}

/** The header that a request carries. */
export function authorization(): Readonly<Record<string, string>> {
  return apiKey.value === "" ? {} : { authorization: `Bearer ${apiKey.value}` };
}
