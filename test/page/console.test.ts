/** The console's page in a real Chromium over a real `eddy up`: what people do there, as they do it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { endAll, runEddy, startUp, temporaryFolder, type Up } from "../support/eddy-process.ts";
import { topics, withLog } from "../support/home.ts";
import { testThatNeeds } from "../support/needs.ts";
import { publish } from "../support/publish.ts";
import { until } from "../support/until.ts";
import { axeFaults } from "./axe.ts";
import { colouredPixels, hasChromium, openPage } from "./chromium.ts";

const browserTest = testThatNeeds("Chromium", hasChromium);
const DOCUMENTS = 400;
const LIMIT_MS = 90_000;
const views = ["map", "documents", "clusters", "flow", "rejected", "events", "publish"] as const;
const evil = "<img src=x onerror=alert(1)>";

const folder = temporaryFolder();
const home = join(folder.path, "home");
let up: Up;

beforeAll(async () => {
  if (!hasChromium) return;
  const args = ["--clusters", "6"];
  const before = await startUp(home, args);
  const documents = Array.from({ length: DOCUMENTS }, (_, n) => demoDocument(7, n));
  await publish(before.api, [...documents, { id: evil, text: "zebra crossing", metadata: { note: evil } }]);
  await before.caughtUp();
  await before.stop();
  // By HTTP it would be refused at once: this one got into the topic by another way.
  const broken = { key: Buffer.from("broken-1"), value: Buffer.from('{"text": '), headers: {} };
  await withLog(home, (streams) => streams.append(topics.documents, 0, [broken]));
  up = await startUp(home, args);
  await until("a map", 60_000, async () => ((await ask("/v1/map")) as { shown: number }).shown > DOCUMENTS);
}, 180_000);

afterAll(async () => {
  await up?.stop();
  endAll();
  folder.remove();
});

const ask = async (path: string): Promise<unknown> => (await fetch(`${up.api}${path}`)).json();
const stageOf = (page: Page) => page.getByRole("application");

/** Until the map tells of at least so many documents. */
async function mapOf(page: Page, documents: number): Promise<void> {
  await until(`${documents} documents on the map`, 20_000, async () => {
    const words = (await stageOf(page).getAttribute("aria-label")) ?? "";
    return Number(/^([\d,]+) document/.exec(words)?.[1]?.replaceAll(",", "")) >= documents;
  });
}

async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)})); return data; })()`,
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

describe("the page", () => {
  browserTest(
    "draws the documents in their clusters' colours, and new ones where they come",
    async () => {
      const { page, faults } = await openPage(up.api);
      await mapOf(page, DOCUMENTS);
      const canvas = page.locator(".stage canvas");
      expect(await colouredPixels(page, await canvas.screenshot())).toBeGreaterThan(500);
      const clusters = (await ask("/v1/clusters")) as { clusters: unknown[] };
      expect(await page.locator(".legend li").count()).toBe(clusters.clusters.length);
      await page.getByRole("button", { name: "Zoom in" }).click();
      const place = await stageOf(page).getAttribute("aria-label");
      await publish(up.api, [demoDocument(7, 5_000)]);
      await until("the new one", 20_000, async () => (await stageOf(page).getAttribute("aria-label")) !== place);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "opens a cluster from the legend, and renames it in its place",
    async () => {
      const { page, faults } = await openPage(up.api);
      const first = page.locator(".legend a").first();
      const id = decodeURIComponent((await first.getAttribute("href"))!.split("/").at(-1)!);
      await first.click();
      await page.getByRole("button", { name: "Rename" }).click();
      const field = page.getByLabel(`Name of cluster ${id}`);
      await field.fill("The first of them");
      await field.press("Enter");
      await page.getByRole("heading", { name: "The first of them" }).waitFor();
      expect(await ask(`/v1/clusters/${id}`)).toMatchObject({ name: "The first of them" });
      expect(await page.locator(".panel .documents li").count()).toBeGreaterThanOrEqual(10);
      await page.getByRole("link", { name: "Back", exact: true }).click();
      await page.locator(".legend").getByText("The first of them").waitFor();
      await page.goto(`${up.api}/#/events`);
      await page.locator(".event-renamed").getByText("was named “The first of them”").waitFor();
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "searches by meaning and by word, and shows a document with its history and its like",
    async () => {
      const { page, faults } = await openPage(up.api);
      const { title, text: body, id } = demoDocument(7, 3);
      const box = page.getByRole("searchbox");
      await box.fill(`${title} ${body}`);
      await page.getByRole("heading", { name: "Nearest by meaning" }).waitFor();
      expect(await page.locator(".documents .document-title").first().textContent()).toBe(title);
      await page.getByText("By word", { exact: true }).click();
      await box.fill("zebra");
      await page.getByRole("heading", { name: "1 match" }).waitFor();
      // What documents hold is text, whatever it looks like.
      await page.locator(".documents").getByText("zebra crossing").click();
      // Its id, and its metadata.
      await page.locator(".facts dd", { hasText: evil }).nth(1).waitFor();
      await page.goto(`${up.api}/#/map/document/${id}`);
      await page.getByRole("heading", { name: title }).waitFor();
      await page.locator(".history").getByText("received").waitFor();
      await page.locator(".history .cluster-link").first().waitFor();
      expect(await page.locator("h3", { hasText: "Similar" }).locator("+ ul li").count()).toBeGreaterThanOrEqual(5);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "says which cluster a text is as one types",
    async () => {
      const { page, faults } = await openPage(up.api);
      const { text: words } = demoDocument(7, 11);
      await page.getByText("Which cluster?", { exact: true }).click();
      await page.getByRole("searchbox").pressSequentially(words.slice(0, 60));
      const verdict = page.locator(".verdict a");
      await verdict.waitFor();
      const response = await fetch(`${up.api}/v1/classify`, {
        method: "POST",
        body: words.slice(0, 60),
        headers: { "content-type": "text/plain" },
      });
      const { cluster_id } = (await response.json()) as { cluster_id: string };
      await until("the verdict on all of it", 10_000, async () =>
        (await verdict.getAttribute("href"))?.endsWith(`/${cluster_id}`),
      );
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "lists what a lasso catches, with the counts of its clusters",
    async () => {
      const { page, faults } = await openPage(up.api);
      await mapOf(page, DOCUMENTS);
      await page.getByRole("button", { name: /Lasso/ }).click();
      const { x, y, width, height } = (await stageOf(page).boundingBox())!;
      const at = (right: number, down: number) => [x + right * width, y + down * height] as const;
      await page.mouse.move(...at(0.01, 0.01));
      await page.mouse.down();
      for (const corner of [at(0.85, 0.02), at(0.85, 0.98), at(0.02, 0.98)])
        await page.mouse.move(...corner, { steps: 4 });
      await page.mouse.up();
      const heading = page.getByRole("heading", { name: /documents? selected/ });
      await heading.waitFor();
      const caught = Number(/\d+/.exec((await heading.textContent()) ?? "")![0]);
      const counts = await page.locator(".near td:last-child").allTextContents();
      expect(caught).toBeGreaterThan(50);
      expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(caught);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "publishes a dropped table by the columns one chooses, and tells what was refused, where and why",
    async () => {
      const { page, faults } = await openPage(up.api);
      const rows = [
        "p-1,A first headline,It rained all day on the coast",
        "p-2,,",
        "p-3,A third,The bank kept its rates",
      ];
      await drop(page, "news.csv", ["key,headline,story", ...rows, ""].join("\n"));
      const job = page.getByRole("listitem", { name: "news.csv" });
      expect(await job.getByLabel(/^Title/).inputValue()).toBe("headline");
      expect(await job.getByLabel(/^Text/).inputValue()).toBe("");
      expect(await page.getByRole("button", { name: /^Publish/ }).count()).toBe(0);
      await job.getByLabel(/^Text/).selectOption("story");
      await page.getByRole("button", { name: "Publish 1 file" }).click();
      await job.getByText("done, with rejects").waitFor();
      expect(await job.textContent()).toMatch(/2 documents accepted, 1 rejected/);
      const refused = await job.getByRole("row").nth(1).textContent();
      expect(refused).toMatch(/line 3/);
      expect(refused).toMatch(/EMPTY_TEXT/);
      await until("the document", 20_000, async () => (await fetch(`${up.api}/v1/documents/p-3`)).ok);
      expect(await ask("/v1/documents/p-3")).toMatchObject({ title: "A third", text: "The bank kept its rates" });
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "publishes packed JSON Lines, and a text line by line",
    async () => {
      const { page, faults } = await openPage(`${up.api}/#/publish`);
      const lines = join(folder.path, "lines.jsonl.gz");
      const plain = join(folder.path, "plain.txt");
      writeFileSync(lines, gzipSync('{"id": "z-1", "text": "the rocket left its orbit"}\n\n{"id": "z-2"}\n'));
      writeFileSync(plain, "the judge heard the appeal\n\nthe striker scored late\n");
      await page.locator("input[type=file]").setInputFiles([lines, plain]);
      await page.getByRole("button", { name: "Publish 2 files" }).click();
      const packed = page.getByRole("listitem", { name: "lines.jsonl.gz" });
      await packed.getByText("done, with rejects").waitFor();
      expect(await packed.textContent()).toMatch(/1 document accepted, 1 rejected/);
      const text = page.getByRole("listitem", { name: "plain.txt" });
      await text.getByText("2 documents accepted.").waitFor();
      await until("the document", 20_000, async () => (await fetch(`${up.api}/v1/documents/z-1`)).ok);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "shows a dead letter with its reason, and tells the outcome of its replay",
    async () => {
      const { page, faults } = await openPage(`${up.api}/#/rejected`);
      const letter = page.locator(".letters li").filter({ hasText: "broken-1" }).first();
      await letter.getByText("INVALID_JSON").first().waitFor();
      await letter.getByRole("button", { name: /^Replay/ }).click();
      await page.getByText("1 document sent again.").waitFor();
      await until("a second letter", 20_000, async () => (await page.locator(".letters li").count()) === 2);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "goes by the keyboard alone",
    async () => {
      const { page, faults } = await openPage(up.api);
      await mapOf(page, DOCUMENTS);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toContain("Skip");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe("application");
      const before = await page.locator(".stage canvas").screenshot();
      for (const key of ["+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
      await until("a moved map", 10_000, async () => !before.equals(await page.locator(".stage canvas").screenshot()));
      const cluster = page.locator(".legend a").first();
      await cluster.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Rename" }).waitFor();
      await until("the panel to have the focus", 5_000, () =>
        page.evaluate<boolean>("document.activeElement.classList.contains('panel')"),
      );
      // The list of documents has what the map has.
      await page.getByRole("navigation").getByRole("link", { name: "Documents" }).focus();
      await page.keyboard.press("Enter");
      await page.locator(".documents li").first().waitFor();
      await until("the view to have the focus", 5_000, () =>
        page.evaluate<boolean>("document.activeElement.id === 'main'"),
      );
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "keeps the colours that a person chooses",
    async () => {
      const { page, faults } = await openPage(up.api);
      const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const light = await ground();
      const button = page.getByRole("button", { name: /^Colours/ });
      await button.click();
      await button.click();
      expect(await button.getAttribute("title")).toBe("Colours: dark");
      const dark = await ground();
      expect(dark).not.toBe(light);
      await page.reload();
      await stageOf(page).waitFor();
      expect(await ground()).toBe(dark);
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest(
    "fits a phone",
    async () => {
      const { page, faults } = await openPage(up.api, {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
      });
      for (const view of [...views, "map/cluster/c1", `map/document/${encodeURIComponent(evil)}`]) {
        await page.goto(`${up.api}/#/${view}`);
        await page.locator("main h2").first().waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth"), view).toBeLessThanOrEqual(360);
      }
      expect(faults).toEqual([]);
    },
    LIMIT_MS,
  );

  browserTest.each(["light", "dark"] as const)(
    "has no serious fault that axe knows, in any view, %s",
    async (colorScheme) => {
      const { page } = await openPage(up.api, { colorScheme });
      for (const view of [...views, "map/cluster/c1", `map/document/${encodeURIComponent(evil)}`]) {
        await page.goto(`${up.api}/#/${view}`);
        await page.locator("main h2").first().waitFor();
        expect(await axeFaults(page), `${view}, ${colorScheme}`).toEqual([]);
      }
    },
    LIMIT_MS,
  );

  browserTest(
    "asks for a key where the server wants one, and goes on with it",
    async () => {
      const keys = join(folder.path, "keys");
      const made = await runEddy(["keys", "create", "--name", "page", "--scope", "read", "--file", keys, "--json"]);
      const { key } = JSON.parse(made.stdout) as { key: string };
      const locked = await startUp(join(folder.path, "locked"), ["--clusters", "2"], {
        env: { EDDY_API_KEYS_FILE: keys },
      });
      const { page } = await openPage(locked.api);
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("API key").fill("eddy_wrong");
      await dialog.getByRole("button", { name: "Continue" }).click();
      await dialog.getByRole("alert").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await dialog.getByLabel("API key").fill(key);
      await dialog.getByRole("button", { name: "Continue" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page
        .getByText(/Eddy is seeding: 0 of/)
        .first()
        .waitFor();
      // It may look, and no more.
      await page.goto(`${locked.api}/#/rejected`);
      await page.getByText("Nothing was rejected").waitFor();
      expect((await locked.stop()).code).toBe(0);
    },
    LIMIT_MS,
  );
});
