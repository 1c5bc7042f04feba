import { defineConfig } from "@playwright/test";
import { launch } from "./support/browser.ts";

export default defineConfig({
  testDir: "specs",
  outputDir: "output/results",
  // As many browsers at a time as the smallest machine has cores: the tests wait more than they work.
  workers: 2,
  retries: 0,
  timeout: 180_000,
  // The pictures of the pieces are set in bars instead of letters (support/block-font.ts): the same on every machine.
  expect: { timeout: 15_000, toHaveScreenshot: { threshold: 0.02, maxDiffPixels: 120, animations: "disabled" } },
  snapshotPathTemplate: "{testDir}/../pictures/{testFileName}/{arg}{ext}",
  forbidOnly: true,
  reporter: [["list"]],
  // Each journey once more with the keyboard alone: support/keyboard.ts does with keys what the tests say. Colours and frames
  // change at once there, so that a focus ring is there as soon as the focus is.
  projects: [
    { name: "mouse", grepInvert: /@keyboard/ },
    { name: "keyboard", grep: /@journey|@keyboard/, use: { contextOptions: { reducedMotion: "reduce" } } },
  ],
  use: {
    browserName: "chromium",
    launchOptions: launch,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    actionTimeout: 15_000,
  },
});
