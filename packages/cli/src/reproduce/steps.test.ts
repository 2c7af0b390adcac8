import { createFakeClock } from "@eddy/runtime/fake-clock";
import { expect, test } from "vitest";
import { createSteps, stepLine } from "./steps.ts";

function stepsOn(columns: number | undefined) {
  const notes: string[] = [];
  const clock = createFakeClock();
  const note = (text: string) => void notes.push(text);
  return { notes, clock, steps: createSteps({ note, clock, columns: () => columns, title: () => "agnews-dec" }) };
}

test.each([
  [{ name: "DEC, seed 1", beganAt: 0 }, 1_000, "agnews-dec  DEC, seed 1"],
  [{ name: "DEC, seed 1", beganAt: 0 }, 9_000, "agnews-dec  DEC, seed 1  for 9.0 s"],
  [
    { name: "DEC, seed 1", beganAt: 0, done: 0.62, secondsLeft: 12 },
    9_000,
    "agnews-dec  DEC, seed 1  62.0%  12 s left",
  ],
])("the line of %j at %d", (standing, now, line) => {
  expect(stepLine("agnews-dec", standing, now)).toBe(line);
});

test("off a terminal, a step is told once it takes long, with the time left by its pace", async () => {
  const { notes, clock, steps } = stepsOn(undefined);
  await steps.step("short", async () => {});
  await steps.step("long", async (tell) => {
    for (let done = 0.1; done < 0.95; done += 0.1) {
      await clock.advance(6_000);
      tell(done);
    }
  });
  expect(notes).toEqual(["agnews-dec  long  20.0%  48 s left\n", "agnews-dec  long  60.0%  24 s left\n"]);
});

test("on a terminal one line is drawn over, and gone at the end and before a word", async () => {
  const { notes, clock, steps } = stepsOn(100);
  const result = await steps.step("map", async (tell) => {
    tell(0.1); // too soon after the first drawing
    await clock.advance(1_000);
    tell(0.5);
    steps.say("fetching model.onnx");
    return 7;
  });
  expect(result).toBe(7);
  expect(notes).toEqual([
    "\r\u001b[Kagnews-dec  map",
    `\r\u001b[K${"█".repeat(12)}${"░".repeat(12)} agnews-dec  map  50.0%  1.0 s left`,
    "\r\u001b[K",
    "agnews-dec  fetching model.onnx\n",
  ]);
});

test("a step that fails leaves no line behind", async () => {
  const { notes, steps } = stepsOn(80);
  await expect(steps.step("bad", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(notes.at(-1)).toBe("\r\u001b[K");
});
