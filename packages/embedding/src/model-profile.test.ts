import { expect, it } from "vitest";
import { modelProfile } from "./model-profile.ts";
import { folderName, hubName } from "./model-source/model-name.ts";

it.each([
  ["Xenova/all-MiniLM-L6-v2", "mean", 256, "", ""],
  ["Xenova/all-mpnet-base-v2", "mean", 384, "", ""],
  ["intfloat/multilingual-e5-small", "mean", 512, "passage: ", "query: "],
  ["Xenova/e5-small-v2", "mean", 512, "passage: ", "query: "],
  ["BAAI/bge-small-en-v1.5", "cls", 512, "", "Represent this sentence for searching relevant passages: "],
  ["owner/unknown", "mean", 256, "", ""],
])("%s without files: %s, %i tokens", (model, pooling, maxTokens, document, query) => {
  expect(modelProfile(model, {})).toEqual({ pooling, maxTokens, prefixes: { document, query } });
});

it("heeds the model's own files before the table", () => {
  const configs = {
    config: { max_position_embeddings: 300 },
    sentenceBert: { max_seq_length: 512 },
    pooling: { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true },
  };
  expect(modelProfile("BAAI/bge-small-en-v1.5", configs)).toMatchObject({ pooling: "mean", maxTokens: 300 });
});

it("finds the hub's name", () => {
  const names = ["all-MiniLM-L6-v2", "sentence-transformers/all-mpnet-base-v2", "BAAI/bge-m3"];
  expect(names.map(hubName)).toEqual(["Xenova/all-MiniLM-L6-v2", "Xenova/all-mpnet-base-v2", "BAAI/bge-m3"]);
  expect(folderName("BAAI/bge m3")).toBe("BAAI--bge_m3");
});
