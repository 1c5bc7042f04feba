/** How Chromium is started, for tests and benchmarks alike: Debian's own, quiet, without the sandbox that root lacks. */

import type { LaunchOptions } from "@playwright/test";

export const launch: LaunchOptions = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
