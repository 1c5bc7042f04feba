/** Where the focus goes and what is read out: after a navigation, in dialogs, when what has the focus goes, and beside it. */

import type { Page } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { expect, test } from "../support/fixtures.ts";
import { startProxy } from "../support/proxy.ts";
import { words } from "../support/words.ts";

const t = words("en");

async function signedIn(page: Page, url: string, api: Api): Promise<App> {
  const app = new App(page, url, t);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(page).not.toHaveURL(/login/);
  return app;
}

/** Goes to a path as a link or Back does: within the app. */
async function within(app: App, path: string): Promise<void> {
  await app.page.evaluate((path) => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** What is read out by itself. */
const told = (page: Page) => page.locator("[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]");

test("the heading of every page has the focus after a navigation, and the title is its own", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount("walker"));
  const [project, dataset] = [await api.create("code", "roses"), await api.create("data", "petals")];
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "echo a rose\n" }]);
  await api.upload(dataset, "data", [{ path: "petals.csv", text: "1,2\n" }]);
  const task = await api.run(version, "bash main.sh");
  const user = `/${api.account.name}`;
  const parts = (of: string, names: string[]): string[] => names.map((name) => `${user}/${of}${name && "/"}${name}`);
  const paths = [
    ...["/welcome", "/projects", "/datasets", "/tasks", "/search?q=roses", "/notifications", "/new/project", "/new/dataset", "/trash", user, `${user}?tab=favourites`, "/explore?tab=datasets"],
    ...["profile", "email", "password", "tokens"].map((name) => `/settings/${name}`),
    ...["usage", "wallet", "plan"].map((name) => `/account/${name}`),
    ...parts("project/roses", ["", "versions", "tasks", "forks", "discussion", "files/1", "files/1/main.sh", "preview", "guide", "settings", "upload", "run"]),
    ...parts("dataset/petals", ["", "versions", "tasks", "forks", "discussion", "files/1", "files/1/petals.csv", "guide", "settings", "upload"]),
    ...["", "/log", "/code", "/code/main.sh", "/data", "/output"].map((name) => `/task/${task}${name}`),
    ...[`/files/data/${version}`, "/login", "/register", "/nobody/project/nothing", "/no/such/page/at/all"],
  ];
  await signedIn(page, backend.url, api);
  const app = new App(page, backend.url, t);
  const elsewhere = async (): Promise<void> => {
    await within(app, "/explore");
    await expect(app.heading(t("lists.explore_title"))).toBeFocused();
  };
  for (const path of paths) {
    await elsewhere();
    const before = await page.title();
    await within(app, path);
    await expect(app.heading(), path).not.toHaveText(t("lists.explore_title"));
    await expect(app.heading(), path).toBeFocused();
    await expect(app.heading(), path).toHaveCount(1);
    expect(await app.heading().getByRole("button").count(), `buttons in the heading of ${path}`).toBe(0);
    await expect.poll(() => page.title(), { message: path }).not.toBe(before);
  }
  log.expected(/404|nobody/);
});

test("a tab keeps the focus and its title is read out; a filter keeps it and the count is", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount("reader"));
  const stem = api.account.name;
  for (const name of [`${stem}-a`, `${stem}-b`]) await api.create("code", name);
  const app = await signedIn(page, backend.url, api);
  await app.open(`/${stem}/project/${stem}-a`);
  const tab = page.getByRole("navigation", { name: t("common.sections") }).getByRole("link", { name: t("social.discussion") });
  await tab.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/discussion$/);
  await expect(app.field("social.comment")).toBeVisible();
  await expect(tab).toBeFocused();
  await expect(told(page).filter({ hasText: t("social.discussion") })).not.toHaveCount(0);

  await app.open("/explore");
  const search = page.getByRole("searchbox", { name: t("lists.search_projects") });
  await search.focus();
  await page.keyboard.type(stem);
  await expect(page).toHaveURL(new RegExp(`q=${stem}`));
  await expect(told(page).filter({ hasText: t("lists.found", { count: 2 }) })).toHaveCount(1);
  await expect(search).toBeFocused();
  await page.keyboard.type("-a");
  await expect(told(page).filter({ hasText: t("lists.found", { count: 1 }) })).toHaveCount(1);
  await expect(search).toBeFocused();
  // The same in the lists of tasks.
  await app.open("/tasks");
  await expect(page.getByText(t("lists.no_tasks"))).toBeVisible();
  await page.getByRole("searchbox", { name: t("lists.search_tasks") }).focus();
  await page.keyboard.type("nothing");
  await expect(page).toHaveURL(/q=nothing/);
  await expect(told(page).filter({ hasText: t("tasks.count", { count: 0 }) })).toHaveCount(1);
  log.silent("tabs and filters");
});

test("the skip link leads past the bar", async ({ page, backend }) => {
  const app = new App(page, backend.url, t);
  await app.open("/explore");
  await expect(page.getByRole("banner").getByRole("link", { name: t("shell.sign_in") })).toBeVisible();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: t("shell.skip"), exact: true });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);
});

test("a dialog keeps the focus and gives it back; what goes leaves it to what is next to it", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount("keeper"));
  const project = await api.create("code", "things");
  for (const text of ["echo 1\n", "echo 2\n"]) await api.upload(project, "code", [{ path: "main.sh", text }]);
  const app = await signedIn(page, backend.url, api);
  await app.open(`/${api.account.name}/project/things/settings`);
  const opener = app.button("entity.settings.confirm_project");
  const dialog = page.getByRole("dialog");
  await opener.focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("textbox")).toBeFocused();
  const stops = new Set<string>();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    stops.add(await page.evaluate(() => (document.activeElement === document.body || document.activeElement?.closest("dialog") ? "inside" : document.activeElement!.outerHTML)));
  }
  expect([...stops]).toEqual(["inside"]);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  // A comment that is deleted takes along the button that opened the question.
  await app.open(`/${api.account.name}/project/things/discussion`);
  await app.field("social.comment").fill("soon gone");
  await app.button("social.send").click();
  const comment = page.getByRole("article", { name: t("social.by", { author: api.account.name }) });
  await comment.getByRole("button", { name: t("social.delete") }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: t("social.delete_verb") }).focus();
  await page.keyboard.press("Enter");
  await expect(comment).toHaveCount(0);
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);

  // "Start over" goes with the line it stands in.
  await app.open(`/${api.account.name}/project/things/run`);
  await app.field("run.command").fill("bash main.sh");
  await page.reload();
  await app.button("tasks.start_over").focus();
  await page.keyboard.press("Enter");
  await expect(app.field("run.command")).toHaveValue("");
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);
  log.silent("what goes");
});

test("read out: what is saved, and a line that is lost and back; the lines of a log are not", async ({ page, backend }) => {
  const api = await Api.register(backend.url, newAccount("listener"));
  const project = await api.create("code", "loud");
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "echo all of these words\n" }]);
  const task = await api.run(version, "bash main.sh");
  const proxy = await startProxy(backend.url);
  try {
    const app = await signedIn(page, proxy.url, api);
    await app.open("/settings/profile");
    await app.field("settings.display_name").fill("A. Listener");
    await app.button("common.save").click();
    await expect(told(page).filter({ hasText: t("settings.profile_saved") })).toHaveCount(1);

    await app.open(`/task/${task}/log`);
    const line = page.getByText("all of these words", { exact: true });
    await expect(line).toBeVisible({ timeout: 30_000 });
    expect(await told(page).filter({ hasText: "all of these words" }).count()).toBe(0);
    expect(await line.evaluate((line) => line.closest("[role=status], [role=alert], [role=log], [aria-live]") !== null)).toBe(false);

    await app.open("/projects");
    await expect(page.getByText(t("live.connected")).first()).toBeVisible();
    proxy.set({ refuse: true });
    proxy.cut();
    await expect(told(page).filter({ hasText: t("live.offline_title") })).toHaveCount(1);
    proxy.set({});
    await expect(told(page).filter({ hasText: t("live.back_online") })).toHaveCount(1, { timeout: 60_000 });
  } finally {
    await proxy.remove();
  }
});
