/**
 * The pictures of the console in docs/images: `node test/page/pictures.mjs`, over an `eddy up --demo` that has run for some minutes
 * (EDDY_URL names another); with `tutorial`, the tutorial's, over what it has published. Needs Chromium (CHROMIUM names it).
 */
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const api = process.env.EDDY_URL ?? "http://127.0.0.1:7400";
const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});

/** @param {"light" | "dark"} colorScheme */
async function open(colorScheme) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 760 },
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(api);
  await page.locator(".map-foot").waitFor();
  await page.locator(".legend a").first().waitFor();
  return page;
}

const isTutorial = process.argv[2] === "tutorial";
const light = await open("light");
await light.screenshot({ path: `${folder}${isTutorial ? "tutorial" : "console"}-map.png`, animations: "disabled" });

if (!isTutorial) {
  const dark = await open("dark");
  await dark.locator(".legend a").first().click();
  await dark.locator(".trend svg").waitFor();
  await dark.locator(".panel .documents a").first().waitFor();
  await dark.screenshot({ path: `${folder}console-cluster.png`, animations: "disabled" });
}
await browser.close();
