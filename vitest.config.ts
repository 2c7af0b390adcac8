import { defineConfig } from "vitest/config";

// Tests run on the TypeScript sources: the "@eddy/source" condition of each package's exports.
const conditions = ["@eddy/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "services/*/src/**/*.test.ts",
      "test/**/*.test.ts",
      "scripts/**/*.test.js",
    ],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
