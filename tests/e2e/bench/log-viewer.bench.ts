/**
 * Logs in the page: LINES lines of about a hundred bytes (10,000,000 unless told otherwise), a million beside JupyterLab's text view,
 * and lines at a growing rate while they are printed (RATE lines a second at most).
 */

import { test } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporary } from "../support/process.ts";
import { words } from "../support/words.ts";
import type { Bare } from "./bare.ts";
import { goal } from "./figures.ts";
import { startJupyter } from "./jupyter.ts";
import { Memory } from "./memory.ts";
import { onStage, type Stage } from "./stage.ts";

const LINES = Number(process.env["LINES"] ?? 10_000_000);
const MANY = 1_000_000;
const RATE = Number(process.env["RATE"] ?? 400_000);
/** Every so many lines there is another word. */
const RARE = 100_000;
/** Milliseconds of a frame at 60 a second, with room for the clock of the browser. */
const FRAME = 16.7 * 1.05;
const LAST = "the last line of all";
const t = words("en");

/** Prints the lines in large pieces, as fast as it can. */
const script = (lines: number): string => `import sys
at, out = 0, sys.stdout.buffer
while at < ${lines}:
    piece = range(at + 1, min(at + 50000, ${lines}) + 1)
    out.write(b"".join(b"2026-11-27 10:00:00 INFO trainer: step %d loss %.6f val_acc %.4f throughput 1834 samples of batch %s\\n" % (n, 1 / n, 1 - 1 / n, b"needle" if n % ${RARE} == 0 else b"common") for n in piece))
    at = piece[-1]
out.write(b"${LAST}\\n")
`;

/** Prints for ten seconds so many lines a second, in pieces of ten milliseconds, and when it was done. */
const paced = (rate: number): string => `import sys, time
out, begin, n = sys.stdout.buffer, time.time(), 0
for slice in range(1, 1001):
    piece = range(n + 1, ${rate} * slice // 100 + 1)
    out.write(b"".join(b"step %d loss %.6f of a run that does not stop printing\\n" % (i, 1 / i) for i in piece))
    out.flush()
    n = piece[-1]
    time.sleep(max(0, begin + slice / 100 - time.time()))
out.write(b"printed until %.3f, took %.3f\\n" % (time.time(), time.time() - begin))
`;

/** Runs a script; answers the id of its task, once that has ended if it is to be awaited. */
async function run({ api }: Stage, text: string, awaited = true): Promise<string> {
  const project = await api.create("code", `code-${Math.random().toString(36).slice(2)}`);
  const task = await api.run(await api.upload(project, "code", [{ path: "main.py", text }]), "python main.py");
  while (awaited && !["success", "failed"].includes((await api.call<{ state: string }>("GET", `api/v1/experiment/${task}`)).state)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return task;
}

/** Waits in the page for a row with a text, looking at each frame; milliseconds from the call. */
const rowWith = (text: string): Promise<number> => {
  const begin = performance.now();
  return new Promise((resolve) => {
    const look = (): void => {
      const there = [...document.querySelectorAll(".log-row .log-text")].some((row) => row.textContent!.includes(text));
      if (there) resolve(performance.now() - begin);
      else requestAnimationFrame(look);
    };
    look();
  });
};

/** Looks for a text and waits until it is counted; milliseconds. */
const counted = (text: string): Promise<number> => {
  const field = document.querySelector<HTMLInputElement>(".log-search input")!;
  const put = (value: string): void => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const until = (fits: RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => (fits.test(document.querySelector(".log-count")!.textContent!) ? resolve() : void requestAnimationFrame(look));
      look();
    });
  put("");
  return until(/^$/).then(async () => {
    // What was counted before is forgotten with the next snapshot.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const begin = performance.now();
    put(text);
    await until(/^[\d,]+ \/ [\d,]+$/);
    return performance.now() - begin;
  });
};

/** Opens a log from another page of the app; milliseconds until its last line is on screen, and until all of it is there. */
async function open(app: Bare, task: string, last: string): Promise<{ screen: number; whole: number }> {
  const begin = performance.now();
  await app.open(`task/${task}/log`);
  await app.tab.evaluate(rowWith, last);
  const screen = performance.now() - begin;
  await app.tab.until((ended: string) => document.querySelector(".log-status")?.textContent!.includes(ended) ?? false, t("log.ended"), 900, 10);
  return { screen, whole: performance.now() - begin };
}

/** Opens the search, with case told apart. */
async function search(app: Bare): Promise<void> {
  await app.press(t("log.search"));
  await app.press(t("log.case"));
}

test("a log of ten million lines", async () => {
  test.setTimeout(3_600_000);
  await onStage(async (stage) => {
    const { app, chrome } = stage;
    const task = await run(stage, script(LINES));
    const bytes = Number((await stage.api.call<{ log_bytes?: number }>("GET", `api/v1/experiment/${task}`)).log_bytes ?? LINES * 103);
    await app.open("explore");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const memory = await Memory.watch((await chrome.processes()).renderers);
    const { screen, whole } = await open(app, task, LAST);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await memory.most();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const held = await memory.stop();
    console.log(`\n${LINES} lines: last screen after ${screen.toFixed(0)} ms, all of it after ${(whole / 1000).toFixed(1)} s (${(bytes / whole / 1e3).toFixed(0)} MB/s)`);
    console.log(goal("memory of the page, with all that it needs to search, over the log's bytes", held / bytes, "under", 1.15));
    await search(app);
    // The first search is that of the failures, which goes on beside.
    console.log(goal("a word, s", (await app.tab.evaluate(counted, "needle")) / 1000, "under", 0.5));
    await app.press(t("log.regex"));
    console.log(goal("a regular expression, s", (await app.tab.evaluate(counted, "step \\d+00 loss 0\\.0000\\d+ .*needle$")) / 1000, "under", 2));
    await app.press(t("common.close"));
    const frames = await app.tab.evaluate(async () => {
      const lines = document.querySelector(".log-scroll")!;
      const way = lines.scrollHeight - lines.clientHeight;
      const took: number[] = [];
      const begin = performance.now();
      let last = begin;
      for (;;) {
        const now = await new Promise<number>(requestAnimationFrame);
        took.push(now - last);
        last = now;
        const part = (now - begin) / 10_000;
        if (part >= 1) return took.slice(1);
        lines.scrollTop = way * (1 - part);
      }
    });
    const slow = frames.filter((ms) => ms > FRAME).length / frames.length;
    console.log(`${frames.length} frames in 10 s from the end to the top, the longest ${Math.max(...frames).toFixed(0)} ms`);
    console.log(goal("frames over 16.7 ms, %", slow * 100, "under", 5));
  });
});

test("a million lines, beside JupyterLab", async () => {
  test.setTimeout(1_800_000);
  const folder = await temporary();
  const jupyter = await startJupyter(folder.path);
  try {
    await onStage(async (stage) => {
      const { api, app, chrome } = stage;
      const task = await run(stage, script(MANY));
      const rounds: { screen: number; whole: number; word: number; visible?: number; counted?: number }[] = [];
      const path = join(folder.path, "run.txt");
      await writeFile(path, await api.log(task));
      for (let round = 0; round < 3; round += 1) {
        await app.open("explore");
        const times = await open(app, task, LAST);
        await search(app);
        const word = await app.tab.evaluate(counted, LAST);
        rounds.push({ ...times, word, ...(jupyter ? await jupyter.text(chrome, path, LAST) : {}) });
      }
      const middle = (of: (round: (typeof rounds)[number]) => number | undefined): number => rounds.map((round) => of(round) ?? NaN).sort((a, b) => a - b)[1]!;
      console.log(`\n${MANY} lines: last screen after ${middle((r) => r.screen).toFixed(0)} ms, all of it after ${middle((r) => r.whole).toFixed(0)} ms, the last line's word found after ${middle((r) => r.word).toFixed(0)} ms`);
      if (jupyter) {
        console.log(`JupyterLab: visible after ${middle((r) => r.visible).toFixed(0)} ms, the word counted after ${middle((r) => r.counted).toFixed(0)} ms`);
        console.log(goal("time to visible over JupyterLab's", middle((r) => r.screen) / middle((r) => r.visible), "under", 0.1));
        console.log(goal("time to find over JupyterLab's", middle((r) => r.word) / middle((r) => r.counted), "under", 0.1));
      }
    });
  } finally {
    await jupyter?.remove();
    await folder.remove();
  }
});

test("lines while they are printed", async () => {
  test.setTimeout(1_800_000);
  await onStage(async (stage) => {
    const { app, api } = stage;
    for (let rate = 50_000; rate <= RATE; rate *= 2) {
      const task = await run(stage, paced(rate), false);
      await app.open(`task/${task}/log`);
      await app.listen();
      await app.tab.until(() => [...document.querySelectorAll(".log-row")].some((row) => row.textContent!.includes("printed until")), undefined, 300, 5);
      const seen = Date.now() / 1000;
      const longest = await app.longestTask();
      await app.tab.until((ended: string) => document.querySelector(".log-status")?.textContent!.includes(ended) ?? false, t("log.ended"), 300, 10);
      const log = (await api.log(task)).trimEnd().split("\n");
      const [, until, took] = /printed until ([\d.]+), took ([\d.]+)/.exec(log.find((line) => line.includes("printed until"))!)!.map(Number);
      const told = await app.tab.evaluate(() => document.querySelector(".log-size")!.textContent!);
      const whole = told.includes(log.length.toLocaleString("en"));
      console.log(`${((rate * 10) / took!).toFixed(0)} lines a second for ${took!.toFixed(1)} s (asked for ${rate}): on screen ${((seen - until!) * 1000).toFixed(0)} ms after the last was printed, ${whole ? "all there" : `LOST SOME: ${told} of ${log.length}`}, longest task ${longest.toFixed(0)} ms`);
    }
  });
});
