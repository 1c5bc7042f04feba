/** A log compared with that of another run. */

import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { ended, lines, running } from "../support/logs.ts";
import { words } from "../support/words.ts";
import type { Api } from "../support/api.ts";
import type { Page } from "@playwright/test";

const t = words("en");
const bar = (page: Page) => page.getByRole("group", { name: t("log.compared") });
const rows = (page: Page) => page.locator(".log-row .log-text");
const said = (page: Page) => bar(page).getByRole("status");

/** Lines 1 to 40 of every run, a number that no two have in common, and a line of its own. */
const script = (own: string) => `seq -f "line %.0f of both" 1 40; echo "loss $(date +%s%N)"; echo "<b>only</b> ${own}"; echo done\n`;

interface Run {
  module_id: string;
  project_id: string;
  state: string;
}

const run = (api: Api, id: string) => api.call<Run>("GET", `api/v1/experiment/${id}`);

async function succeeded(api: Api, id: string): Promise<void> {
  await expect.poll(async () => (await run(api, id)).state, { timeout: 60_000 }).toBe("success");
}

async function choose(page: Page, id: string): Promise<void> {
  await page.getByRole("button", { name: t("log.compare") }).click();
  const dialog = page.getByRole("dialog", { name: t("log.compare") });
  await dialog.getByRole("option").filter({ hasText: id.slice(0, 8) }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`against=${id}`));
}

test("what two runs printed is compared, searched, handed on, and ended", async ({ page, backend, log }) => {
  const { app, api, task } = await running(page, backend.url, script("first"));
  await app.open(`/task/${task}/log`);
  await ended(page);
  const { module_id: version, project_id: project } = await run(api, task);
  const same = await api.run(version, "bash main");
  const changed = await api.run(await api.upload(project, "code", [{ path: "main", text: script("second") }]), "bash main");
  for (const id of [same, changed]) await succeeded(api, id);

  // The dialog has the project's other runs, the newest first, and is there for the keyboard.
  await page.getByRole("button", { name: t("log.compare") }).focus();
  await page.keyboard.press("Enter");
  const options = page.getByRole("dialog").getByRole("option");
  await expect(options).toHaveCount(2);
  await expect(options.first()).toContainText(changed.slice(0, 8));
  await expect(options.first()).toContainText(t("task.state_success"));
  await accessible(page, "run to compare with");
  await picture(page, "log/compare-choose");
  await page.getByRole("dialog").getByRole("combobox").fill("nothing is called so");
  await expect(page.getByText(t("log.compare_none"))).toBeVisible();
  await page.getByRole("dialog").getByRole("combobox").fill(changed);
  await expect(options).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`against=${changed}`));
  await expect(bar(page).getByRole("link")).toHaveAttribute("href", new RegExp(`/task/${changed}/log$`));

  await expect(rows(page).filter({ hasText: "-<b>only</b> second" })).toHaveCount(1);
  await expect(rows(page).filter({ hasText: "+<b>only</b> first" })).toHaveCount(1);
  await expect(rows(page).filter({ hasText: /^@@ -\d+,\d+ \+\d+,\d+ @@$/ }).first()).toBeInViewport();
  await expect(rows(page).filter({ hasText: "line 7 of both" })).toHaveCount(0);
  await expect(rows(page).filter({ hasText: /^[-+]loss \d+/ })).toHaveCount(2);
  // What only lines of a log have is gone.
  await expect(page.getByRole("button", { name: t("log.raw") })).toHaveCount(0);
  await expect(page.locator(".log-number[data-line]")).toHaveCount(0);

  await bar(page).getByRole("checkbox", { name: t("log.compare_ignore") }).check();
  await expect(page).toHaveURL(/ignore=numbers/);
  await expect(rows(page).filter({ hasText: /^[-+]loss \d+/ })).toHaveCount(0);
  // What the platform says is the same in both, but for numbers.
  const both = (await api.log(task)).trimEnd().split("\n").length - 1;
  await expect(said(page)).toHaveText(t("log.compare_found", { there: "1", here: "1", both: String(both) }));
  await accessible(page, "log compared");
  await picture(page, "log/compared");

  await lines(page).press("Control+f");
  await page.keyboard.type("only");
  await expect(page.getByRole("search").getByRole("status")).toHaveText("1 / 2");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("search").getByRole("status")).toHaveText("2 / 2");
  await expect(page.locator(".log-hit").first()).toBeVisible();
  await page.keyboard.press("Escape");

  await page.reload();
  await expect(said(page)).toHaveText(t("log.compare_found", { there: "1", here: "1", both: String(both) }));
  await expect(bar(page).getByRole("checkbox")).toBeChecked();
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page, "log compared");
  await picture(page, "log/compared-narrow");

  await choose(page, same);
  await expect(said(page)).toHaveText(t("log.compare_same_but"));
  await expect(rows(page).filter({ hasText: /\S/ })).toHaveCount(0);
  await bar(page).getByRole("button", { name: t("log.compare_end") }).click();
  await expect(page).not.toHaveURL(/against/);
  await expect(bar(page)).toHaveCount(0);
  await expect(rows(page).filter({ hasText: /^done$/ })).toBeInViewport();
  await expect(page.locator(".log-number[data-line]").first()).toBeAttached();
  await expect(page.getByRole("button", { name: t("log.raw") })).toBeVisible();
  log.silent("log compared");
});

test("a log that grows is compared anew, and is the same as itself", async ({ page, backend, log }) => {
  const { app, task } = await running(page, backend.url, "for i in $(seq 1 15); do echo tick; sleep 1; done\n");
  // Its own log, as it was when it was read: what is written afterwards is only here.
  await app.open(`/task/${task}/log?against=${task}`);
  await expect(rows(page).filter({ hasText: "+tick" }).first()).toBeVisible({ timeout: 30_000 });
  const first = await rows(page).filter({ hasText: "+tick" }).count();
  await ended(page);
  await expect.poll(() => rows(page).filter({ hasText: "+tick" }).count()).toBeGreaterThan(first);
  await page.reload();
  await expect(said(page)).toHaveText(t("log.compare_same"));
  log.silent("log compared with itself");
});

test("a run that is gone is said to be so, and left", async ({ page, backend, log }) => {
  const { app, task } = await running(page, backend.url, "echo here\n");
  await app.open(`/task/${task}/log?against=${"0".repeat(32)}`);
  await ended(page);
  const alert = page.locator(".log").getByRole("alert");
  await expect(alert).toBeVisible();
  await expect(rows(page).filter({ hasText: /^here$/ })).toBeVisible();
  await alert.getByRole("button", { name: t("common.retry") }).click();
  await expect(alert).toBeVisible();
  await bar(page).getByRole("button", { name: t("log.compare_end") }).click();
  await expect(alert).toHaveCount(0);
  await expect(page).not.toHaveURL(/against/);
  log.expected(/404/);
});
