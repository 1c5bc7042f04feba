/** The log of a task: searched while it grows, filtered, led to by numbers, and followed whole at full speed. */

import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { ended, lines, running } from "../support/logs.ts";
import { startProxy } from "../support/proxy.ts";
import { amounts } from "../support/soak.ts";
import { words } from "../support/words.ts";
import type { Page } from "@playwright/test";

const t = words("en");
/** Lines that are compared at once: they can be copied. */
const PIECE = 150_000;

/** Where the search stands: "2 / 3". */
const count = (page: Page) => page.locator(".log-count");
const search = (page: Page) => page.getByRole("searchbox", { name: t("log.search") });
const current = (page: Page) => page.locator(".log-current .log-text");

test("a search goes on while the log grows, leads from hit to hit, and shows hits alone", async ({ page, backend, log }) => {
  const { app, task } = await running(
    page,
    backend.url,
    `for i in $(seq 1 400); do echo "step $i of 400"; done
echo -e '\\e[31mloss\\e[0m=0.5 <mark>x</mark>'
sleep 8
for i in $(seq 1 400); do echo "more $i"; done
echo 'val_loss=0.4 Loss=0.3'
echo 'ValueError: shapes do not match' >&2
exit 1
`,
  );
  await app.open(`/task/${task}/log`);
  await expect(page.getByText("<mark>x</mark>")).toBeVisible({ timeout: 30_000 });
  await lines(page).press("Control+f");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type("loss");
  await expect(count(page)).toHaveText("1 / 1");
  await expect(page.locator(".log-hit")).toHaveText(["loss"]);
  // More of them, as the task goes on.
  await expect(count(page)).toHaveText("1 / 2", { timeout: 30_000 });
  await ended(page);
  await search(page).press("Enter");
  await expect(count(page)).toHaveText("2 / 2");
  await expect(current(page)).toHaveText("val_loss=0.4 Loss=0.3");
  await search(page).press("Enter");
  await expect(count(page)).toHaveText("1 / 2");
  await expect(current(page)).toHaveText("loss=0.5 <mark>x</mark>");
  await search(page).press("Shift+Enter");
  await expect(count(page)).toHaveText("2 / 2");
  await accessible(page, "log with a search");
  await picture(page, "log/search");

  await page.getByRole("button", { name: t("log.case") }).click();
  await page.getByRole("button", { name: t("log.word") }).click();
  await expect(count(page)).toHaveText("1 / 1");
  await expect(current(page)).toHaveText("loss=0.5 <mark>x</mark>");
  await page.getByRole("button", { name: t("log.word") }).click();
  await page.getByRole("button", { name: t("log.regex") }).click();
  await search(page).fill("(loss");
  await expect(count(page)).toContainText("unclosed group");
  await search(page).fill("^more [0-9]+$");
  await expect(count(page)).toHaveText("1 / 400");
  await search(page).fill("nothing of this");
  await expect(count(page)).toHaveText(t("log.no_hits"));

  await search(page).fill("(val_)?loss=");
  await page.getByRole("combobox", { name: t("log.shown") }).selectOption("0");
  await expect(page.locator(".log-row .log-text")).toHaveText(["loss=0.5 <mark>x</mark>", "val_loss=0.4 Loss=0.3"]);
  await page.getByRole("combobox", { name: t("log.shown") }).selectOption("3");
  await expect(page.locator(".log-row .log-text", { hasText: "step 398 of 400" })).toBeVisible();
  await expect(page.locator(".log-row .log-text", { hasText: "step 397 of 400" })).toHaveCount(0);
  await picture(page, "log/filtered");
  await search(page).press("Escape");
  await expect(search(page)).toHaveCount(0);
  await expect(lines(page)).toBeFocused();
  await expect(page.locator(".log-hit")).toHaveCount(0);

  // The line that tells of a failure, by its key and by its button.
  await lines(page).press("n");
  await expect(current(page)).toHaveText("ValueError: shapes do not match");
  await page.getByRole("button", { name: t("log.previous_failure") }).click();
  await expect(page.locator(".log-failed .log-text", { hasText: "ValueError" })).toBeVisible();
  log.silent("log with a search");
});

test("lines are chosen by their numbers, and the address leads others to them", async ({ page, backend, log }) => {
  const { app, task } = await running(page, backend.url, 'for i in $(seq 1 2000); do echo "step $i"; done\n');
  await app.open(`/task/${task}/log`);
  await ended(page);
  const number = (line: string) => page.locator(".log-row", { hasText: line }).locator(".log-number").first();
  const first = number("step 1998");
  await first.click();
  const from = Number(await first.textContent());
  await expect(page).toHaveURL(new RegExp(`#L${from}$`));
  await number("step 2000").click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(new RegExp(`#L${from}-L${from + 2}$`));
  await expect(page.getByText(t("log.picked", { first: from, last: from + 2 }))).toBeVisible();
  await expect(page.locator(".log-picked")).toHaveCount(3);
  await accessible(page, "log with chosen lines");
  await picture(page, "log/picked");

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const bar = page.locator(".log-picked-bar");
  await bar.getByRole("button", { name: t("common.copy"), exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("step 1998\nstep 1999\nstep 2000\n");

  await app.open(`/task/${task}/log#L501-L503`);
  await expect(page.locator(".log-picked")).toHaveCount(3);
  await expect(page.locator(".log-picked .log-number").first()).toHaveText("501");
  await expect(page.locator(".log-picked").first()).toBeInViewport();
  // Nothing came since the log is looked at, wherever that began.
  const end = page.getByRole("button", { name: t("log.to_end"), exact: true });
  await end.click();
  await expect(page.locator(".log-row", { hasText: "step 2000" })).toBeVisible();
  await expect(end).toHaveCount(0);
  await bar.getByRole("button", { name: t("common.close") }).click();
  await expect(page).not.toHaveURL(/#/);
  await expect(page.locator(".log-picked")).toHaveCount(0);
  log.silent("log with chosen lines");
});

test("on a narrow screen the search keeps to it", async ({ page, backend }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { app, task } = await running(page, backend.url, "seq 1 100\n");
  await app.open(`/task/${task}/log`);
  await ended(page);
  await page.getByRole("button", { name: t("log.search") }).click();
  await search(page).fill("99");
  await expect(count(page)).toHaveText("1 / 1");
  await fits(page, "log with a search");
  await picture(page, "log/search-narrow");
});

test("a log printed at full speed is followed, cut off ten times and searched meanwhile, and is whole", async ({ page, backend }) => {
  test.setTimeout(amounts.patience * 1000);
  const size = amounts.lines;
  const proxy = await startProxy(backend.url);
  try {
    const script = `seq -f 'step %.0f of a run that prints as fast as it can' 1 ${size}; sleep 3; echo the end\n`;
    const { app, api, task } = await running(page, proxy.url, script);
    await app.open(`/task/${task}/log`);
    await lines(page).press("Control+f");
    await page.keyboard.type("step 1999");
    for (let cut = 0; cut < 10; cut += 1) {
      proxy.cut();
      await page.waitForTimeout(300);
    }
    await ended(page, amounts.patience);
    // 1999, 1999x, 1999xx and so on: as many as are in the file.
    const whole = (await api.log(task)).trimEnd().split("\n");
    const hits = whole.filter((line) => line.includes("step 1999")).length;
    expect(hits).toBeGreaterThan(100);
    await expect(count(page)).toHaveText(new RegExp(`/ ${hits.toLocaleString("en")}$`));
    const steps = whole.filter((line) => line.startsWith("step "));
    expect(steps.length).toBe(size);
    expect(steps.every((line, at) => line === `step ${at + 1} of a run that prints as fast as it can`)).toBe(true);
    const [told] = t("log.size", { lines: whole.length.toLocaleString("en"), bytes: "|" }).split("|");
    await expect(page.getByText(told!)).toBeVisible();
    // What the page holds is the file, line by line, in pieces that can be copied.
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    for (let from = 0; from < whole.length; from += PIECE) {
      const piece = whole.slice(from, from + PIECE);
      const [first, last] = [from + 1, from + piece.length];
      await page.evaluate((lines) => (window.location.hash = lines), `L${first}-L${last}`);
      await expect(page.getByText(t("log.picked", { first, last }), { exact: true })).toBeVisible();
      await page.locator(".log-picked-bar").getByRole("button", { name: t("common.copy"), exact: true }).click();
      await expect.poll(() => page.evaluate(async () => (await navigator.clipboard.readText()).split("\n", 1)[0])).toBe(piece[0]);
      const held = await page.evaluate(() => navigator.clipboard.readText());
      expect(held.trimEnd().split("\n")).toEqual(piece);
    }
  } finally {
    await proxy.remove();
  }
});
