/**
 * Upload of 1 GiB from the page to the backend's disk, relative to a bare `fetch` of the same file whose bytes the same
 * server discards; and the memory of the page meanwhile. The two take turns, so that what else the machine does meets
 * both.
 */

import { expect, test } from "@playwright/test";
import { open } from "node:fs/promises";
import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { temporary } from "../support/process.ts";
import { words } from "../support/words.ts";
import { median, spread } from "./figures.ts";
import { watchMemory } from "./memory.ts";

const BYTES = 1 << 30;
const ROUNDS = 5;
const GOAL_RATIO = 0.9;
const GOAL_MEMORY = 100e6;

/** A file of `bytes` that no file system can compress or leave out. */
async function makeFile(path: string, bytes: number): Promise<void> {
  const piece = Buffer.alloc(8 << 20);
  const file = await open(path, "w");
  for (let done = 0; done < bytes; done += piece.length) {
    randomFillSync(piece);
    await file.write(piece);
  }
  await file.sync();
  await file.close();
}

test("upload", async ({ browser }) => {
  const folder = await temporary();
  const backend = await startBackend(["--bench-sink"]);
  try {
    const path = join(folder.path, "gigabyte.bin");
    await makeFile(path, BYTES);
    const page = await browser.newPage();
    const t = words("en");
    const app = new App(page, backend.url, t);
    const account = newAccount("bench");
    await app.register(account);
    await app.open("/new/dataset");
    await app.field("new.name").fill("large");
    await app.button("new.dataset.create").click();
    await expect(page).toHaveURL(/\/dataset\/large$/);

    const rates: number[] = [];
    const bare: number[] = [];
    const memory: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      // The page's own way: from the press of the button to "version N is ready".
      await app.open(`/${account.name}/dataset/large/upload`);
      await app.chooseFiles([path]);
      const start = app.startUpload();
      await start.waitFor();
      const watch = await watchMemory(browser);
      const begin = performance.now();
      await start.click();
      await page.getByText(t("entity.upload_page.done", { version: round })).first().waitFor({ timeout: 300_000 });
      const seconds = (performance.now() - begin) / 1000;
      rates.push(BYTES / seconds / 1e6);
      memory.push((await watch.stop()) - watch.now);

      // The yardstick, from a page of the same origin.
      await app.open("/login");
      await page.evaluate(() => {
        const input = document.createElement("input");
        input.type = "file";
        input.id = "yardstick";
        document.body.append(input);
      });
      await page.locator("#yardstick").setInputFiles(path);
      const bareSeconds = await page.evaluate(async () => {
        const file = document.querySelector<HTMLInputElement>("#yardstick")!.files![0]!;
        const begin = performance.now();
        const response = await fetch("/api/v1/bench/sink", { method: "POST", body: file, credentials: "omit" });
        await response.text();
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        return (performance.now() - begin) / 1000;
      });
      bare.push(BYTES / bareSeconds / 1e6);
      console.log(`\nround ${round}: upload ${rates.at(-1)!.toFixed(0)} MB/s, bare fetch ${bare.at(-1)!.toFixed(0)} MB/s, memory +${(memory.at(-1)! / 1e6).toFixed(0)} MB`);
    }
    const ratio = median(rates) / median(bare);
    const most = Math.max(...memory);
    console.log(`1 GiB to the disk, MB/s, median of ${ROUNDS}: upload ${spread(rates)}, bare fetch discarded ${spread(bare)}`);
    console.log(`ratio ${ratio.toFixed(2)} (goal: at least ${GOAL_RATIO}: ${ratio >= GOAL_RATIO ? "met" : "MISSED"})`);
    console.log(`memory of the page above idle, MB, median ${(median(memory) / 1e6).toFixed(0)}, most ${(most / 1e6).toFixed(0)} (goal: under ${GOAL_MEMORY / 1e6}: ${most < GOAL_MEMORY ? "met" : "MISSED"})`);
    await page.close();
  } finally {
    await backend.remove();
    await folder.remove();
  }
});
