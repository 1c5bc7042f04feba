/** A log beside that of another run. */

import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { ended, lines, running } from "../support/logs.ts";
import { words } from "../support/words.ts";
import type { Page } from "@playwright/test";

const t = words("en");
const bar = (page: Page) => page.getByRole("group", { name: t("log.compare") });
const rows = (page: Page) => page.locator(".log-row .log-text");

test("what two runs printed is compared, searched, handed on, and ended", async ({ page, backend, log }) => {
  // Lines 1 to 40 of both, one that each has alone, and numbers that no two runs have in common.
  const script = 'seq -f "line %.0f of both" 1 40; echo "loss $(date +%s%N)"; echo "<b>only</b> $1"; echo done';
  const { app, api, task } = await running(page, backend.url, `set -- first; ${script}\n`);
  await app.open(`/task/${task}/log`);
  await ended(page);
  const { module_id: version, project_id: project } = await api.call<{ module_id: string; project_id: string }>("GET", `api/v1/experiment/${task}`);
  const same = await api.run(version, "bash main");
  const changed = await api.run(await api.upload(project, "code", [{ path: "main", text: `set -- second; ${script}\n` }]), "bash main");
  for (const run of [same, changed]) {
    await expect.poll(async () => (await api.call<{ state: string }>("GET", `api/v1/experiment/${run}`)).state, { timeout: 60_000 }).toBe("success");
  }

  await page.reload();
  await page.getByRole("button", { name: t("log.compare") }).click();
  await bar(page).getByRole("combobox", { name: t("log.compare_with") }).selectOption(changed);
  await expect(page).toHaveURL(new RegExp(`against=${changed}`));
  await expect(rows(page).filter({ hasText: "-<b>only</b> second" })).toBeVisible();
  await expect(rows(page).filter({ hasText: "+<b>only</b> first" })).toBeVisible();
  await expect(rows(page).filter({ hasText: "line 7 of both" })).toHaveCount(0);
  // Times of the platform's lines, ids and losses differ as long as numbers count.
  await expect(rows(page).filter({ hasText: /^[-+]loss \d+/ })).toHaveCount(2);
  await bar(page).getByRole("checkbox").uncheck();
  await expect(rows(page).filter({ hasText: /^[-+]loss \d+/ })).toHaveCount(0);
  await expect(bar(page).getByRole("status")).toHaveText(t("log.compare_found", { there: "1", here: "1" }));
  await accessible(page, "log compared");
  await picture(page, "log/compared");

  await lines(page).press("Control+f");
  await page.keyboard.type("only");
  await expect(page.locator(".log-count").last()).toHaveText("1 / 2");
  await page.keyboard.press("Escape");

  await page.reload();
  await expect(rows(page).filter({ hasText: "+<b>only</b> first" })).toBeVisible();
  await bar(page).getByRole("checkbox").uncheck();
  await bar(page).getByRole("combobox").selectOption(same);
  await expect(bar(page).getByRole("status")).toHaveText(t("log.compare_same"));
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page, "log compared");
  await picture(page, "log/compared-narrow");
  await bar(page).getByRole("button", { name: t("log.compare_end") }).click();
  await expect(page).not.toHaveURL(/against/);
  await expect(rows(page).filter({ hasText: "done" })).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  log.silent("log compared");
});

test("a run that is not there is said to be so", async ({ page, backend }) => {
  const { app, task } = await running(page, backend.url, "echo here\n");
  await app.open(`/task/${task}/log?against=${"0".repeat(32)}`);
  await ended(page);
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(rows(page).filter({ hasText: "here" })).toBeVisible();
  await bar(page).getByRole("button", { name: t("log.compare_end") }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
