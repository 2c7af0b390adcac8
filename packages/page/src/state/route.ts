import { signal } from "@preact/signals";

export const views = ["map", "documents", "clusters", "flow", "rejected", "events", "publish"] as const;
export type View = (typeof views)[number];

/** Where one is on the page: it stands in the address, so that back, forward and links work. */
export interface Route {
  readonly view: View;
  /** Of the map: what its panel shows. */
  readonly cluster?: string;
  readonly document?: string;
  /** Of the list of documents: its filters. */
  readonly filter: Readonly<Record<string, string>>;
}

/** `#/map/cluster/c3`, `#/map/document/ID`, `#/documents?cluster=c3`; anything else is the map. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, kind, id] = path.split("/").map(decoded);
  const filter = Object.fromEntries(new URLSearchParams(query));
  if (!views.some((known) => known === view)) return { view: "map", filter: {} };
  if (view !== "map") return { view: view as View, filter };
  if (kind === "cluster" && id) return { view, cluster: id, filter };
  return kind === "document" && id ? { view, document: id, filter } : { view, filter };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const hrefOf = {
  view: (view: View, filter: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")).toString();
    return `#/${view}${query === "" ? "" : `?${query}`}`;
  },
  cluster: (id: string) => `#/map/cluster/${encodeURIComponent(id)}`,
  document: (id: string) => `#/map/document/${encodeURIComponent(id)}`,
};

export const route = signal<Route>(parseRoute(""));

export function followAddress(): void {
  const read = () => {
    route.value = parseRoute(location.hash);
  };
  addEventListener("hashchange", read);
  read();
}

export function go(href: string): void {
  location.hash = href;
}
