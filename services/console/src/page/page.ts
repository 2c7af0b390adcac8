import { createHash } from "node:crypto";
import type { HttpApp } from "@eddy/runtime/http-server";
import { script } from "./script.ts";
import { style } from "./style.ts";

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Eddy</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header><h1>Eddy</h1><span id="about" class="soft"></span><span id="state" class="soft" role="status">connecting</span></header>
<main>
<dl id="figures"></dl>
<section id="seeding" hidden><h2 id="seeded"></h2><progress id="seeds"></progress></section>
<h2>Clusters</h2>
<p id="none" class="soft">None yet.</p>
<div class="scroll">
<table id="table" hidden>
<thead><tr><th>cluster</th><th class="number">documents</th><th class="number">share</th><th></th><th>keywords</th></tr></thead>
<tbody id="clusters"></tbody>
</table>
</div>
<p id="rejected" hidden><a href="/v1/dead-letters">Rejected documents</a></p>
<p id="model" class="soft"></p>
</main>
<noscript>This page needs JavaScript; <a href="/v1/status">the status as JSON</a> does not.</noscript>
<script>${script}</script>
</body>
</html>
`;

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nothing but what is written above runs, and nothing comes from elsewhere; widths of bars are set by the script itself. */
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** `GET /`: a status page in one file, which asks the API every two seconds. */
export function registerPage(app: HttpApp): void {
  app.get("/", async (_request, reply) =>
    reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-security-policy", policy)
      .header("x-content-type-options", "nosniff")
      .header("cache-control", "no-cache")
      .send(html),
  );
}
