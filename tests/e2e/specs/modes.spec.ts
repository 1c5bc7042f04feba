/** Notebooks, TensorBoard and services: started in the app, opened with its buttons, closed to everybody else. */

import type { Page } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import type { Backend } from "../support/backend.ts";
import { accessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { startLab } from "../support/lab.ts";
import { words, type Key } from "../support/words.ts";

const t = words("en");

/** Writes what TensorBoard reads, with TensorBoard's own writer, and waits to be looked at. */
const EVENTS = `import time
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

writer = EventFileWriter("/output")
for step in range(10):
    value = Summary.Value(tag="loss", simple_value=1 / (step + 1))
    writer.add_event(Event(step=step, wall_time=time.time(), summary=Summary(value=[value])))
writer.flush()
time.sleep(600)
`;

let backend: Backend;

test.beforeAll(async () => {
  backend = await startLab();
});
test.afterAll(async () => {
  await backend.remove();
});

/** The form of a new task, of somebody who has just signed in. */
async function form(page: Page): Promise<App> {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "code");
  await api.upload(project, "code", [
    { path: "events.py", text: EVENTS },
    { path: "page.txt", text: "served from the task\n" },
  ]);
  const app = new App(page, backend.url, t);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(page).not.toHaveURL(/login/);
  await app.open(`/${api.account.name}/project/code/run`);
  await expect(app.button("run.start")).toBeVisible();
  return app;
}

function mode(app: App, key: Key): ReturnType<Page["getByRole"]> {
  return app.page.getByRole("radio", { name: t(key) });
}

/** Starts what was filled in; answers the tab that the button opens once the server answers. */
async function opened(app: App, button: Key): Promise<Page> {
  const { page } = app;
  await app.button("run.start").click();
  await expect(page).toHaveURL(/\/task\/[0-9a-f]{32}$/);
  await expect(app.link(button)).toBeVisible({ timeout: 90_000 });
  const [tab] = await Promise.all([page.context().waitForEvent("page"), app.link(button).click()]);
  await tab.waitForLoadState();
  return tab;
}

async function stop(app: App): Promise<void> {
  await app.button("task.stop").click();
  await app.page.getByRole("dialog").getByRole("button", { name: t("task.stop_yes"), exact: true }).click();
  await expect(app.page.getByText(t("task.state_stopped"), { exact: true }).first()).toBeVisible({ timeout: 20_000 });
}

test("a notebook runs a cell, for its owner alone, until the task is stopped", async ({ page, browser, log }) => {
  const app = await form(page);
  await mode(app, "run.mode_jupyter").check();
  await expect(app.field("run.command")).toBeHidden();
  await accessible(page, "new notebook");
  await picture(page, "modes/new-notebook");
  const lab = await opened(app, "task.open_notebook");
  await accessible(page, "task with a notebook");
  await picture(page, "modes/task-with-notebook");
  log.silent("task with a notebook");

  const address = new URL(lab.url());
  expect(address.search, "the secret does not stay in the address").not.toContain("token");
  expect(address.origin).not.toBe(new URL(backend.url).origin);
  await lab.locator(".jp-LauncherCard[data-category=Notebook]").first().click({ timeout: 60_000 });
  // Until its kernel is there JupyterLab may build the cell anew, and what was typed is gone.
  await expect(lab.getByRole("button", { name: /\| Idle$/ })).toBeVisible({ timeout: 60_000 });
  const cell = lab.locator(".jp-Notebook .jp-Cell .cm-content").first();
  await cell.click();
  await lab.keyboard.type("print('six times seven is', 6 * 7)");
  await expect(cell).toHaveText("print('six times seven is', 6 * 7)");
  await lab.keyboard.press("Shift+Enter");
  await expect(lab.locator(".jp-OutputArea-output").getByText("six times seven is 42")).toBeVisible({ timeout: 60_000 });
  await picture(lab, "modes/notebook");

  const stranger = await (await browser.newContext()).newPage();
  const refused = await stranger.goto(address.href);
  expect(refused?.status()).toBe(403);
  await expect(stranger.getByText("from the task's page")).toBeVisible();
  await stranger.context().close();

  await stop(app);
  await expect(app.link("task.open_notebook")).toBeHidden();
  const gone = await lab.goto(address.href);
  expect(gone?.status()).toBe(404);
  // What the CLI prints for a task with a notebook.
  await app.open(address.pathname.replace(/lab$/, ""));
  await expect(page.getByText(t("task.state_stopped"), { exact: true }).first()).toBeVisible();
});

test("TensorBoard draws what the command writes", async ({ page, log }) => {
  const app = await form(page);
  await page.getByRole("checkbox", { name: /TensorBoard/ }).check();
  await app.field("run.command").fill("python events.py");
  const board = await opened(app, "task.open_tensorboard");
  await expect(board.getByText("loss").first()).toBeVisible({ timeout: 60_000 });
  await picture(board, "modes/tensorboard");
  log.silent("task with TensorBoard");
  await stop(app);
});

test("what a command serves is shown", async ({ page, log }) => {
  const app = await form(page);
  await mode(app, "run.mode_serve").check();
  await app.field("run.command").fill("python -m http.server $PORT");
  const site = await opened(app, "task.open_service");
  await site.getByRole("link", { name: "page.txt" }).click();
  await expect(site.getByText("served from the task")).toBeVisible();
  log.silent("task with a service");
  await stop(app);
});

test("what an environment does not have cannot be chosen, and the form says why", async ({ page, log }) => {
  const app = await form(page);
  const tensorboard = page.getByRole("checkbox", { name: /TensorBoard/ });
  await mode(app, "run.mode_jupyter").check();
  await tensorboard.check();
  await app.field("run.environment").selectOption("plain");
  await expect(mode(app, "run.mode_jupyter")).toBeDisabled();
  await expect(mode(app, "run.mode_cli")).toBeChecked();
  await expect(page.getByText(t("run.mode_jupyter_off"))).toBeVisible();
  await expect(tensorboard).toBeDisabled();
  await expect(tensorboard).not.toBeChecked();
  await expect(page.getByText(t("run.tensorboard_off"))).toBeVisible();
  await accessible(page, "modes that are not offered");
  await picture(page, "modes/not-offered");
  log.silent("modes that are not offered");
});
