/**
 * Many small files from the page to the backend's disk, relative to only reading them in the same browser, and to a request
 * a file; where the processor's time goes. `make bench NAME=small FILES=20000` sends fewer.
 */

import { test } from "@playwright/test";
import { join } from "node:path";
import { temporary } from "../support/process.ts";
import { goal, Table } from "./figures.ts";
import { Memory, most, settled, watchProcessor, type Seconds } from "./memory.ts";
import { makeFolder, onStage } from "./stage.ts";
import { Yardsticks } from "./yardsticks.ts";

const FILES = Number(process.env["FILES"] || 100_000);
const SIZE = 4096;
/** How many are sent by a request a file: it takes long. */
const SAMPLE = Math.min(FILES, 5_000);
const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 3);

test("small", async () => {
  test.setTimeout(3_600_000);
  const folder = await temporary();
  try {
    const path = join(folder.path, "samples");
    await makeFolder(path, FILES, SIZE);
    const rates = new Table();
    const memory = new Table();
    const tasks = new Table();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const processor: [string, Seconds][] = [];
      await onStage(async ({ backend, api, chrome, app, server }) => {
        await api.create("data", "small");
        await app.uploadPage("small");
        const { renderers } = await chrome.processes();
        const watches = { page: await Memory.watch(renderers), server: await Memory.watch(server) };
        let watch = await watchProcessor(chrome);
        rates.add("chosen", FILES / (await app.choose(path)));
        await settled(chrome);
        processor.push(["choosing", await watch.stop()]);
        tasks.add("choosing", await app.longestTask());
        memory.add("page, choosing", (await watches.page.most()) / 1e6);
        watch = await watchProcessor(chrome, { server });
        const sending = await app.send();
        rates.add("upload", FILES / sending);
        processor.push(["uploading", await watch.stop()]);
        const checking = await app.checked(120);
        if (checking === undefined) console.log("what is stored was not compared");
        else rates.add("upload and comparison of what is stored", FILES / (sending + checking));
        tasks.add("sending", await app.longestTask());
        memory.add("page, sending", (await watches.page.stop()) / 1e6);
        memory.add("server", (await watches.server.stop()) / 1e6);
        await app.tab.close();

        const yardsticks = await Yardsticks.open(chrome, backend.url, [path], FILES);
        watch = await watchProcessor(chrome);
        rates.add("only reading, 16 at once", FILES / (await yardsticks.read()));
        processor.push(["reading", await watch.stop()]);
        rates.add("forms of 500 files, discarded", FILES / (await yardsticks.forms()));
        rates.add(`a request a file (${SAMPLE}), discarded`, SAMPLE / (await yardsticks.each(SAMPLE)));
        await yardsticks.close();
      });
      console.log(`\nround ${round} of ${ROUNDS}, files/s, so far:\n${rates.lines()}`);
      for (const [what, seconds] of processor) console.log(`processor while ${what}, µs a file: ${most(seconds, FILES / 1e6)}`);
    }
    console.log(`\n${FILES} files of ${SIZE} bytes from a page, files/s, median of ${ROUNDS} (least to most):\n${rates.lines()}`);
    console.log(goal("upload over only reading", rates.ratio("upload", "only reading, 16 at once"), "over", 0.9));
    console.log(goal("upload over a request a file", rates.ratio("upload", `a request a file (${SAMPLE}), discarded`), "over", 5, 1));
    console.log(`above idle, MB, median of ${ROUNDS} (least to most):\n${memory.lines()}`);
    console.log(goal("page's memory above idle at most, MB", Math.max(memory.most("page, choosing"), memory.most("page, sending")), "under", 150, 0));
    console.log(goal("server's memory above idle at most, MB", memory.most("server"), "under", 64, 0));
    for (const what of ["choosing", "sending"]) console.log(goal(`longest task of the page's thread while ${what}, ms (0: none of 50)`, tasks.most(what), "under", 50, 0));
  } finally {
    await folder.remove();
  }
});
