/** The second upload of a folder of which one file in a hundred changed: bytes that are sent, and the time from the choice, relative to reading the files once. */

import { test } from "@playwright/test";
import { randomBytes } from "node:crypto";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporary } from "../support/process.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { goal, Table } from "./figures.ts";
import { Memory } from "./memory.ts";
import { makeFile, makeFolder, onStage } from "./stage.ts";
import { Yardsticks } from "./yardsticks.ts";

const SMALL = Number(process.env["FILES"] || 10_000);
const SIZE = 4096;
const [LARGE, LARGE_SIZE] = [10, 20e6];
const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 5);

test("again", async () => {
  test.setTimeout(3_600_000);
  const folder = await temporary();
  let proxy: FaultProxy | undefined;
  try {
    const path = join(folder.path, "samples");
    await makeFolder(path, SMALL, SIZE);
    for (let at = 0; at < LARGE; at += 1) await makeFile(join(path, `large-${at}.bin`), LARGE_SIZE);
    const small: string[] = [];
    for (const file of (await readdir(path, { recursive: true })).sort()) {
      if (file.includes("sample") && (await stat(join(path, file))).isFile()) small.push(join(path, file));
    }
    const changed = small.filter((_, at) => at % 100 === 0);
    const sent = new Table();
    const times = new Table();
    const memory = new Table();
    const tasks = new Table();
    for (let round = 1; round <= ROUNDS; round += 1) {
      await onStage(
        async ({ backend, api, chrome, app, server }) => {
          await api.create("data", "twice");
          const upload = async (version: number): Promise<void> => {
            await app.uploadPage("twice");
            const before = proxy!.sent();
            const begin = performance.now();
            await app.choose(path);
            const order = version === 1 ? "first" : "second";
            if (version > 1) {
              await app.compared();
              times.add("of it until it is compared", (performance.now() - begin) / 1000);
            }
            await app.send(version);
            times.add(order, (performance.now() - begin) / 1000);
            sent.add(order, proxy!.sent() - before);
          };
          await upload(1);
          for (const file of changed) await writeFile(file, randomBytes(SIZE));
          const { renderers } = await chrome.processes();
          const watches = { page: await Memory.watch(renderers), server: await Memory.watch(server) };
          await upload(2);
          tasks.add("longest task", await app.longestTask());
          for (const [what, watch] of Object.entries(watches)) memory.add(what, (await watch.stop()) / 1e6);
          await app.tab.close();
          const yardsticks = await Yardsticks.open(chrome, backend.url, [path], SMALL + LARGE);
          const reading = await yardsticks.read();
          times.add("only choosing", yardsticks.chosen);
          times.add("only reading", reading);
          times.add("only choosing and reading", yardsticks.chosen + reading);
          await yardsticks.close();
        },
        async (url) => {
          await proxy?.remove();
          proxy = await startProxy(url);
          return proxy.url;
        },
      );
      console.log(`\nround ${round} of ${ROUNDS}, s, so far:\n${times.lines(2)}`);
    }
    console.log(`\n${SMALL} files of ${SIZE} bytes and ${LARGE} of ${LARGE_SIZE / 1e6} MB, ${changed.length} of the small ones changed, median of ${ROUNDS} (least to most)`);
    console.log(`bytes sent:\n${sent.lines()}\ns from the choice to "version N is ready":\n${times.lines(2)}`);
    console.log(`bytes sent again: ${((sent.median("second") / sent.median("first")) * 100).toFixed(1)} %, ${(sent.median("second") / (changed.length * SIZE)).toFixed(1)} times those of the changed files`);
    console.log(goal("second upload over reading once", times.ratio("second", "only reading"), "under", 1.3));
    console.log(`over choosing and reading once: ${times.ratio("second", "only choosing and reading").toFixed(2)}`);
    console.log(`above idle, MB, median of ${ROUNDS} (least to most):\n${memory.lines()}`);
    console.log(goal("server's memory above idle at most, MB", memory.most("server"), "under", 64, 0));
    console.log(goal("longest task of the page's thread in the second upload, ms (0: none of 50)", tasks.most("longest task"), "under", 50, 0));
  } finally {
    await proxy?.remove();
    await folder.remove();
  }
});
