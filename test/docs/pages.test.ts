/**
 * Every fenced block of the README, the tutorial, the guides and OPERATIONS.md is what it says: commands are run, in the page's order, against
 * a real `eddy up`, and what they say is compared with what the page shows; programs are files of docs/examples, which a command runs.
 * What can't be is listed with its reason (exceptions.ts). DOCS_UPDATE=1 writes into the pages what the commands say, where nothing is cut.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { realModel } from "@eddy/embedding/real-model";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KafkaBroker, startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { pythonEnvironment } from "../peers/python-environment.ts";
import { type QdrantProcess, startQdrant } from "../peers/qdrant-process.ts";
import { canRun } from "../support/needs.ts";
import { type Block, blocksOf, commandsOf, type Exchange, exchangesOf, readPage, root } from "./block.ts";
import { commandFaults } from "./command-faults.ts";
import { type Exception, moments, notRun, refused } from "./exceptions.ts";
import { type Page, pages } from "./pages.ts";
import { mismatch } from "./shown.ts";
import { openStage, type Stage } from "./stage.ts";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

// Pages call their pipeline `eddy`, which may be somebody's on a broker or a store that is not this test's own.
for (const name of ["KAFKA_BROKERS", "QDRANT_URL"]) delete process.env[name];

const UPDATE = process.env.DOCS_UPDATE === "1";
const PROGRAMS: Readonly<Record<string, string>> = { python: "python3", js: "node", sh: "bash" };
const FILE = /\((?:\.\.\/)*(?:docs\/)?(examples\/[\w.-]+)\)/g;

const isOf = (one: Exception, page: string, text: string) => one.page === page && text.startsWith(one.begins);
const find = <T extends Exception>(list: readonly T[], page: string, text: string) =>
  list.find((one) => isOf(one, page, text));

const blocks = pages.map((page) => ({ page, blocks: blocksOf(page.path) }));
const scripts = blocks.flatMap((one) => one.blocks.flatMap((block) => commandsOf(block) ?? [])).join("\n");

// What not every machine has: said aloud on a laptop, an error in CI.
const noKafka = await kafkaMissing();
const hasPython = Boolean(process.env.CI) || canRun("python3", "-c", "import ensurepip, venv");
const hasCurl = Boolean(process.env.CI) || canRun("curl", "--version");
const hasModel = (await realModel("int8")) !== undefined;
const others = pages.flatMap(({ otherModel }) => otherModel ?? []);
const hasOther = new Map(
  await Promise.all(
    others.map(async (name) => [name, (await realModel("int8", { model: name })) !== undefined] as const),
  ),
);
/** Runs with what it shows. */
const isReal = ({ embedder, otherModel }: Page) =>
  embedder === "model" && hasModel && (otherModel === undefined || hasOther.get(otherModel) === true);
if (!hasPython || !hasCurl) console.warn("skipped: blocks that need curl, or Python with pip");
const needsPython = (text: string) => /\b(python3|pip)\b/.test(text);
const needsCurl = (text: string) => /\bcurl\b|publish\.sh|query\.sh/.test(text);

describe("the lists of exceptions", () => {
  const all = blocks.flatMap(({ page, blocks }) => blocks.map((block) => ({ page: page.path, ...block })));
  const typed = all.flatMap(({ page, language, text }) =>
    language === "console" ? exchangesOf(text).map(({ command }) => ({ page, text: command })) : [],
  );

  it.each([
    ...notRun.map((one) => ({ one, among: all })),
    ...[...moments, ...refused].map((one) => ({ one, among: typed })),
  ])("$one.page has one: $one.begins", ({ one, among }) => {
    expect(among.filter(({ page, text }) => isOf(one, page, text))).toHaveLength(1);
    expect(one.because).not.toBe("");
  });
});

it("every program of docs/examples is in a page", () => {
  const shown = blocks.flatMap((one) => one.blocks.flatMap((block) => sourceOf(block) ?? []));
  const programs = readdirSync(join(root, "docs/examples")).filter((name) => /\.(py|mjs|sh)$/.test(name));
  expect(new Set(shown)).toEqual(new Set(programs.map((name) => `examples/${name}`)));
});

describe.each(blocks)("$page.path", ({ page, blocks }) => {
  let stage: Stage;
  let fleet: { readonly kafka: KafkaBroker; readonly qdrant: QdrantProcess } | undefined;
  let section = "";
  let text = readPage(page.path);
  const isComparable = page.embedder === "hash" || isReal(page);

  beforeAll(async () => {
    const python = blocks.some((block) => needsPython(block.text)) && hasPython;
    const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
    const interpreter = python ? await pythonEnvironment("docs", requirements) : undefined;
    stage = await openStage({
      env: {
        ...(!isReal(page) && { EDDY_EMBEDDER: "hash" }),
        ...(!process.env.CI && { EDDY_MODEL_SOURCE: "cache" }),
        ...page.env,
      },
      programs: interpreter && join(interpreter, ".."),
    });
    page.given?.(stage.folder);
    if (page.first !== undefined) expect(await stage.run(page.first)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await stage.close();
    await fleet?.qdrant.stop();
    await fleet?.kafka.stop();
    if (UPDATE) writeFileSync(join(root, page.path), text);
  });

  for (const [at, block] of blocks.entries()) {
    const needsFleet = page.fleet?.includes(block.heading) === true;
    const isMissing =
      (needsFleet && noKafka !== undefined) ||
      (needsPython(block.text) && !hasPython) ||
      (needsCurl(block.text) && !hasCurl);

    it.skipIf(isMissing)(`line ${block.line}: ${block.text.split("\n", 1)[0]}`, async () => {
      expect(await commandFaults((commandsOf(block) ?? []).join("\n"))).toEqual([]);
      if (find(notRun, page.path, block.text)) return;
      await enter(block, needsFleet);
      if (block.language === "console") await runTranscript(block);
      else if (block.language === "sh" && sourceOf(block) === undefined) await runScript(block);
      else await checkProgram(block);
      await stage.settle();
    });

    /** The prose up to the block, from the last one that was not passed over. */
    function prose(): string {
      return at === 0 ? block.before : block.before + (blocks[at - 1]?.before ?? "");
    }

    async function runScript({ text: script }: Block): Promise<void> {
      const { code, output, stopped } = await stage.run(script);
      expect(code, output).toBe(0);
      if (stopped) expect(prose() + script).toMatch(/\bstop|Ctrl-C/i);
    }

    async function runTranscript({ text: transcript }: Block): Promise<void> {
      const ran: Exchange[] = [];
      for (const { command, output: shown } of exchangesOf(transcript)) {
        const refusal = find(refused, page.path, command);
        if (refusal && !isComparable) continue;
        const { code, output, stopped } = await stage.run(command);
        expect(code, `$ ${command}\n${output}`).toBe(refusal?.code ?? 0);
        if (stopped) expect(prose()).toMatch(/\bstop|Ctrl-C/i);
        const isMoment = find(moments, page.path, command) !== undefined;
        const isKept = isMoment || shown.includes("…") || mismatch(shown, output) === undefined;
        ran.push({ command, output: isKept ? shown : output });
        if (UPDATE && !isKept) continue;
        compare(command, shown, output);
      }
      if (UPDATE) text = text.replace(transcript, transcriptOf(ran));
    }
  }

  /** A section that needs a fleet begins with nothing else. */
  async function enter({ heading }: Block, needsFleet: boolean): Promise<void> {
    if (needsFleet && fleet === undefined) {
      const qdrant = await startQdrant();
      fleet = { qdrant, kafka: await startKafka() };
      const brokers = fleet.kafka.brokers.join(",");
      for (const name of ["kafka-1:9092,kafka-2:9092", "localhost:9092"]) stage.address(name, brokers);
      stage.address("http://qdrant:6333", qdrant.url);
    }
    if (needsFleet && heading !== section) await stage.clear();
    section = heading;
  }

  function compare(command: string, shown: string, output: string): void {
    const moment = find(moments, page.path, command);
    for (const pattern of moment?.shows ?? []) {
      expect(shown).toMatch(pattern);
      expect(output).toMatch(pattern);
    }
    if (moment || !isComparable) return;
    const says = `$ ${command}\n${output}(DOCS_UPDATE=1 writes that into the page)`;
    expect(mismatch(shown, output), says).toBeUndefined();
  }

  /** A program is a file of docs/examples that a command of a page runs; or goes on in the page's notebook. */
  async function checkProgram(block: Block): Promise<void> {
    const { language, text: program } = block;
    const file = sourceOf(block);
    if (file === undefined && language === "python" && page.notebook) {
      const path = join(stage.folder, "notebook.py");
      const before = readFileSync(new URL(page.notebook, import.meta.url), "utf8");
      writeFileSync(path, `${before}\n${program}`);
      expect(await stage.run(`python3 ${path}`)).toMatchObject({ code: 0 });
      return;
    }
    expect(
      file,
      "commands are sh or console; programs are linked to a file of docs/examples; others are exceptions",
    ).toBeDefined();
    const source = readFileSync(join(root, "docs", file!), "utf8");
    if (UPDATE) text = text.replace(`\`\`\`${language}\n${program}\`\`\``, `\`\`\`${language}\n${source}\`\`\``);
    else expect(program).toBe(source);
    expect(scripts).toContain(`${PROGRAMS[language]} docs/${file}`);
  }
});

/** The file that the sentence before a block links to. */
function sourceOf({ before }: Block): string | undefined {
  return [...(before.trimEnd().split("\n\n").at(-1) ?? "").matchAll(FILE)].at(-1)?.[1];
}

function transcriptOf(exchanges: readonly Exchange[]): string {
  return exchanges.map(({ command, output }) => `$ ${command.replaceAll("\n", "\n> ")}\n${trimmed(output)}`).join("");
}

/** Without blank lines around it, or at the ends of lines. */
function trimmed(output: string): string {
  const text = output.replace(/[ \t]+$/gm, "").replace(/^\n+|\n+$/g, "");
  return text === "" ? "" : `${text}\n`;
}
