/** An account's settings, and the search over everything. */

import type { Page } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount, type Account } from "../support/app.ts";
import { accessible } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

async function signedIn(page: Page, url: string, account: Account): Promise<App> {
  const app = new App(page, url, t);
  await app.open("/login");
  await app.signIn(account.name, account.password);
  await expect(page).not.toHaveURL(/login/);
  return app;
}

/** What the API says to this token: code of the envelope. */
async function codeFor(url: string, token: string): Promise<number> {
  const response = await fetch(new URL("api/v1/user", url), { headers: { authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}` } });
  return ((await response.json()) as { code: number }).code;
}

/** A picture of this many pixels, its left half red and its right half blue. */
async function drawn(page: Page, width: number, height: number): Promise<Buffer> {
  const data = await page.evaluate(
    ([width, height]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width!, height!];
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#cc4412";
      context.fillRect(0, 0, width! / 2, height!);
      context.fillStyle = "#1d4ed8";
      context.fillRect(width! / 2, 0, width! / 2, height!);
      return canvas.toDataURL("image/png");
    },
    [width, height],
  );
  return Buffer.from(data.split(",")[1]!, "base64");
}

test("another address and another password: signed out elsewhere, not in this browser", { tag: "@journey" }, async ({ page, context, browser, backend, log }) => {
  const account = newAccount();
  await Api.register(backend.url, account);
  const app = await signedIn(page, backend.url, account);
  const other = await browser.newContext();
  const elsewhere = await signedIn(await other.newPage(), backend.url, account);
  await elsewhere.open("/projects");
  const second = new App(await context.newPage(), backend.url, t);
  await second.open("/projects");

  // The address: errors at their fields, then it counts at once.
  await app.open("/settings/email");
  await accessible(page, "settings, e-mail");
  await app.button("settings.change_email").click();
  await expect(page.getByText(t("errors.missing")).first()).toBeVisible();
  const email = `new-${account.email}`;
  await app.field("settings.email_new").fill(email);
  await app.field("settings.password_now").fill("not the password");
  await app.button("settings.change_email").click();
  await expect(page.getByText(t("errors.wrong_password"))).toBeVisible();
  await expect(app.field("settings.email_new")).toHaveValue(email);
  await accessible(page, "a wrong password");
  // A wrong password counts as a failed sign-in: the next try has to wait for a second.
  await expect(async () => {
    await app.field("settings.password_now").fill(account.password);
    await app.button("settings.change_email").click();
    await expect(page.getByText(email, { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass();

  // The password, with the keyboard alone.
  await app.open("/settings/password");
  await accessible(page, "settings, password");
  await app.field("settings.password_now").focus();
  await page.keyboard.type(account.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("another correct horse");
  await page.keyboard.press("Enter");
  await expect(page.getByText(t("settings.password_saved"))).toBeVisible();

  // Elsewhere the app is told at once. Here both tabs go on.
  await expect(elsewhere.page.getByRole("dialog", { name: t("shell.expired_title") })).toBeVisible();
  await other.close();
  for (const tab of [app, second]) {
    await tab.page.bringToFront();
    await tab.page.getByRole("link", { name: t("shell.tasks"), exact: true }).click();
    await expect(tab.page.getByText(t("lists.no_tasks"))).toBeVisible();
    await expect(tab.page.getByRole("dialog")).toHaveCount(0);
  }
  log.silent("changes of the account");
  await app.signOut(account);
  await app.open("/login");
  await app.signIn(email, "another correct horse");
  await expect(page).not.toHaveURL(/login/);
});

test("a named token works until it is ended", { tag: "@journey" }, async ({ page, backend, log }) => {
  const account = newAccount();
  await Api.register(backend.url, account);
  const app = await signedIn(page, backend.url, account);
  await app.open("/settings/tokens");
  await app.field("settings.token_name").fill("cluster 集群");
  await app.field("settings.token_lasts").selectOption("7");
  await app.button("settings.token_make").click();
  const dialog = page.getByRole("dialog", { name: t("settings.token_made") });
  const token = (await dialog.locator("code").innerText()).trim();
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  await accessible(page, "a new token");
  expect(await codeFor(backend.url, token)).toBe(200);
  await dialog.getByRole("button", { name: t("settings.token_kept"), exact: true }).click();
  await expect(page.getByText(token)).toHaveCount(0);

  const table = page.getByRole("table", { name: t("settings.token_list") });
  await expect(table.getByText(t("settings.token_current"), { exact: true })).toHaveCount(1);
  await accessible(page, "settings, tokens");
  await table.getByRole("button", { name: t("settings.token_end_of", { name: "cluster 集群" }) }).click();
  await page.getByRole("dialog").getByRole("button", { name: t("settings.token_end"), exact: true }).click();
  await expect(table.getByText("cluster 集群")).toHaveCount(0);
  expect(await codeFor(backend.url, token)).toBe(512);
  log.silent("tokens");
});

test("a picture and a few words are seen on the profile", { tag: "@journey" }, async ({ page, backend, log }) => {
  const account = newAccount();
  await Api.register(backend.url, account);
  const app = await signedIn(page, backend.url, account);
  await app.open("/settings/profile");
  const input = page.getByLabel(t("settings.choose_picture"), { exact: true }).and(page.locator("input"));
  await input.setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await expect(page.getByText(t("errors.bad_picture"))).toBeVisible();
  await input.setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.alloc(2 * 1024 * 1024 + 1) });
  await expect(page.getByText(t("errors.picture_too_large"))).toBeVisible();
  await accessible(page, "a refused picture");
  await input.setInputFiles({ name: "wide.png", mimeType: "image/png", buffer: await drawn(page, 900, 300) });
  await expect(page.getByText(t("settings.picture_saved"))).toBeVisible();
  // In the bar at once.
  await expect(page.getByRole("banner").locator("img[src*=avatar]")).toBeVisible();

  await app.field("settings.website").fill("javascript:alert(1)");
  await app.button("common.save").click();
  await expect(page.getByText(t("errors.illegal_website"))).toBeVisible();
  await app.field("settings.website").fill("https://example.org/~ada");
  await app.field("settings.display_name").fill("艾达 Lovelace");
  await app.field("settings.bio").fill("Notes on the engine\nand <b>numbers</b>");
  await app.field("settings.place").fill("London 伦敦");
  await app.button("common.save").click();
  await expect(page.getByText(t("settings.profile_saved"))).toBeVisible();
  await accessible(page, "settings, profile");

  await app.link("settings.see_profile").click();
  await expect(app.heading(account.name)).toBeFocused();
  const main = page.getByRole("main");
  for (const text of ["艾达 Lovelace", "Notes on the engine and <b>numbers</b>", "London 伦敦"]) {
    await expect(main.getByText(text)).toBeVisible();
  }
  await expect(main.getByRole("link", { name: "example.org/~ada" })).toHaveAttribute("href", "https://example.org/~ada");
  const avatar = main.locator("img[src*=avatar]");
  await expect(avatar).toBeVisible();
  expect(await avatar.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight])).toEqual([256, 256]);
  log.silent("profile");
});

test("the search is found and used by keyboard alone", async ({ page, backend, log }) => {
  const account = newAccount("finder");
  const api = await Api.register(backend.url, account);
  const other = await Api.register(backend.url, newAccount("keeper"));
  const stem = `q${Math.random().toString(36).slice(2, 8)}`;
  await api.create("code", `my-${stem}`);
  await other.create("code", `${stem}-public`);
  await other.create("code", `${stem}-secret`, 1);
  await other.create("data", `${stem}-data`);
  const app = await signedIn(page, backend.url, account);

  const box = page.getByRole("combobox", { name: t("search.field") });
  // It comes with the bar, which is fetched beside the page.
  await expect(box).toBeVisible();
  await page.keyboard.press("/");
  await expect(box).toBeFocused();
  await page.keyboard.type(stem);
  const options = page.getByRole("listbox", { name: t("search.field") }).getByRole("option");
  await expect(options).toHaveCount(4);
  await expect(options.nth(0)).toContainText(`my-${stem}`);
  await expect(options.nth(1)).toContainText(`${stem}-public`);
  await expect(options.nth(2)).toContainText(`${stem}-data`);
  await expect(page.getByText(`${stem}-secret`)).toHaveCount(0);
  await accessible(page, "suggestions");
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowDown");
  await expect(options.nth(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/dataset/${stem}-data$`));

  // Esc closes the suggestions, then leaves the field.
  await page.keyboard.press("/");
  await expect(box).toHaveValue("");
  await page.keyboard.type(stem);
  await expect(options.first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(options.first()).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(box).not.toBeFocused();

  // Enter without a choice leads to all results, of which the address keeps the part.
  await page.keyboard.press("/");
  // What was typed is still there.
  await expect(box).toHaveValue(stem);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/search\\?q=${stem}$`));
  const table = page.getByRole("table");
  await expect(table.getByRole("link")).toHaveCount(2);
  await page.getByRole("main").getByRole("link", { name: t("search.datasets") }).click();
  await expect(page).toHaveURL(/kind=datasets/);
  await expect(table.getByRole("link")).toHaveText([new RegExp(`${stem}-data`)]);
  await page.getByRole("main").getByRole("link", { name: t("search.users") }).click();
  await expect(page.getByText(t("search.nothing_here"))).toBeVisible();
  await page.reload();
  await expect(page.getByText(t("search.nothing_here"))).toBeVisible();

  // Where only another kind has what is looked for, it is shown at once.
  await app.open(`/search?q=${stem}-data`);
  await expect(table.getByRole("link")).toHaveText([new RegExp(`${stem}-data`)]);
  log.silent("search");
});
