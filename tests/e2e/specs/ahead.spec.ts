/** What is shown before it is asked for: answers of a moment ago, and pages whose link is about to be followed. */

import type { Request } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

/** Somebody who is signed in and has these projects. */
async function begin(app: App, url: string, projects: string[]): Promise<Api> {
  const api = await Api.register(url, newAccount());
  for (const project of projects) await api.create("code", project);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(app.page).not.toHaveURL(/login/);
  return api;
}

/** The paths of the API that are read from now on, with their queries. */
function read(app: App): string[] {
  const paths: string[] = [];
  app.page.on("request", (request: Request) => {
    const url = new URL(request.url());
    if (request.method() === "GET" && url.pathname.startsWith("/api/")) paths.push(url.pathname + url.search);
  });
  return paths;
}

test("a list that one comes back to is there at once, then brought up to date", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const api = await begin(app, backend.url, ["first"]);
  const link = (name: string) => page.getByRole("table").getByRole("link", { name, exact: true });
  await app.open("/projects");
  await link("first").click();
  await expect(app.heading()).toContainText("first");
  // The next answer waits; until then the one of before is shown.
  let answer = (): void => undefined;
  const waits = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/projects?*", async (route) => {
    await waits;
    await route.continue();
  });
  await api.create("code", "second");
  await page.goBack();
  await expect(link("first")).toBeVisible();
  await expect(link("second")).toHaveCount(0);
  answer();
  await expect(link("second")).toBeVisible();
  log.silent("a list from memory");
});

test("after a change of one's own nothing from before is shown", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  await begin(app, backend.url, ["first"]);
  await app.open("/projects");
  await expect(page.getByRole("table").getByRole("link", { name: "first", exact: true })).toBeVisible();
  await page.getByRole("link", { name: t("lists.new_project") }).first().click();
  await app.field("new.name").fill("second");
  await app.button("new.project.create").click();
  await expect(page).toHaveURL(/\/second$/);
  let asked = false;
  let answer = (): void => undefined;
  const waits = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/projects?*", async (route) => {
    asked = true;
    await waits;
    await route.continue();
  });
  await page.goBack();
  await page.goBack();
  await expect.poll(() => asked).toBe(true);
  await expect(page.getByRole("table")).toHaveCount(0);
  answer();
  await expect(page.getByRole("table").getByRole("link", { name: "second", exact: true })).toBeVisible();
  log.silent("after a change");
});

test("a link is asked for once it is pressed, once, and not while the pointer only passes", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  const api = await begin(app, backend.url, ["first"]);
  await app.open("/projects");
  const link = page.getByRole("table").getByRole("link", { name: "first", exact: true });
  const address = `/api/v1/${api.account.name}/project/first`;
  const paths = read(app);
  await link.focus();
  await link.hover();
  expect(paths.filter((path) => path === address)).toEqual([]);
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === address);
  await page.mouse.down();
  await asked;
  await page.mouse.up();
  await expect(app.heading()).toContainText("first");
  await expect(page.locator("main .skeleton")).toHaveCount(0);
  expect(paths.filter((path) => path === address)).toEqual([address]);
  log.silent("a link that is pressed");
});

test("a search that is typed is asked for once, when the keys rest", async ({ page, backend, log }) => {
  const app = new App(page, backend.url, t);
  await begin(app, backend.url, ["digits", "letters"]);
  const streaming = new Promise((told) => page.on("websocket", (socket) => socket.on("framereceived", told)));
  await app.open("/projects");
  await expect(page.getByRole("table").getByRole("link", { name: "digits", exact: true })).toBeVisible();
  // The stream tells that these projects have just been made, and the list is asked for anew: not in the middle of the search.
  const before = read(app);
  await streaming;
  for (let asked = -1; asked !== before.length; await page.waitForTimeout(1_000)) asked = before.length;
  const paths = read(app);
  await page.getByRole("searchbox", { name: t("lists.search_projects") }).pressSequentially("digit", { delay: 20 });
  await expect(page.getByRole("table").getByRole("link", { name: "letters", exact: true })).toHaveCount(0);
  expect(paths.filter((path) => path.startsWith("/api/v1/projects?")).map((path) => new URLSearchParams(path.split("?")[1]).get("q"))).toEqual(["digit"]);
  log.silent("a search");
});
