/** What a session means: private pages go with it, all tabs share it, its end loses nothing. */

import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { accessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { locale, words } from "../support/words.ts";

const t = words("en");

test("signing out takes private pages off the screen, in all tabs", async ({ page, context, backend }) => {
  const account = newAccount();
  const api = await Api.register(backend.url, account);
  const project = await api.create("code", "secret", 1);
  const version = await api.upload(project, "code", [{ path: "README.md", text: "# Nobody else reads this\n" }]);
  const task = await api.run(version, "echo words of the log; sleep 0.2");

  const app = new App(page, backend.url, t);
  await app.open("/login");
  await app.signIn(account.name, account.password);
  await expect(page).not.toHaveURL(/login/);

  const own = `/${account.name}/project/secret`;
  const shown: [path: string, text: RegExp][] = [
    [own, /Nobody else reads this/],
    [`${own}/files/1/README.md`, /Nobody else reads this/],
    [`/task/${task}`, /echo words of the log/],
    [`/task/${task}/log`, /^words of the log$/],
  ];
  const tabs: App[] = [];
  for (const [path, text] of shown) {
    const tab = new App(await context.newPage(), backend.url, t);
    await tab.open(path);
    await expect(tab.page.getByText(text).first()).toBeVisible();
    tabs.push(tab);
  }
  await app.signOut(account);
  for (const [at, [path, text]] of shown.entries()) {
    const tab = tabs[at]!.page;
    await tab.bringToFront();
    await expect(tab.getByText(text), `${path} after signing out`).toHaveCount(0);
    await expect(tab.getByRole("banner").getByRole("link", { name: t("shell.sign_in") })).toBeVisible();
  }
});

test("an expired sign-in asks again over the page, and what was typed stays", async ({ page, log }) => {
  const backend = await startBackend(["--empty", "--token-seconds", "6"]);
  try {
    const app = new App(page, backend.url, t);
    const account = newAccount();
    await app.register(account);
    await app.open("/new/project");
    await app.field("new.name").fill("patient");
    await app.field("new.description").fill("typed before the end");
    const dialog = page.getByRole("dialog", { name: t("shell.expired_title") });
    await expect(dialog).toBeVisible({ timeout: 20_000 });
    await accessible(page, "expired");
    await picture(page, "session/expired");
    // Nobody gets past it by accident.
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("Escape");
    await expect(dialog).toBeVisible();
    await dialog.getByLabel(t("account.password"), { exact: true }).fill(account.password);
    await dialog.getByRole("button", { name: t("account.sign_in"), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(app.field("new.name")).toHaveValue("patient");
    await expect(app.field("new.description")).toHaveValue("typed before the end");
    await app.button("new.project.create").click();
    await expect(page).toHaveURL(/\/project\/patient$/);
    log.silent("expired and signed in again");
  } finally {
    await backend.remove();
  }
});

test("language and theme are chosen in the shell and survive a reload", async ({ page, backend }) => {
  const app = new App(page, backend.url, t);
  await app.open("/explore");
  const root = page.locator("html");
  await expect(root).toHaveAttribute("data-theme", "light");
  await page.getByRole("button", { name: t("shell.theme") }).click();
  await page.getByRole("menuitemradio", { name: t("shell.theme_dark") }).click();
  await expect(root).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: t("shell.language") }).click();
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  const zh = words("zh");
  await expect(app.heading(zh("lists.explore_title"))).toBeVisible();
  await expect(root).toHaveAttribute("lang", locale.zh);
  await page.reload();
  await expect(app.heading(zh("lists.explore_title"))).toBeVisible();
  await expect(root).toHaveAttribute("data-theme", "dark");
});
