/** Tasks that do not go to plan: stopped, failed, followed over a line that breaks, looked at by strangers. */

import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { startProxy } from "../support/proxy.ts";
import { words } from "../support/words.ts";

const t = words("en");

/** An account with a project whose code is one script, and the id of that version. */
async function project(url: string, script: string, permission: 0 | 1 = 0): Promise<{ api: Api; version: string }> {
  const api = await Api.register(url, newAccount());
  const entity = await api.create("code", "code", permission);
  return { api, version: await api.upload(entity, "code", [{ path: "main.sh", text: script }]) };
}

async function signedIn(app: App, api: Api): Promise<void> {
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(app.page).not.toHaveURL(/login/);
}

test("stopped from its page, then deleted", async ({ page, backend, log }) => {
  const { api, version } = await project(backend.url, "echo begun; sleep 600\n");
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  const task = await api.run(version, "bash main.sh");
  await app.open(`/task/${task}/log`);
  await expect(page.getByText("begun", { exact: true })).toBeVisible({ timeout: 30_000 });
  await app.button("task.stop").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await accessible(page, "stop dialog");
  await picture(page, "task/stop-dialog");
  await page.getByRole("dialog").getByRole("button", { name: t("task.stop_yes"), exact: true }).click();
  await expect(page.getByText(t("task.state_stopped"), { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/\[stopped\] Finishing execution in \d+ seconds/)).toBeVisible();
  await app.open(`/task/${task}`);
  await picture(page, "task/stopped");
  await app.button("task.delete").click();
  await accessible(page, "delete dialog");
  await page.getByRole("dialog").getByRole("button", { name: t("task.delete_yes"), exact: true }).click();
  await expect(page).not.toHaveURL(new RegExp(task));
  await app.open(`/task/${task}`);
  await expect(page.getByText(t("task.not_found"))).toBeVisible();
  log.silent("stopped and deleted");
});

test("failed: the reason stands on top, with the last lines of the log", async ({ page, backend, log }) => {
  const { api, version } = await project(backend.url, "echo '<b>first</b>'; echo 'no such column: petal' >&2; exit 3\n");
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  const task = await api.run(version, "bash main.sh");
  await app.open(`/task/${task}`);
  await expect(page.getByText(t("task.end_exit", { code: 3 }))).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("no such column: petal").first()).toBeVisible();
  await expect(page.getByText("<b>first</b>").first()).toBeVisible();
  await accessible(page, "failed task");
  await picture(page, "task/failed");
  log.silent("failed task");
});

test("a log followed over a line that breaks shows each line once", async ({ page, backend }) => {
  const { api, version } = await project(backend.url, "for i in $(seq 1 60); do echo line $i; sleep 0.1; done\n");
  const proxy = await startProxy(backend.url);
  try {
    const app = new App(page, proxy.url, t);
    await signedIn(app, api);
    const task = await api.run(version, "bash main.sh");
    await app.open(`/task/${task}/log`);
    for (const seen of ["line 5", "line 20"]) {
      await expect(page.getByText(seen, { exact: true })).toBeVisible({ timeout: 30_000 });
      proxy.cut();
    }
    await expect(page.getByText("line 60", { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(t("log.ended"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    expect(proxy.resets()).toBe(2);
    // What the viewer holds is what the server has.
    const whole = await api.log(task);
    const lines = whole.split("\n").filter((line) => line.startsWith("line "));
    expect(lines).toEqual(Array.from({ length: 60 }, (_, at) => `line ${at + 1}`));
    const count = whole.trimEnd().split("\n").length;
    const [size] = t("log.size", { lines: count, bytes: "|" }).split("|");
    await expect(page.getByText(size!)).toBeVisible();
  } finally {
    await proxy.remove();
  }
});

test("a stranger follows the log of a public task live", async ({ page, backend, log }) => {
  const { api, version } = await project(backend.url, "for i in $(seq 1 30); do echo line $i; sleep 0.2; done\n");
  const task = await api.run(version, "bash main.sh");
  const app = new App(page, backend.url, t);
  await app.open(`/task/${task}/log`);
  await expect(page.getByText("line 2", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("line 30", { exact: true })).toHaveCount(0);
  await expect(page.getByText("line 30", { exact: true })).toBeVisible({ timeout: 30_000 });
  await accessible(page, "log, as a stranger");
  log.silent("log, as a stranger");
});

test("a server that is gone is told on every page, and so is its return", async ({ page, backend }) => {
  const proxy = await startProxy(backend.url);
  try {
    const app = new App(page, proxy.url, t);
    await app.open("/explore");
    proxy.set({ refuse: true });
    proxy.cut();
    await page.getByRole("main").getByRole("link", { name: new RegExp(`^${t("lists.datasets")}`) }).click();
    await expect(page.getByText(t("live.offline_title"))).toBeVisible();
    await accessible(page, "offline");
    await picture(page, "shell/offline");
    proxy.set({});
    await expect(page.getByText(t("live.offline_title"))).toBeHidden({ timeout: 60_000 });
    await expect(page.getByRole("link", { name: "demo / iris" })).toBeVisible();
  } finally {
    await proxy.remove();
  }
});
