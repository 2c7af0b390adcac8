import { fileURLToPath } from "node:url";

/** Folder of the built page: `index.html`, and under `assets` what it loads, named by its content. The same from `src` and `dist`. */
export const siteFolder = fileURLToPath(new URL("../dist/site/", import.meta.url));
