import { expect, it } from "vitest";
import { hrefOf, parseRoute } from "./route.ts";

it.each([
  ["", { view: "map", filter: {} }],
  ["#/nowhere", { view: "map", filter: {} }],
  ["#/map/cluster/c3", { view: "map", cluster: "c3", filter: {} }],
  ["#/map/document/%zz", { view: "map", document: "%zz", filter: {} }],
  ["#/documents?cluster=c3&text=a+b", { view: "documents", filter: { cluster: "c3", text: "a b" } }],
])("%s", (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
});

it.each(["a/b", "a?b#c", "ä ö", "c3"])("an address leads back to document %s", (id) => {
  expect(parseRoute(hrefOf.document(id)).document).toBe(id);
});

it("an address of a list has only the filters that are set", () => {
  expect(hrefOf.view("documents", { cluster: "", source: "a&b" })).toBe("#/documents?source=a%26b");
});
