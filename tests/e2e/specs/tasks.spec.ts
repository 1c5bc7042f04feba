/** Lists of tasks: finding some, doing something with many, saving them; and new tasks made of old ones. */

import { readFile } from "node:fs/promises";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");
const SCRIPT = "echo begun; sleep 600\n";

/** Somebody who is signed in, with a project and a version of its code. */
async function begin(app: App, url: string, permission: 0 | 1 = 0): Promise<{ api: Api; version: string }> {
  const api = await Api.register(url, newAccount());
  const entity = await api.create("code", "code", permission);
  const version = await api.upload(entity, "code", [{ path: "main.sh", text: SCRIPT }]);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(app.page).not.toHaveURL(/login/);
  return { api, version };
}

/** Rows of tasks by their commands. */
const row = (app: App, name: string) => app.page.getByRole("row").filter({ has: app.page.getByRole("link", { name, exact: true }) });
const box = (app: App, name: string) => app.page.getByRole("checkbox", { name: t("tasks.select_row", { name }), exact: true });

test("filters, order and columns survive a reload and Back", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  for (const command of ["exit 3", "true alpha", "true beta"]) await api.run(version, command);
  await app.open("/tasks");
  for (const name of ["true alpha", "true beta"]) {
    await expect(row(app, name).getByText(t("task.state_success"), { exact: true })).toBeVisible({ timeout: 30_000 });
  }
  await expect(row(app, "exit 3").getByText(t("task.state_failed"), { exact: true })).toBeVisible({ timeout: 30_000 });
  await picture(page, "tasks/list");
  await accessible(page, "task list");

  await page.getByRole("button", { name: t("tasks.filters") }).click();
  await page.getByRole("checkbox", { name: t("task.state_success"), exact: true }).check();
  await expect(row(app, "exit 3")).toHaveCount(0);
  await accessible(page, "filters of tasks");
  await picture(page, "tasks/filters");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: t("task.col_task"), exact: true }).click();
  const names = page.getByRole("table").getByRole("link", { name: /^true / });
  await expect(names).toHaveText(["true alpha", "true beta"]);
  await expect(page.getByRole("columnheader", { name: t("task.col_task") })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("button", { name: t("tasks.columns") }).click();
  await page.getByRole("checkbox", { name: t("tasks.col_reason"), exact: true }).check();
  await page.keyboard.press("Escape");
  const reason = page.getByRole("columnheader", { name: t("tasks.col_reason") });
  await expect(reason).toBeVisible();
  await page.getByRole("link", { name: t("task.col_task"), exact: true }).click();
  await expect(names).toHaveText(["true beta", "true alpha"]);

  await page.reload();
  await expect(names).toHaveText(["true beta", "true alpha"]);
  await expect(reason).toBeVisible();
  await page.goBack();
  await expect(names).toHaveText(["true alpha", "true beta"]);
  await expect(reason).toBeVisible();

  await app.field("lists.search_tasks").fill("ALPHA");
  await expect(names).toHaveText(["true alpha"]);
  await app.field("lists.search_tasks").fill("nothing like it");
  await expect(page.getByText(t("lists.no_match"))).toBeVisible();
  await app.link("lists.clear_filters").click();
  await expect(row(app, "exit 3")).toBeVisible();
  log.silent("task list");
});

test("a view has a name and comes back", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  await api.run(version, "exit 3");
  await app.open("/tasks?state=failed&sort=duration");
  await expect(row(app, "exit 3")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: t("tasks.views") }).click();
  await app.field("tasks.view_name").fill("broken ones");
  await page.keyboard.press("Enter");
  await app.open("/tasks");
  await page.getByRole("button", { name: t("tasks.views") }).click();
  await accessible(page, "views of tasks");
  await page.getByRole("link", { name: "broken ones", exact: true }).click();
  await expect(page).toHaveURL(/state=failed&sort=duration/);
  log.silent("views");
});

test("many are stopped and deleted with the keyboard alone", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  for (const name of ["one", "two", "three"]) await api.run(version, `bash main.sh ${name}`);
  await app.open("/tasks");
  await expect(row(app, "bash main.sh three")).toBeVisible();
  const first = box(app, "bash main.sh three");
  await first.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(box(app, "bash main.sh two")).toBeChecked();
  await expect(box(app, "bash main.sh one")).not.toBeChecked();
  const bar = page.getByRole("region", { name: t("tasks.bulk"), exact: true });
  await expect(bar.getByText(t("tasks.selected", { count: 2 }))).toBeVisible();
  await accessible(page, "selected tasks");
  await picture(page, "tasks/selected");
  const stop = bar.getByRole("button", { name: t("tasks.bulk_stop", { count: 2 }), exact: true });
  await expect(bar.getByRole("button", { name: t("tasks.bulk_delete", { count: 0 }), exact: true })).toHaveAttribute("aria-disabled", "true");
  await stop.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(t("tasks.stop_text", { all: 2, count: 2 }))).toBeVisible();
  await dialog.getByRole("button", { name: t("tasks.stop_yes"), exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText(t("tasks.stopped", { count: 2 }))).toBeVisible({ timeout: 30_000 });
  for (const name of ["two", "three"]) {
    await expect(row(app, `bash main.sh ${name}`).getByText(t("task.state_stopped"), { exact: true })).toBeVisible({ timeout: 30_000 });
  }
  await expect(bar).toHaveCount(0);
  // The focus is with the list again: from here everything can be reached.
  await expect(page.getByRole("checkbox", { name: t("ui.select_page"), exact: true })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(bar.getByText(t("tasks.selected", { count: 3 }))).toBeVisible();
  await bar.getByRole("button", { name: t("tasks.bulk_delete", { count: 2 }), exact: true }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: t("tasks.delete_yes"), exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText(t("tasks.deleted", { count: 2 }))).toBeVisible();
  await expect(row(app, "bash main.sh two")).toHaveCount(0);
  await expect(row(app, "bash main.sh one")).toBeVisible();
  await api.bulkStop();
  log.silent("bulk");
});

test("the file holds what the list does, in any alphabet", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  await api.run(version, "echo 你好, =1+1");
  await api.run(version, "exit 3");
  await app.open("/tasks?q=echo");
  await expect(row(app, "echo 你好, =1+1")).toBeVisible();
  const saving = page.waitForEvent("download");
  await app.button("tasks.csv").click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe("tasks.csv");
  const text = await readFile((await download.path())!, "utf8");
  expect(text.startsWith("\uFEFFid,state,remark,")).toBe(true);
  expect(text).toContain('"echo 你好, =1+1"');
  expect(text).not.toContain("exit 3");
  log.silent("csv");
});

test("metrics are columns of the list and of its file", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  await api.run(version, "printf 'loss=2.5\\nloss=nan\\nloss=0.25 val/acc=0.75\\n'");
  await api.run(version, "echo hello");
  await app.open("/tasks");
  const [measured, silent] = [row(app, "printf 'loss=2.5\\nloss=nan\\nloss=0.25 val/acc=0.75\\n'"), row(app, "echo hello")];
  for (const one of [measured, silent]) await expect(one.getByText(t("task.state_success"), { exact: true })).toBeVisible({ timeout: 30_000 });
  const columns = page.getByRole("button", { name: t("tasks.columns") });
  await columns.click();
  const group = page.getByRole("group", { name: t("tasks.metrics"), exact: true });
  await group.getByRole("checkbox", { name: "loss", exact: true }).check();
  await group.getByRole("checkbox", { name: "val/acc", exact: true }).check();
  await accessible(page, "metrics to choose from");
  await picture(page, "tasks/metrics-menu");
  await page.keyboard.press("Escape");
  await expect(columns).toBeFocused();
  await expect(page.getByRole("columnheader", { name: "loss", exact: true })).toBeVisible();
  const loss = measured.getByRole("cell", { name: "0.25", exact: true });
  await expect(loss).toHaveAttribute("title", t("tasks.metric_facts", { min: "0.25", max: "2.5", count: 3 }));
  await expect(loss).toHaveCSS("text-align", "end");
  await expect(measured.getByRole("cell", { name: "0.75", exact: true })).toBeVisible();
  await expect(silent.getByRole("cell", { name: "–", exact: true })).toHaveCount(2);
  await accessible(page, "metrics in the list");
  await picture(page, "tasks/metrics");

  await page.reload();
  await expect(loss).toBeVisible();
  const saving = page.waitForEvent("download");
  await app.button("tasks.csv").click();
  const text = await readFile((await (await saving).path())!, "utf8");
  expect(text.split("\r\n")[0]).toMatch(/,log_bytes,metric\.loss,metric\.val\/acc$/);
  expect(text).toMatch(/^.*,printf .*,0\.25,0\.75\r$/m);
  expect(text).toMatch(/^.*,echo hello,.*,[0-9]+,,\r$/m);

  await page.setViewportSize({ width: 390, height: 844 });
  // A row is no table any more there: the value has its name beside it.
  await expect(page.locator('td[data-label="loss"]').filter({ hasText: "0.25" })).toBeVisible();
  await fits(page, "metrics in a narrow list");
  await picture(page, "tasks/metrics-narrow");
  log.silent("metrics in the list");
});

test("a copy of a run tells what differs, survives a reload and is started once", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  const task = await api.run(version, "bash main.sh first");
  await api.bulkStop();
  await app.open(`/task/${task}`);
  await app.link("task.again").click();
  // Beside the label stands whether it was changed.
  const command = page.getByRole("textbox", { name: new RegExp(`^${t("run.command")}`) });
  await expect(command).toHaveValue("bash main.sh first");
  await expect(page.getByText(t("tasks.copy_same"))).toBeVisible();
  await command.fill("bash other.sh");
  await expect(page.getByText(t("tasks.copy_changed", { fields: t("tasks.field_command") }))).toBeVisible();
  await expect(page.getByText(t("tasks.entry_missing", { file: "other.sh" }))).toBeVisible();
  await accessible(page, "copy of a run");
  await picture(page, "tasks/copy");
  await page.reload();
  await expect(command).toHaveValue("bash other.sh");
  await expect(page.getByText(t("tasks.restored"))).toBeVisible();
  await app.button("tasks.start_over").click();
  await expect(command).toHaveValue("bash main.sh first");
  await page.getByRole("textbox", { name: new RegExp(`^${t("run.remark")}`) }).fill("again");
  // The answer is lost on its way, and it is sent once more.
  let lost = 0;
  await page.route("**/api/v1/experiment/run", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(t("errors.offline"))).toBeVisible();
  await app.button("run.start").click();
  await expect(page).toHaveURL(/\/task\/[0-9a-f]{32}$/);
  await app.open("/tasks?q=again");
  await expect(page.getByText(t("tasks.count", { count: 1 }))).toBeVisible();
  await api.bulkStop();
  log.expected(/experiment\/run/);
});

test("a remark is changed in its place", { tag: "@journey" }, async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  const task = await api.run(version, "true");
  await app.open(`/task/${task}`);
  await app.button("tasks.remark_edit").click();
  const input = page.getByRole("textbox", { name: t("tasks.remark"), exact: true });
  await expect(input).toBeFocused();
  await page.keyboard.type("dropped");
  await page.keyboard.press("Escape");
  await expect(app.heading()).toContainText("true");
  await expect(app.button("tasks.remark_edit")).toBeFocused();
  await page.keyboard.press("Enter");
  await accessible(page, "remark");
  await page.keyboard.type("学习率 0.1");
  await page.keyboard.press("Enter");
  await expect(app.heading()).toContainText("学习率 0.1");
  await page.reload();
  await expect(app.heading()).toContainText("学习率 0.1");
  await picture(page, "tasks/task");
  log.silent("remark");
});

test("a thousand tasks are a list like any other", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const { api, version } = await begin(app, backend.url);
  // As many as may wait at once, ten times: what waits is stopped at once.
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < 10; n++) {
      await Promise.all(Array.from({ length: 10 }, (_, at) => api.run(version, `sleep 600 # ${round}-${n}-${at}`)));
    }
    await api.bulkStop();
  }
  await app.open("/tasks");
  await expect(page.getByText(t("tasks.count", { count: "1,000" }))).toBeVisible();
  expect(await page.getByRole("row").count()).toBeGreaterThan(20);
  await fits(page, "a thousand tasks");
  await page.getByRole("checkbox", { name: t("ui.select_page"), exact: true }).check();
  const bar = page.getByRole("region", { name: t("tasks.bulk"), exact: true });
  await bar.getByRole("button", { name: t("tasks.select_all", { count: "1,000" }), exact: true }).click();
  await expect(bar.getByText(t("tasks.selected_all", { count: "1,000" }))).toBeVisible();
  await picture(page, "tasks/thousand");
  await bar.getByRole("button", { name: t("tasks.bulk_delete_all"), exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: t("tasks.delete_yes"), exact: true }).click();
  await expect(page.getByText(t("lists.no_tasks"))).toBeVisible({ timeout: 30_000 });
  log.silent("a thousand tasks");
});
