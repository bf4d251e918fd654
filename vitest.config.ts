import { defineConfig } from "vitest/config";

const report = process.env.QUICKWATER_REPORT;
const minuteMs = 60_000;
/** On a machine that does much else a second is soon over. */
const unhurried = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } };

/**
 * Tests begin and end servers in their own process, whose threads read TypeScript: what V8 does then when it
 * lets WebAssembly go ends the process (docs/decisions/0017-compiled-wasm-is-kept.md).
 */
const steady = { execArgv: ["--no-wasm-code-gc"] };
const drawing = { setupFiles: ["test/support/drawing.ts"] };

/**
 * `npm test` runs "fast", `npm run test:all` also "slow" (real installations), `npm run test:browser`
 * "browser", `npm run test:packs` "packs", `npm run test:demo` "demo".
 */
export default defineConfig({
  test: {
    // Of the machine that CI runs on there are two cores; tests of servers wait as much as they compute.
    maxWorkers: 3,
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    projects: [
      {
        test: {
          name: "fast",
          include: ["src/**/*.test.ts", "dashboard/src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "test/fixtures/**",
            "test/browser/**",
            "test/demo/**",
            "test/packs/**",
            "**/*.slow.test.ts",
          ],
          ...unhurried,
          ...steady,
          ...drawing,
        },
      },
      {
        test: {
          name: "slow",
          ...steady,
          ...drawing,
          include: ["test/**/*.slow.test.ts"],
          exclude: ["**/node_modules/**", "test/fixtures/**"],
          testTimeout: 10 * minuteMs,
          hookTimeout: 10 * minuteMs,
          // Each of these fills both disk and network; side by side they only time out.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          ...steady,
          include: ["test/browser/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.slow.test.ts"],
          testTimeout: 2 * minuteMs,
          hookTimeout: 2 * minuteMs,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "packs",
          include: ["test/packs/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.slow.test.ts"],
          ...unhurried,
          ...steady,
        },
      },
      {
        test: {
          name: "demo",
          ...steady,
          include: ["test/demo/**/*.test.ts"],
          testTimeout: 6 * minuteMs,
        },
      },
    ],
  },
});
