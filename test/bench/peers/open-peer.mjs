// A Python peer: one line of JSON in, one out.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { peerPython } from "./peer-python.mjs";

/** @param script a file of this folder; `python` is the interpreter, by default the benches' own */
export async function openPeer(script, { python, args = [], env = {} } = {}) {
  const interpreter = python ?? (await peerPython());
  const child = spawn(interpreter, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${interpreter} ended: it needs what test/bench/peers/requirements.txt lists`);
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}
