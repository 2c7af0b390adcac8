import { describe, expect, it } from "vitest";
import { clusterTitle } from "./cluster-title.ts";
import { documentTitle } from "./document-title.ts";
import { eventWords } from "./event-words.ts";
import { bytes, compact, plural, share } from "./numbers.ts";
import { ago, span } from "./times.ts";

it.each([
  [compact(9_999), "9,999"],
  [compact(12_345), "12.3K"],
  [plural(1, "document"), "1 document"],
  [plural(0, "document"), "0 documents"],
  [plural(1_302, "document"), "1,302 documents"],
  [share(0.1484), "14.8%"],
  [bytes(0), "0 B"],
  [bytes(1_536), "1.5 kB"],
  [bytes(2e12), "2,000 GB"],
])("%s", (found, wanted) => {
  expect(found).toBe(wanted);
});

it.each([
  [0, "just now"],
  [-60, "just now"],
  [59, "59 s ago"],
  [60, "1 min ago"],
  [7_199, "1 h ago"],
  [200_000, "2 d ago"],
])("%i s before now: %s", (seconds, words) => {
  expect(ago(1e12 - seconds * 1_000, 1e12)).toBe(words);
});

it.each([
  [1, "1 s"],
  [90, "1.5 min"],
  [86_400, "1 d"],
])("%i s: %s", (seconds, words) => {
  expect(span(seconds)).toBe(words);
});

describe("what things are called", () => {
  it("a cluster: its name, its words, its id", () => {
    expect(clusterTitle({ cluster_id: "c1", name: "Sports", keywords: ["a"] })).toBe("Sports");
    expect(clusterTitle({ cluster_id: "c1", name: "", keywords: ["a", "b", "c", "d"] }, 2)).toBe("a, b");
    expect(clusterTitle({ cluster_id: "c1", keywords: [] })).toBe("c1");
  });

  it("a document: its title, the beginning of its text, its id", () => {
    expect(documentTitle({ document_id: "d", title: "T", text: "x" })).toBe("T");
    expect(documentTitle({ document_id: "d", text: "a\n  b" })).toBe("a b");
    expect(documentTitle({ document_id: "d", text: "x".repeat(200) })).toHaveLength(90);
    expect(documentTitle({ document_id: "d", text: "" })).toBe("d");
  });

  it("an event", () => {
    const at = "2026-11-23T10:00:00Z";
    expect(eventWords({ type: "seeded", version: 1, at, detail: { clusters: 8, sample: 512 } })).toBe(
      "Seeded 8 clusters from 512 documents",
    );
    expect(eventWords({ type: "retired", version: 1, at, detail: { heirs: ["c4", "c5"] } })).toBe(
      "retired; c4, c5 took its documents",
    );
    expect(eventWords({ type: "renamed", version: 1, at, detail: { name: "Sports" } })).toBe("was named “Sports”");
    expect(eventWords({ type: "renamed", version: 1, at, detail: { name: "" } })).toBe("lost its name");
    expect(eventWords({ type: "born", version: 1, at })).toBe("was born");
  });
});
