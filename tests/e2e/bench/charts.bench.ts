/** Charts in the page: 20 metrics of 100,000 points each, drawn anew, and frames while they are moved and zoomed. */

import { test } from "@playwright/test";
import { words } from "../support/words.ts";
import { goal } from "./figures.ts";
import { onStage } from "./stage.ts";

const POINTS = Number(process.env["POINTS"] ?? 100_000);
const SERIES = 20;
const FRAME = 16.7 * 1.05;
const t = words("en");

const SCRIPT = `import math, random, sys
out = sys.stdout
for step in range(1, ${POINTS} + 1):
    out.write("step=%d " % step + " ".join("loss_%d=%.5f" % (n, math.exp(-step / 3e4) + random.random() / (n + 2)) for n in range(${SERIES})) + "\\n")
`;

test("charts", async () => {
  test.setTimeout(1_800_000);
  await onStage(async ({ api, app }) => {
    const version = await api.upload(await api.create("code", "code"), "code", [{ path: "main.py", text: SCRIPT }]);
    const task = await api.run(version, "python main.py");
    while ((await api.call<{ state: string }>("GET", `api/v1/experiment/${task}`)).state !== "success") await new Promise((resolve) => setTimeout(resolve, 200));
    const begin = performance.now();
    await app.open(`task/${task}/metrics`);
    await app.listen();
    await app.tab.until(({ series, ended }: { series: number; ended: string }) => document.querySelectorAll("figure.chart").length >= series && (document.querySelector(".metrics")?.textContent!.includes(ended) ?? false), { series: SERIES, ended: t("log.ended") }, 300);
    console.log(`\n${SERIES} metrics of ${POINTS} points: log read and drawn after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    // The last drawing while the log was read may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const took = await app.tab.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>(".metrics-smoothing")!;
      const drawing = (): string => [...document.querySelectorAll("figure.chart path")].map((path) => path.getAttribute("d")).join();
      const all: number[] = [];
      for (let round = 0; round < 9; round += 1) {
        const before = drawing();
        const begin = performance.now();
        slider.value = round % 2 ? "0" : "0.6";
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        while (drawing() === before) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        all.push(performance.now() - begin);
      }
      return all.sort((a, b) => a - b)[4]!;
    });
    console.log(goal("all charts drawn anew, from the question to the frame, ms", took, "under", 200, 0));
    for (const what of ["moved", "zoomed"]) {
      const frames = await app.tab.evaluate(async (what: string) => {
        const area = document.querySelector(".chart-area")!;
        const box = area.getBoundingClientRect();
        const at = (part: number, shiftKey: boolean): PointerEventInit => ({ bubbles: true, pointerId: 1, button: 0, buttons: 1, clientX: box.left + box.width * part, clientY: box.top + box.height / 2, shiftKey });
        const press = (key: string): void => void area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        press("+");
        press("+");
        await new Promise((resolve) => setTimeout(resolve, 500));
        const took: number[] = [];
        const begin = performance.now();
        let last = begin;
        if (what === "moved") area.dispatchEvent(new PointerEvent("pointerdown", at(0.5, true)));
        for (;;) {
          const now = await new Promise<number>(requestAnimationFrame);
          took.push(now - last);
          last = now;
          const part = (now - begin) / 4_000;
          if (part >= 1) break;
          if (what === "moved") area.dispatchEvent(new PointerEvent("pointermove", at(0.5 + 0.3 * Math.sin(part * 12), true)));
          else press(Math.floor(part * 40) % 2 ? "+" : "-");
        }
        if (what === "moved") area.dispatchEvent(new PointerEvent("pointerup", at(0.5, true)));
        press("Escape");
        return took.slice(1);
      }, what);
      const slow = frames.filter((ms) => ms > FRAME).length / frames.length;
      console.log(`${what} for 4 s: ${(frames.length / 4).toFixed(0)} frames a second, ${(slow * 100).toFixed(0)} % over 16.7 ms, the longest ${Math.max(...frames).toFixed(0)} ms`);
    }
    console.log(`longest task of the page's thread: ${(await app.longestTask()).toFixed(0)} ms`);
  });
});
