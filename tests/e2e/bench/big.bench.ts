/** 5 GiB in one file from the page to the backend's disk, once: rate, memory, and how long the page's thread is kept. */

import { test } from "@playwright/test";
import { join } from "node:path";
import { temporary } from "../support/process.ts";
import { goal } from "./figures.ts";
import { Memory, most, watchProcessor } from "./memory.ts";
import { makeFile, onStage } from "./stage.ts";

const BYTES = Number(process.env["BYTES"] ?? 5 * 2 ** 30);

test("big", async () => {
  test.setTimeout(3_600_000);
  const folder = await temporary();
  try {
    const path = join(folder.path, "big.bin");
    await makeFile(path, BYTES);
    await onStage(async ({ api, chrome, app, server }) => {
      await api.create("data", "big");
      await app.uploadPage("big");
      const { renderers } = await chrome.processes();
      const watches = { page: await Memory.watch(renderers), server: await Memory.watch(server) };
      await app.choose(path);
      const processor = await watchProcessor(chrome, { server });
      const seconds = await app.send();
      const used = await processor.stop();
      console.log(`\n${(BYTES / 2 ** 30).toFixed(1)} GiB from a page: ${(BYTES / seconds / 1e6).toFixed(0)} MB/s`);
      console.log(`of ${seconds.toFixed(1)} s after the last byte: ${app.finishing.toFixed(1)} s`);
      console.log(`seconds until what is stored is compared: ${(await app.checked(120))?.toFixed(1) ?? "never"}`);
      console.log(`processor, ms a second: ${most(used, seconds / 1e3)}`);
      console.log(goal("page's memory above idle, MB", (await watches.page.stop()) / 1e6, "under", 64, 0));
      console.log(goal("server's memory above idle, MB", (await watches.server.stop()) / 1e6, "under", 64, 0));
      console.log(goal("longest task of the page's thread, ms (0: none of 50)", await app.longestTask(), "under", 50, 0));
    });
  } finally {
    await folder.remove();
  }
});
