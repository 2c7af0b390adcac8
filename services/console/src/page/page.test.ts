import { runInNewContext } from "node:vm";
import { createHttpApp, type HttpApp } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerPage } from "./page.ts";
import { script } from "./script.ts";

let app: HttpApp;
beforeAll(async () => {
  app = await createHttpApp({ logger: createLogger({ service: "test", level: "silent" }), register: [registerPage] });
});
afterAll(() => app.close());

test("is one file, and its policy lets only itself run", async () => {
  const { body, headers } = await app.inject({ method: "GET", url: "/" });
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(body.replaceAll('href="data:,"', "")).not.toMatch(/(src|href)="(?!\/)/);
  expect(body).not.toMatch(/https?:\/\//);
  expect(body).not.toMatch(/innerHTML|insertAdjacent|document\.write|eval\(/);
  expect(body).toContain(`<script>${script}</script>`);
  expect(headers["content-security-policy"]).toMatch(
    /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
  );
});

const choice = { automatic: true, chosen: 4, score: 0.2, runnerUp: 3, runnerUpScore: 0.1, clear: false };
const status = {
  pipeline: "news",
  version: "0.1.0",
  documents: { received: 12345, rejected: 2, embedded: 12000, clustered: 11000 },
  lag: { documents: 1, texts: 2, embeddings: 3 },
  clusters: 2,
  seeding: null as { have: number; want: number } | null,
  model: { version: 7, epoch: 1, documents: 11000, choice },
  rates: { clustered_per_second: 210.55 },
  embedder: { model: "MiniLM", dtype: "int8" },
  device: "cpu",
};
const evil = "<img src=x onerror=alert(1)>";
const clusters = {
  clusters: [
    { cluster_id: "c2", name: evil, size: 9, share: 0.9, keywords: ["a<b", "c"] },
    { cluster_id: "c1", size: 1, share: 0.1, keywords: [] },
  ],
};

test("shows what the API says, as text", async () => {
  const page = await run({ "/v1/status": status, "/v1/clusters": clusters });
  expect(page.byId("state").textContent).toBe("live");
  expect(page.byId("about").textContent).toBe("news · Eddy 0.1.0");
  expect(page.byId("figures").text()).toContain("received 12,345");
  expect(page.byId("figures").text()).toContain("waiting 6");
  expect(page.byId("model").textContent).toContain("k = 4 chosen, runner-up 3, no clear structure");
  const [row] = page.byId("clusters").children;
  expect(row!.children.map(({ textContent }) => textContent)).toEqual(["", "9", "90%", "", "a<b, c"]);
  expect(row!.children[0]!.children[0]).toMatchObject({ textContent: `${evil} (c2)`, href: "/v1/clusters/c2" });
  expect([page.byId("seeding").hidden, page.byId("none").hidden, page.byId("rejected").hidden]).toEqual([
    true,
    true,
    false,
  ]);
});

test("shows how far the seed is", async () => {
  const seeding = { ...status, seeding: { have: 212, want: 512 }, clusters: 0 };
  const page = await run({ "/v1/status": seeding, "/v1/clusters": { clusters: [] } });
  expect(page.byId("seeded").textContent).toBe("seeding 212/512 documents");
  expect([page.byId("seeding").hidden, page.byId("none").hidden, page.byId("table").hidden]).toEqual([
    false,
    false,
    true,
  ]);
});

test("says so when nobody answers, and asks again", async () => {
  const page = await run({});
  expect(page.byId("state").textContent).toBe("no answer: nothing at /v1/status");
});

class Element {
  textContent = "";
  className = "";
  hidden = false;
  href = "";
  readonly style: Record<string, string> = {};
  children: Element[] = [];
  append(...added: Element[]): void {
    this.children.push(...added);
  }
  replaceChildren(...added: Element[]): void {
    this.children = added;
  }
  text(): string {
    return [this.textContent, ...this.children.map((child) => child.text())].filter(Boolean).join(" ");
  }
}

/** Runs the script on as much of a document as it uses, until it asks to be called again. */
async function run(answers: Readonly<Record<string, unknown>>) {
  const elements = new Map<string, Element>();
  const byId = (id: string) => {
    const element = elements.get(id) ?? new Element();
    elements.set(id, element);
    return element;
  };
  const fetch = async (path: string) => {
    if (!(path in answers)) throw new Error(`nothing at ${path}`);
    return { ok: true, json: async () => answers[path] };
  };
  const document = { getElementById: byId, createElement: () => new Element() };
  await new Promise<void>((resolve) => {
    const setTimeout = (_: unknown, ms: number) => {
      expect(ms).toBe(2_000);
      resolve();
    };
    runInNewContext(script, { document, fetch, setTimeout, AbortSignal, Intl });
  });
  return { byId };
}
