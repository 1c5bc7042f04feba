/** How Chromium is started, for tests and benchmarks alike: Debian's own, quiet, without the sandbox that root lacks. */

import type { BrowserContext, LaunchOptions } from "@playwright/test";

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

/** Kills the browser of a page, which has no time to write anything more. */
export async function crash(context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(context.pages()[0]!);
  const gone = context.waitForEvent("close");
  // It answers nothing any more.
  session.send("Browser.crash").catch(() => {});
  await gone;
}
