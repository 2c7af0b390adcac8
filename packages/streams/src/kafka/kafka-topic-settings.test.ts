import type { TopicSpec } from "@eddy/contracts/topics";
import { describe, expect, it } from "vitest";
import { settingsOf, topicFaults } from "./kafka-topic-settings.ts";

const inner: TopicSpec = { name: "inner", partitions: 4, retention: { ms: 1, bytes: 1 } };
const modelLog: TopicSpec = { name: "model-log", partitions: 1 };
const models: TopicSpec = { name: "models", partitions: 1, compacted: true };
const peoples: TopicSpec = { name: "documents", partitions: 4, retention: { ms: 1, bytes: 1 }, elastic: true };

describe("a new topic", () => {
  it.each([
    [undefined, undefined],
    [1, undefined],
    [2, undefined],
    [3, "2"],
    [5, "2"],
  ])("of %s copies has min.insync.replicas %s, and no unclean elections", (copies, insync) => {
    for (const spec of [inner, modelLog, models]) {
      const settings = settingsOf(spec, copies);
      expect(settings["min.insync.replicas"]).toBe(insync);
      expect(settings["unclean.leader.election.enable"]).toBe("false");
    }
  });

  it("of itself has no fault", () => {
    for (const copies of [1, 3])
      for (const spec of [inner, modelLog, models, peoples]) {
        const settings = settingsOf(spec, copies);
        const found = { partitions: spec.partitions, copies, setting: (name: string) => settings[name] };
        expect(topicFaults(spec, found), spec.name).toEqual([]);
      }
  });
});

describe("a present topic", () => {
  const find = (spec: TopicSpec, over: Record<string, string>, { copies = 3, partitions = spec.partitions } = {}) => {
    const settings: Record<string, string> = { ...settingsOf(spec, copies), ...over };
    return topicFaults(spec, { partitions, copies, setting: (name) => settings[name] });
  };
  const unclean = { "unclean.leader.election.enable": "true" };

  it.each([
    ["another partition count", inner, {}, { partitions: 6 }, "EDDY_PARTITIONS=6"],
    ["compaction", inner, { "cleanup.policy": "compact,delete" }, {}, "cleanup.policy=delete"],
    ["a model log that forgets", modelLog, { "retention.ms": "604800000" }, {}, "retention.ms=-1"],
    ["snapshots that are never compacted", models, { "cleanup.policy": "delete" }, {}, "cleanup.policy=compact"],
    ["unclean elections of the model log", modelLog, unclean, {}, "unclean.leader.election.enable=false"],
    ["more copies in sync than there are", inner, { "min.insync.replicas": "2" }, { copies: 1 }, "1 or less"],
  ])("is refused for %s", (_, spec, over, found, set) => {
    expect(find(spec, over, found)).toEqual([
      { has: expect.any(String), set: expect.stringContaining(set), refused: true },
    ]);
  });

  it.each([
    ["unclean elections", inner, unclean],
    ["one copy in sync of three", modelLog, { "min.insync.replicas": "1" }],
  ])("is warned of for %s", (_, spec, over) => {
    expect(find(spec, over)).toMatchObject([{ refused: false }]);
  });

  it("of people's may have any number of partitions, and a single copy is their choice", () => {
    expect(find(peoples, {}, { partitions: 7 })).toEqual([]);
    expect(find(modelLog, { ...unclean, "min.insync.replicas": "1" }, { copies: 1 })).toEqual([]);
  });

  it("whose settings can't be seen is judged by its partitions alone", () => {
    const blind = { copies: 3, setting: () => undefined };
    expect(topicFaults(inner, { ...blind, partitions: 4 }).filter(({ refused }) => refused)).toEqual([]);
    expect(topicFaults(inner, { ...blind, partitions: 5 })).toContainEqual(expect.objectContaining({ refused: true }));
  });
});
