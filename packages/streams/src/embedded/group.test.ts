import { createDeferred } from "@eddy/runtime/deferred";
import { expect, it } from "vitest";
import { Revoked } from "../port.ts";
import { Group, type Member } from "./group.ts";

function createMember(name: string, log: string[], letGo: () => Promise<void> = async () => {}): Member {
  return {
    take: (partition) => log.push(`${name} takes ${partition}`),
    async give(partition) {
      log.push(`${name} gives ${partition}`);
      await letGo();
      log.push(`${name} gave ${partition}`);
    },
  };
}

it("gives a partition to its new owner only once the old one has let go", async () => {
  const log: string[] = [];
  const held = createDeferred();
  const group = new Group("t", 2);
  const [a, b] = [createMember("a", log, () => held.promise), createMember("b", log)];
  await group.join(a);
  expect(log.splice(0)).toEqual(["a takes 0", "a takes 1"]);
  const joined = group.join(b);
  await new Promise(setImmediate);
  expect(log).toEqual(["a gives 1"]);
  expect(() => group.assertOwner(a, 1), "it may still commit what it finishes").not.toThrow();
  held.resolve();
  await joined;
  expect(log).toEqual(["a gives 1", "a gave 1", "b takes 1"]);
  expect(() => group.assertOwner(a, 1)).toThrow(Revoked);
  group.assertOwner(a, 0);
  group.assertOwner(b, 1);
});

it("shares more members than partitions, and none are left without an owner when some leave", async () => {
  const log: string[] = [];
  const group = new Group("t", 2);
  const members = ["a", "b", "c"].map((name) => createMember(name, log));
  for (const member of members) await group.join(member);
  const owners = () =>
    [0, 1].map((partition) =>
      members.findIndex((member) => {
        try {
          group.assertOwner(member, partition);
          return true;
        } catch {
          return false;
        }
      }),
    );
  expect(owners()).toEqual([0, 1]);
  await group.leave(members[0]!);
  expect(owners()).toEqual([1, 2]);
  await group.leave(members[2]!);
  expect(owners()).toEqual([1, 1]);
  await group.leave(members[1]!);
  expect(owners()).toEqual([-1, -1]);
});

it("does not wait for a member that it gave up, whatever that one does", async () => {
  const log: string[] = [];
  const group = new Group("t", 1);
  const hanging = createMember("hanging", log, () => new Promise(() => {}));
  const heir = createMember("heir", log);
  await group.join(hanging);
  const joined = group.join(heir);
  await joined;
  group.assertOwner(hanging, 0);
  group.expel(hanging);
  expect(() => group.assertOwner(hanging, 0)).toThrow(Revoked);
  await group.leave(createMember("stranger", log));
  group.assertOwner(heir, 0);
});
