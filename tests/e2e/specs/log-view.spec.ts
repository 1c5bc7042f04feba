/** How the lines of a log are shown: states of bars, times, what was written, and text that is selected over more than fits. */

import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { ended, lines, running } from "../support/logs.ts";
import { words } from "../support/words.ts";
import type { Page } from "@playwright/test";

const t = words("en");
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const row = (page: Page, text: string) => page.locator(".log-row", { hasText: text });

test("a bar's earlier states, the times of lines and what was written are there when asked for", async ({ page, backend, log }) => {
  const { app, task } = await running(
    page,
    backend.url,
    `echo "2026-11-27T10:00:00Z begins"
for i in $(seq 1 700); do printf '\\r%s of 700 <b>x</b>' $i; done; echo
echo "2026-11-27T10:01:05Z \x1b[31mred\x1b[0m".
printf '2026-11-27T11:00:00Z \\033[32mgreen\\033[0m\\n'
`,
  );
  await app.open(`/task/${task}/log`);
  await ended(page);
  const bar = row(page, "700 of 700");
  await bar.getByRole("button", { name: t("log.earlier") }).click();
  const dialog = page.getByRole("dialog");
  const states = dialog.locator(".log-row");
  await expect(states).toHaveCount(500);
  await expect(states.first()).toHaveText("1 of 700 <b>x</b>");
  await accessible(page, "states of a bar");
  await picture(page, "log/states");
  await dialog.getByRole("button", { name: t("log.earlier_more", { count: 199 }) }).click();
  await expect(states).toHaveCount(699);
  await expect(states.last()).toHaveText("699 of 700 <b>x</b>");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(row(page, "begins").getByRole("button")).toHaveCount(0);

  const time = (text: string) => row(page, text).locator(".log-time");
  await page.getByRole("button", { name: t("log.times_off") }).click();
  await expect(time("green")).not.toHaveText("");
  await expect(time("700 of 700")).toHaveText("");
  await page.getByRole("button", { name: t("log.times_since") }).click();
  const here = await page.evaluate(() => {
    const two = (n: number) => String(n).padStart(2, "0");
    const at = new Date("2026-11-27T11:00:00Z");
    return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  });
  await expect(time("green")).toHaveText(here);
  await accessible(page, "log with times");
  await picture(page, "log/times");
  await page.getByRole("button", { name: t("log.times_here") }).click();
  await expect(time("green")).toHaveCount(0);

  await page.getByRole("button", { name: t("log.raw") }).click();
  await expect(page.getByText("␛[32mgreen␛[0m")).toBeVisible();
  await expect(page.getByText("␍699 of 700 <b>x</b>␍700 of 700")).toBeVisible();
  await picture(page, "log/raw");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: t("log.raw") }).click();
  await page.getByRole("button", { name: t("log.times_off") }).click();
  await expect(time("green")).not.toHaveText("");
  await fits(page, "log with times");
  await picture(page, "log/times-narrow");
  log.silent("log with states, times and bytes");
});

test("text is selected and copied over more lines than are on screen, and all lines at once", async ({ page, backend, log }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { app, task } = await running(page, backend.url, 'for i in $(seq 1 3000); do echo "step $i 训练 🚀 end"; done\n');
  await app.open(`/task/${task}/log#L100`);
  await expect(page.locator(".log-current")).toBeInViewport();
  await page.locator(".log-picked-bar").getByRole("button", { name: t("common.close") }).click();
  // From within one line to within another: both ends are where the browser has them.
  const place = async (text: string, before: string) => {
    const box = await row(page, text).locator(".log-text").evaluate((element, before) => {
      const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const node = walk.nextNode()!;
      const range = document.createRange();
      range.setStart(node, 0);
      range.setEnd(node, node.textContent!.indexOf(before));
      const { right, top, height } = range.getBoundingClientRect();
      return { x: right, y: top + height / 2 };
    }, before);
    return box;
  };
  const first = (await page.locator(".log-current .log-text").textContent())!.match(/step (\d+)/)![1]!;
  const number = Number(first);
  const [from, to] = [await place(`step ${number} `, "训"), await place(`step ${number + 2} `, "🚀")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press("Control+c");
  await expect.poll(() => clipboard(page)).toBe(`训练 🚀 end\nstep ${number + 1} 训练 🚀 end\nstep ${number + 2} 训练 `);

  // Far away the selection is made longer: what lies between is not in the page.
  await lines(page).evaluate((element) => (element.scrollTop += 30_000));
  await expect(row(page, `step ${number + 1} `)).toHaveCount(0);
  const visible = Number((await page.locator(".log-row:not(.log-pinned) .log-text").nth(35).textContent())!.match(/step (\d+)/)![1]);
  const far = await place(`step ${visible} `, "训");
  await page.keyboard.down("Shift");
  await page.mouse.click(far.x, far.y);
  await page.keyboard.up("Shift");
  await page.keyboard.press("Control+c");
  const copied = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, n) => `step ${first + n} ${n + first === last ? "" : "训练 🚀 end"}`)
      .join("\n")
      .replace(/^step \d+ /, "");
  await expect.poll(() => clipboard(page)).toBe(copied(number, visible));
  // And scrolled away from altogether it stays.
  await lines(page).evaluate((element) => (element.scrollTop = 0));
  await expect(row(page, `step ${visible - 1} `)).toHaveCount(0);
  await page.evaluate(() => navigator.clipboard.writeText("nothing"));
  await page.keyboard.press("Control+c");
  await expect.poll(() => clipboard(page)).toBe(copied(number, visible));

  await lines(page).press("Control+a");
  await page.locator(".log-picked-bar").getByRole("button", { name: t("common.copy"), exact: true }).click();
  await expect.poll(async () => (await clipboard(page)).split("\n").filter((line) => line.startsWith("step ")).length).toBe(3000);
  log.silent("log with a selection");
});

test("tracebacks and the platform's lines are folded, opened one by one, and opened by what leads into them", async ({ page, backend, log }) => {
  const frames = Array.from({ length: 30 }, (_, n) => `  File \\"train.py\\", line ${n}, in step_${n}`).join("\\n");
  const { app, task } = await running(page, backend.url, `echo begin; echo -e "Traceback (most recent call last):\\n${frames}\\nValueError: no"; echo goes on\n`);
  await app.open(`/task/${task}/log`);
  await ended(page);
  await expect(row(page, "step_7")).toHaveCount(1);
  await page.getByRole("button", { name: t("log.fold") }).click();
  const head = row(page, "Traceback");
  await expect(head.getByRole("button")).toHaveText(t("log.folded", { count: 30 }));
  await expect(row(page, "step_7")).toHaveCount(0);
  await expect(row(page, "ValueError: no")).toBeVisible();
  // The platform says several things before the program begins.
  await expect(row(page, "Task submitted successfully").getByRole("button")).toBeVisible();
  await expect(row(page, "mkdir output")).toHaveCount(0);
  await accessible(page, "log with folded lines");
  await picture(page, "log/folded");
  await head.getByRole("button").click();
  await expect(row(page, "step_7")).toBeVisible();
  await expect(row(page, "mkdir output")).toHaveCount(0);
  await head.getByRole("button").click();
  await expect(row(page, "step_7")).toHaveCount(0);
  // A hit in what is folded opens it.
  await lines(page).press("Control+f");
  await page.keyboard.type("step_29");
  await expect(page.locator(".log-current .log-text")).toContainText("step_29");
  await expect(row(page, "step_7")).toHaveCount(1);
  await page.getByRole("button", { name: t("log.fold") }).click();
  await expect(row(page, "mkdir output")).toHaveCount(1);
  log.silent("log with folded lines");
});
