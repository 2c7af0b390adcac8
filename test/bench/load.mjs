// Loads a TypeScript module of the tests into a bench: brokers, stores and fleets are started by the same code.
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

/** Modules by their paths from the folder `test`, in one graph. */
export async function loadFromTests(...paths) {
  const server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL("../..", import.meta.url)),
    logLevel: "error",
    appType: "custom",
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const modules = await Promise.all(paths.map((path) => server.ssrLoadModule(`/test/${path}`)));
  return { modules, close: () => server.close() };
}
