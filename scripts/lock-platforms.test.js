import { describe, expect, it } from "vitest";
import { missingPlatforms, platformOf } from "./lock-platforms.js";

describe("platformOf", () => {
  it.each([
    ["@rollup/rollup-linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
    ["@rollup/rollup-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@rollup/rollup-win32-ia32-msvc", { os: ["win32"], cpu: ["ia32"] }],
    ["@rollup/rollup-win32-arm64-msvc", { os: ["win32"], cpu: ["arm64"] }],
    ["@turbo/darwin-64", { os: ["darwin"], cpu: ["x64"] }],
    ["@turbo/windows-arm64", { os: ["win32"], cpu: ["arm64"] }],
    ["@bufbuild/buf-linux-armv7", { os: ["linux"], cpu: ["arm"] }],
    ["pino-pretty", undefined],
    ["fsevents", undefined],
  ])("of %s", (name, expected) => {
    expect(platformOf(name)).toEqual(expected);
  });
});

it("finds what the lock lacks, and only that", () => {
  const packages = {
    "": {},
    "node_modules/a": {
      version: "1.0.0",
      dev: true,
      optionalDependencies: { "@a/linux-x64": "1.0.0", "@a/darwin-arm64": "1.0.0", "@a/win32-x64": "^1", b: "1.0.0" },
    },
    "node_modules/@a/linux-x64": { version: "1.0.0" },
  };
  expect(missingPlatforms(packages)).toEqual({
    "node_modules/@a/darwin-arm64": { version: "1.0.0", cpu: ["arm64"], dev: true, optional: true, os: ["darwin"] },
  });
  expect(missingPlatforms({ ...packages, ...missingPlatforms(packages) })).toEqual({});
});
