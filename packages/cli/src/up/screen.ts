import { visible } from "@eddy/runtime/visible";
import type { Terminal } from "../terminal.ts";
import type { Screen } from "./status-line.ts";

/**
 * Log lines, messages and one status line on the same terminal: the status line is wiped before anything else is written and
 * drawn again after it. Without a terminal, everything is plain lines on standard error.
 */
export interface UpScreen extends Screen {
  print(text: string): void;
  /** For the logger. */
  write(line: string): void;
  clear(): void;
}

export function createScreen(terminal: Terminal): UpScreen {
  const columns = () => terminal.progressColumns;
  const live = columns() !== undefined;
  let shown = "";

  function wipe(): string {
    return shown === "" ? "" : "\r\u001b[2K";
  }

  function above(text: string): void {
    if (live) terminal.draw(`${wipe()}${visible(text)}${shown}`);
    else terminal.note(text);
  }

  return {
    live,
    print: (text) => above(`${text}\n`),
    write: (line) => above(line),
    status(line) {
      if (!live) return terminal.note(`${line}\n`);
      const before = wipe();
      shown = visible(line).slice(0, (columns() ?? 80) - 1);
      terminal.draw(`${before || "\r"}${shown}`);
    },
    clear() {
      if (live && shown !== "") terminal.draw(wipe());
      shown = "";
    },
  };
}
