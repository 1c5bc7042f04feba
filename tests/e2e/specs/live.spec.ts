/** What changes at the service changes on screen: lists, counts and the bell, for those who may know, over lines that break. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import type { Backend } from "../support/backend.ts";
import { accessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { built } from "../support/process.ts";
import { startProxy } from "../support/proxy.ts";
import { words } from "../support/words.ts";
import type { Page } from "@playwright/test";

const t = words("en");

async function signedIn(app: App, api: Api): Promise<void> {
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(app.page).not.toHaveURL(/login/);
}

/** Waits until the page hears of changes: from then on nothing is asked for now and then. */
async function live(page: Page): Promise<void> {
  await expect(page.getByText(t("live.connected")).first()).toBeVisible();
}

/** The operator's command beside the running backend. */
async function operator(backend: Backend, ...args: string[]): Promise<void> {
  await promisify(execFile)(built.backend, [...args, "--data", backend.data]);
}

function bell(page: Page, unread: number) {
  const name = unread === 0 ? t("notices.bell") : t("notices.bell_unread", { count: unread });
  return page.getByRole("banner").getByRole("button", { name, exact: true });
}

test("lists, versions, tasks and the bell change without a reload, in all tabs", { tag: "@journey" }, async ({ page, context, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  await app.open("/projects");
  await live(page);
  await expect(page.getByRole("link", { name: "fresh", exact: true })).toHaveCount(0);
  const project = await api.create("code", "fresh");
  await expect(page.getByRole("link", { name: "fresh", exact: true })).toBeVisible();

  const other = new App(await context.newPage(), backend.url, t);
  await other.open(`/${api.account.name}/project/fresh/versions`);
  await live(other.page);
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "exit 3\n" }]);
  await expect(other.page.getByText(t("entity.versions.valid"), { exact: true })).toBeVisible();

  await page.bringToFront();
  await app.open("/tasks");
  await live(page);
  await bell(page, 0).waitFor();
  const task = await api.run(version, "bash main.sh");
  await expect(page.getByText("bash main.sh").first()).toBeVisible();
  await expect(page.getByText(t("task.state_failed"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(bell(page, 1)).toBeVisible();
  await other.page.bringToFront();
  await expect(bell(other.page, 1)).toBeVisible();
  await page.bringToFront();

  // With the keyboard alone: open, to the newest, there; whoever looks at it has read of it.
  await bell(page, 1).focus();
  await page.keyboard.press("Enter");
  const path = `${api.account.name}/fresh`;
  const item = page.getByRole("menuitem", { name: t("notices.task_failed", { task: path }) });
  await expect(item).toBeFocused();
  await accessible(page, "bell");
  await picture(page, "live/bell");
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: t("notices.all"), exact: true })).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/task/${task}$`));
  await expect(bell(page, 0)).toBeVisible();
  await other.page.bringToFront();
  await expect(bell(other.page, 0)).toBeVisible();
  log.silent("live lists");
});

test("what is private reaches nobody else", { tag: "@journey" }, async ({ page, browser, backend }) => {
  const owner = await Api.register(backend.url, newAccount("owner"));
  const other = await Api.register(backend.url, newAccount("other"));
  const heard: string[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => heard.push(String(payload))));
  const app = new App(page, backend.url, t);
  await signedIn(app, other);
  const stranger = await browser.newPage();
  stranger.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => heard.push(String(payload))));
  const visitor = new App(stranger, backend.url, t);
  for (const tab of [app, visitor]) {
    await tab.open("/explore");
    await live(tab.page);
  }

  await operator(backend, "account", "vip", owner.account.name, "--months", "1");
  const secret = await owner.create("code", "secret", 1);
  const version = await owner.upload(secret, "code", [{ path: "main.sh", text: "true\n" }]);
  const task = await owner.run(version, "bash main.sh");
  const name = owner.account.name.replace("owner", "open");
  const open = await owner.create("code", name);
  for (const tab of [app, visitor]) {
    await tab.page.bringToFront();
    await expect(tab.page.getByRole("link", { name: `${owner.account.name} / ${name}`, exact: true })).toBeVisible();
    await expect(tab.page.getByText("secret", { exact: false })).toHaveCount(0);
  }
  expect(heard.filter((text) => text.includes(open)).length).toBeGreaterThan(0);
  for (const id of [secret, version, task]) expect(heard.filter((text) => text.includes(id))).toEqual([]);
  await stranger.close();
});

test("a line that is cut is told without moving the page, and the page catches up", async ({ page, backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const proxy = await startProxy(backend.url);
  try {
    const app = new App(page, proxy.url, t);
    await signedIn(app, api);
    await app.open("/projects");
    await live(page);
    const before = await app.heading().boundingBox();
    proxy.set({ refuse: true });
    proxy.cut();
    const banner = page.getByRole("status").filter({ hasText: t("live.offline_title") });
    await expect(banner).toBeVisible();
    expect(await app.heading().boundingBox()).toEqual(before);
    await accessible(page, "offline");
    await picture(page, "live/offline");
    await api.create("code", "meanwhile");
    proxy.set({});
    await expect(banner).toBeHidden({ timeout: 60_000 });
    await expect(page.getByRole("link", { name: "meanwhile", exact: true })).toBeVisible();
    // It goes on as before.
    await live(page);
    await api.create("code", "afterwards");
    await expect(page.getByRole("link", { name: "afterwards", exact: true })).toBeVisible();
  } finally {
    await proxy.remove();
  }
});

test("what the operator says appears on open pages", async ({ page, backend }) => {
  const maintenance = (...args: string[]) => operator(backend, "maintenance", ...args);
  const app = new App(page, backend.url, t);
  await app.open("/explore");
  await live(page);
  const region = page.getByRole("status", { name: t("live.announcement") });
  await maintenance("on", "--message", "Back at 8 o'clock");
  await expect(region).toContainText(t("live.maintenance_title"));
  await expect(region).toContainText("Back at 8 o'clock");
  await accessible(page, "maintenance");
  await picture(page, "live/maintenance");
  await maintenance("announce", "--message", "New machines on Friday");
  await expect(region).toContainText("New machines on Friday");
  await expect(region).not.toContainText(t("live.maintenance_title"));
  await region.getByRole("button", { name: t("common.dismiss") }).click();
  await expect(region).not.toContainText("New machines");
  await maintenance("off");
});

test("notifications are filtered, read, deleted and chosen on their page", { tag: "@journey" }, async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "noisy");
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "true\n" }]);
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  await app.open("/notifications");
  await expect(page.getByText(t("notices.none"), { exact: true })).toBeVisible();
  await live(page);
  for (const command of ["true", "exit 1"]) await api.run(version, command);
  await expect(bell(page, 2)).toBeVisible({ timeout: 60_000 });
  const list = page.getByRole("list", { name: t("notices.title") });
  await expect(list.getByRole("listitem")).toHaveCount(2);

  const path = `${api.account.name}/noisy`;
  const failed = t("notices.task_failed", { task: path });
  await page.getByRole("button", { name: t("notices.mark_one", { text: failed }), exact: true }).click();
  await expect(bell(page, 1)).toBeVisible();
  await page.getByText(t("notices.show_unread"), { exact: true }).click();
  await expect(page).toHaveURL(/show=unread/);
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.reload();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  const done = t("notices.task_success", { task: path });
  await page.getByRole("button", { name: t("notices.delete", { text: done }), exact: true }).click();
  await expect(page.getByText(t("lists.no_match"))).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: t("lists.clear_filters") }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);

  await app.button("notices.settings").click();
  const dialog = page.getByRole("dialog", { name: t("notices.settings") });
  await dialog.getByLabel(t("notices.kind_task")).uncheck();
  await accessible(page, "notification settings");
  await picture(page, "live/settings");
  await dialog.getByRole("button", { name: t("common.save") }).click();
  await expect(dialog).toBeHidden();
  const last = await api.run(version, "true");
  await app.open(`/task/${last}`);
  await expect(page.getByText(t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(bell(page, 0)).toBeVisible();
  log.silent("notifications");
});
