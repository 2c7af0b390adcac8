import { expect, test } from "vitest";
import { fill, found, get, put, replica, useConsole } from "./console-fixture.ts";

useConsole();

test("a name is in the model when it is answered, and can be taken back", async () => {
  await fill();
  const { version } = replica.state;
  const named = await put("/v1/clusters/c2/name", { name: "  Space & <b>more</b> " });
  expect([named.status, named.body]).toEqual([
    200,
    expect.objectContaining({ cluster_id: "c2", name: "Space & <b>more</b>", size: 4 }),
  ]);
  expect(replica.state).toMatchObject({ version: version + 1 });
  expect(replica.state.clusters.get(2)!.name).toBe("Space & <b>more</b>");
  expect((await get("/v1/clusters/2")).body()).toMatchObject({ name: "Space & <b>more</b>" });
  const nameless = await put("/v1/clusters/2/name", { name: "" });
  expect([nameless.status, "name" in nameless.body]).toEqual([200, false]);
});

test.each([
  ["c9", { name: "x" }, 404, "NOT_FOUND"],
  ["c0", { name: "x" }, 400, "INVALID_PARAMETER"],
  ["c1", {}, 400, "INVALID_PARAMETER"],
  ["c1", { name: 5 }, 400, "INVALID_PARAMETER"],
  ["c1", { name: "x".repeat(201) }, 400, "INVALID_PARAMETER"],
  ["c1", { name: "a\nb" }, 400, "INVALID_PARAMETER"],
  ["c1", { name: "x", colour: "red" }, 400, "INVALID_PARAMETER"],
])("%s %j is refused, and nothing is written", async (id, body, status, code) => {
  await fill();
  const { version } = replica.state;
  const refused = await put(`/v1/clusters/${id}/name`, body);
  expect([refused.status, refused.body.error.code]).toEqual([status, code]);
  expect(replica.state.version).toBe(version);
});

test("the longest name that is taken is one that the fold takes", async () => {
  await fill();
  expect((await put("/v1/clusters/c1/name", { name: "x".repeat(200) })).status).toBe(200);
});

test("without clusters there is nothing to name", async () => {
  await found();
  expect((await put("/v1/clusters/c1/name", { name: "x" })).status).toBe(404);
});
