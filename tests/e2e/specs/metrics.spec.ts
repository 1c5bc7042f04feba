/** Metrics of a task's log as charts, and what the task used of the machine. */

import { readFile } from "node:fs/promises";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { ended, running } from "../support/logs.ts";
import { locale, words } from "../support/words.ts";
import type { Page } from "@playwright/test";

const t = words("en");

/** Prints what programs of several libraries print, and keeps a processor busy for some seconds. */
const SCRIPT = `import time, json, math
print("Epoch 1/2", flush=True)
for step in range(1, 201):
    loss = 2.0 / (1 + step / 20) + 0.05 * math.sin(step)
    print(f"step={step} loss={loss:.4f} val_loss={loss * 1.1:.4f} lr={1e-3 / step:.3e}")
print(json.dumps({"metric": "accuracy", "value": 0.91, "step": 10}))
print(json.dumps({"metric": "accuracy", "value": float("nan"), "step": 20}))
print(json.dumps({"metric": "<b>bold</b>", "value": 1, "step": 1}), flush=True)
end = time.time() + 5
held = bytearray(64 << 20)
while time.time() < end:
    sum(range(10000))
print("step=201 loss=0.125 val_loss=0.25 lr=1e-6")
`;

const chart = (page: Page, title: string) =>
  page.locator("figure.chart").filter({ has: page.locator("figcaption strong", { hasText: new RegExp(`^${title}$`) }) });

test("metrics of a running task are charts that lead to their lines", async ({ page, backend, log }) => {
  const { app, task } = await running(page, backend.url, SCRIPT, "python");
  await app.open(`/task/${task}/metrics`);
  const loss = chart(page, "loss");
  await expect(loss).toBeVisible({ timeout: 30_000 });
  // The metric of training and that of checking share a chart; the last values stand below it.
  await expect(loss.locator(".chart-key")).toHaveText([/^loss/, /^val_loss/]);
  await expect(chart(page, "lr")).toBeVisible();
  await expect(chart(page, "<b>bold</b>")).toBeVisible();
  await expect(chart(page, "accuracy").locator(".chart-mark")).toHaveText("NaN");
  // It grows with the task.
  await expect(loss.locator(".chart-value").first()).toHaveText("0.125", { timeout: 30_000 });

  // What it used of the machine: it was busy, and held 64 MiB.
  const memory = chart(page, t("metrics.memory"));
  await expect(memory).toBeVisible({ timeout: 20_000 });
  await expect(chart(page, t("metrics.cpu")).locator(".chart-flag-name").first()).toHaveText(t("task.stage_running"));
  await accessible(page, "metrics of a task");
  await picture(page, "metrics/charts");

  // Pointed at: all charts tell their values there.
  const area = loss.locator(".chart-area");
  const box = (await area.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 50);
  await expect(loss.locator(".chart-at")).toHaveText(/^[0-9]+(\.[0-9]+)?$/);
  await expect(chart(page, "lr").locator(".chart-cursor")).toHaveCount(1);

  // A part of it, chosen by dragging; then all again.
  const ticks = () => loss.locator(".chart-tick-x").allTextContents();
  const before = await ticks();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await expect.poll(ticks).not.toEqual(before);
  await picture(page, "metrics/zoomed");
  await page.getByRole("button", { name: t("metrics.all") }).click();
  await expect.poll(ticks).toEqual(before);

  await page.getByRole("button", { name: t("metrics.log") }).click();
  await page.getByRole("slider", { name: t("metrics.smoothing") }).fill("0.9");
  await expect(loss.locator(".chart-ghost")).toHaveCount(2);
  await page.getByRole("searchbox", { name: t("metrics.names") }).fill("loss");
  await expect(chart(page, "lr")).toHaveCount(0);
  await page.getByRole("searchbox", { name: t("metrics.names") }).fill("");

  // The same as numbers, each leading to its line, and as a file.
  await page.getByRole("button", { name: t("metrics.table") }).click();
  const row = page.getByRole("row").filter({ hasText: "val_loss" });
  await expect(row.getByRole("cell").last()).toHaveText("201");
  await accessible(page, "metrics as a table");
  await picture(page, "metrics/table");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  const csv = await readFile(await download.path(), "utf8");
  const [head, ...rows] = csv.trimEnd().split("\r\n");
  expect(head!.split(",").slice(0, 3)).toEqual(["line", "step", "time"]);
  expect(head).toContain("loss,val_loss,lr");
  expect(rows.filter((line) => /^[0-9]+,[0-9]+,/.test(line)).length).toBeGreaterThan(200);
  await row.getByRole("button").first().click();
  await expect(page).toHaveURL(/\/log#L[0-9]+$/);
  await expect(page.locator(".log-picked .log-text")).toContainText("step=201 loss=0.125");
  log.silent("metrics of a task");
});

test("by keyboard, by time, and on a narrow screen", async ({ page, backend }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { app, task } = await running(page, backend.url, 'for i in range(1, 6): print(f"2026-11-27T10:00:0{i}Z loss={1 / i}")\n', "python");
  await app.open(`/task/${task}/metrics`);
  const loss = chart(page, "loss");
  await expect(loss).toBeVisible({ timeout: 30_000 });
  await page.getByRole("combobox", { name: t("metrics.across") }).selectOption("relative");
  await expect(loss.locator(".chart-tick-x").last()).toHaveText("4 s");
  const area = loss.locator(".chart-area");
  await area.press("ArrowRight");
  await expect(loss.locator(".chart-at")).not.toHaveText("");
  await area.press("+");
  await expect(page.getByRole("button", { name: t("metrics.all") })).toBeVisible();
  await area.press("Escape");
  await expect(page.getByRole("button", { name: t("metrics.all") })).toHaveCount(0);
  await fits(page, "metrics of a task");
  await picture(page, "metrics/narrow");
  await area.press("Enter");
  await expect(page).toHaveURL(/\/log#L[0-9]+$/);
});

test("a log without metrics says how to print some", async ({ page, backend, log }) => {
  const { app, task } = await running(page, backend.url, "print('hello')\n", "python");
  await app.open(`/task/${task}/metrics`);
  await expect(page.getByText(t("metrics.none"), { exact: true })).toBeVisible({ timeout: 30_000 });
  await accessible(page, "no metrics");
  log.silent("no metrics");
});

test("values in a form of their own are found by patterns that the project keeps", async ({ page, browser, backend, log }) => {
  const script = 'for i in range(1, 21): print(f"PSNR is {20 + i / 10:.1f} dB <i>after</i> pass {i}")\nprint("PSNR is high dB <i>after</i> pass 21")\n';
  const { app, api, task } = await running(page, backend.url, script, "python");
  await app.open(`/task/${task}/log`);
  await ended(page);
  await app.open(`/task/${task}/metrics`);
  await page.getByRole("button", { name: t("metrics.patterns"), exact: true }).click();
  const drawer = page.getByRole("dialog");
  const [name, pattern] = [drawer.getByLabel(t("metrics.pattern_name"), { exact: true }), drawer.getByLabel(t("metrics.pattern"), { exact: true })];
  await name.fill("quality");
  await pattern.fill("PSNR is (?<value>\\S+ dB");
  await expect(drawer.getByText("unclosed group")).toBeVisible();
  await pattern.fill("PSNR is \\S+ dB");
  await expect(drawer.getByText("it has no group named value")).toBeVisible();
  await pattern.fill("PSNR is (?<value>\\S+) dB <i>after</i> pass (?<step>19|20|21)");
  await expect(drawer.locator(".pattern-sample")).toHaveCount(3);
  await expect(drawer.locator(".pattern-sample").first()).toContainText("quality = 21.9 (19)");
  await expect(drawer.locator(".pattern-wrong")).toContainText(t("metrics.no_number"));
  await pattern.fill("PSNR is (?<value>\\S+) dB <i>after</i> pass (?<step>\\d+)");
  await expect(drawer.locator(".pattern-sample")).toHaveCount(8);
  await accessible(page, "patterns of metrics");
  await picture(page, "metrics/patterns");
  await drawer.getByRole("button", { name: t("metrics.add"), exact: true }).click();
  await expect(drawer.locator(".pattern")).toHaveCount(1);
  await expect(name).toHaveValue("");
  await drawer.getByRole("button", { name: t("common.close") }).click();
  const quality = chart(page, "quality");
  await expect(quality.locator(".chart-value")).toHaveText("22");

  // It is the project's: there after a reload, and for others who cannot change it.
  await page.reload();
  await expect(quality).toBeVisible();
  const context = await browser.newContext({ locale: locale.en });
  try {
    const other = await Api.register(backend.url, newAccount());
    const theirs = new App(await context.newPage(), backend.url, t);
    await theirs.open("/login");
    await theirs.signIn(other.account.name, other.account.password);
    await expect(theirs.page).not.toHaveURL(/login/);
    await theirs.open(`/task/${task}/metrics`);
    const seen = chart(theirs.page, "quality");
    await expect(seen).toBeVisible();
    await theirs.page.getByRole("button", { name: t("metrics.patterns"), exact: true }).click();
    const side = theirs.page.getByRole("dialog");
    await expect(side.getByText(t("metrics.patterns_here", { owner: api.account.name }))).toBeVisible();
    await side.getByRole("button", { name: t("metrics.remove", { name: "quality" }) }).click();
    await expect(seen).toHaveCount(0);
    await theirs.page.setViewportSize({ width: 390, height: 844 });
    await fits(theirs.page, "patterns of metrics");
    await theirs.page.reload();
    await expect(seen).toBeVisible();
  } finally {
    await context.close();
  }
  log.silent("patterns of metrics");
});
