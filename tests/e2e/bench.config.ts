import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

/** Measures, run by scripts/bench.sh: `playwright test --config bench.config.ts first-load`. */
export default defineConfig(base, {
  testDir: "bench",
  testMatch: "*.bench.ts",
  timeout: 900_000,
  reporter: [["line"]],
  use: { trace: "off" },
});
