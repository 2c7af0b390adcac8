import { expect, test } from "vitest";
import { fill, get, useConsole, write } from "./console-fixture.ts";

useConsole();

test("evaluation: by hand", async () => {
  await fill();
  await write("stray/1", "no label", "c2", { label: undefined });
  await write("stray/2", "empty label", "c2", { label: "" });
  await write("wrong/1", "a rocket in the wrong place", "c1", { label: "space" });
  const { body } = await get("/v1/evaluation");
  expect(body()).toMatchObject({
    documents: 11,
    unlabelled: 2,
    purity: 10 / 11,
    accuracy: 10 / 11,
    confusion: {
      labels: ["money", "space", "sport"],
      clusters: ["c1", "c2", "c3"],
      counts: [
        [0, 0, 2],
        [1, 4, 0],
        [4, 0, 0],
      ],
    },
  });
});
