import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = "dist/site";

/** Beside each file, what a browser is sent: packed once here, not on each start or request. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    closeBundle() {
      for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** `npx vite dev packages/page` shows changes at once, over the API of a running `eddy up` (EDDY_URL). */
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { outDir: OUT, emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false } },
  server: { proxy: { "/v1": process.env.EDDY_URL ?? "http://127.0.0.1:7400" } },
  plugins: [packed()],
});
