/**
 * Upload of 1 GiB from the page to the backend's disk, relative to other ways from the same browser: a bare XMLHttpRequest
 * and a bare `fetch` whose bytes the same server discards, tus-js-client into the same server, JupyterLab's uploader. And
 * the second half of an upload that was paused, relative to the second half in slices. What is compared takes turns, so
 * that what else the machine does meets all of it.
 */

import { test } from "@playwright/test";
import { join } from "node:path";
import { temporary } from "../support/process.ts";
import { goal, Table } from "./figures.ts";
import { startJupyter } from "./jupyter.ts";
import { Memory, most, watchProcessor } from "./memory.ts";
import { makeFile, onDisk, onStage, stored } from "./stage.ts";
import { Yardsticks } from "./yardsticks.ts";

const BYTES = Number(process.env["BYTES"] ?? 1 << 30);
/** JupyterLab takes a while for each. */
const LAB_BYTES = BYTES / 8;
const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 5);
/** Bytes of a slice, and how many are sent at once. */
const SLICES = [
  [64 << 20, 3],
  [256 << 20, 4],
] as const;

test("upload", async () => {
  test.setTimeout(3_600_000);
  const folder = await temporary();
  try {
    const [path, part] = [join(folder.path, "gigabyte.bin"), join(folder.path, "part.bin")];
    await makeFile(path, BYTES);
    await makeFile(part, LAB_BYTES);
    const rates = new Table();
    const memory = new Table();
    const tasks = new Table();
    const jupyter = await startJupyter(folder.path);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await onStage(async ({ backend, api, chrome, app, server }) => {
        await api.create("data", "large");
        await app.uploadPage("large");
        await app.choose(path);
        const { renderers } = await chrome.processes();
        const watches = { page: await Memory.watch(renderers), server: await Memory.watch(server) };
        const processor = await watchProcessor(chrome, { server });
        const whole = await app.send();
        rates.add("upload", BYTES / whole / 1e6);
        rates.add("upload, until the last byte", BYTES / (whole - app.finishing) / 1e6);
        console.log(`\nprocessor, ms a second: ${most(await processor.stop(), whole / 1e3)}`);
        for (const [what, watch] of Object.entries(watches)) memory.add(what, (await watch.stop()) / 1e6);
        tasks.add("longest task", await app.longestTask());

        await api.create("data", "in-two");
        await app.uploadPage("in-two");
        await app.choose(path);
        const before = await stored(backend.data);
        let left = 0;
        const seconds = await app.sendInTwo(async () => void (left = BYTES + before - (await stored(backend.data))));
        rates.add("upload, after a pause", left / seconds / 1e6);

        rates.add("the disk alone, synced", BYTES / (await onDisk(folder.path, BYTES)) / 1e6);
        const yardsticks = await Yardsticks.open(chrome, backend.url, [path]);
        rates.add("XMLHttpRequest, discarded", BYTES / (await yardsticks.whole()) / 1e6);
        rates.add("fetch, discarded", BYTES / (await yardsticks.fetch()) / 1e6);
        for (const [size, width] of SLICES) rates.add(`${width} slices of ${size >> 20} MiB, discarded`, BYTES / 2 / (await yardsticks.slices(size, width)) / 1e6);
        rates.add("tus-js-client", BYTES / (await yardsticks.tus(await api.create("data", "by-tus"), api.authorization)) / 1e6);
        await yardsticks.close();
        if (jupyter) rates.add("JupyterLab", LAB_BYTES / (await jupyter.upload(chrome, part)) / 1e6);
      });
      console.log(`\nround ${round} of ${ROUNDS}, MB/s, so far:\n${rates.lines()}`);
    }
    await jupyter?.remove();
    console.log(`\n${(BYTES / 2 ** 30).toFixed(2)} GiB from a page, MB/s, median of ${ROUNDS} (least to most):\n${rates.lines()}`);
    const slices = SLICES.map(([size, width]) => `${width} slices of ${size >> 20} MiB, discarded`).sort((a, b) => rates.median(b) - rates.median(a));
    console.log(goal("upload over XMLHttpRequest", rates.ratio("upload", "XMLHttpRequest, discarded"), "over", 0.9));
    console.log(`upload over the disk alone: ${rates.ratio("upload", "the disk alone, synced").toFixed(2)}`);
    console.log(`upload over fetch: ${rates.ratio("upload", "fetch, discarded").toFixed(2)}`);
    console.log(goal("upload over tus-js-client", rates.ratio("upload", "tus-js-client"), "over", 1));
    if (jupyter) console.log(goal("upload over JupyterLab", rates.ratio("upload", "JupyterLab"), "over", 10, 1));
    console.log(goal(`upload after a pause over ${slices[0]}`, rates.ratio("upload, after a pause", slices[0]!), "over", 0.95));
    console.log(`above idle, MB, median of ${ROUNDS} (least to most):\n${memory.lines()}`);
    console.log(goal("page's memory above idle at most, MB", memory.most("page"), "under", 64, 0));
    console.log(goal("server's memory above idle at most, MB", memory.most("server"), "under", 64, 0));
    console.log(goal("longest task of the page's thread in any round, ms (0: none of 50)", tasks.most("longest task"), "under", 50, 0));
  } finally {
    await folder.remove();
  }
});
