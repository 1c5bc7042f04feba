/** Memory of the browser's processes that run pages and send their bytes, as the kernel counts it. */

import type { Browser } from "@playwright/test";
import { readFile } from "node:fs/promises";

/** Process ids of all renderers of `browser`. */
async function renderers(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** Bytes that a process holds of its own: resident pages less those that it shares with a file. */
async function held(pid: number): Promise<number> {
  const [, resident, shared] = (await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "0 0 0")).split(" ").map(Number);
  return ((resident ?? 0) - (shared ?? 0)) * 4096;
}

/** Watches all renderers from now until `stop`, which answers the most they held together, in bytes. */
export async function watchMemory(browser: Browser): Promise<{ now: number; stop: () => Promise<number> }> {
  const pids = await renderers(browser);
  const sum = async (): Promise<number> => (await Promise.all(pids.map(held))).reduce((a, b) => a + b, 0);
  const now = await sum();
  let most = now;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      most = Math.max(most, await sum());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    now,
    async stop() {
      watching = false;
      await watch;
      return most;
    },
  };
}
