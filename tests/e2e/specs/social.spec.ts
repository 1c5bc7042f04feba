/** Finding somebody's project, starring, forking, running and discussing it; and what nobody else may find. */

import type { Page } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, fits } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");
const code = [
  { path: "README.md", text: "# Tulips\n" },
  { path: "train.py", text: "print('tulips are trained')\n" },
];

/** Somebody with a public project and a private one, both with a version. */
async function gardener(url: string): Promise<{ api: Api; name: string; open: string; closed: string; tag: string; version: string }> {
  const account = newAccount("gardener");
  const api = await Api.register(url, account);
  const tag = account.name.replace("gardener-", "tag-");
  const open = await api.create("code", "tulips");
  await api.tag(open, [tag, "flowers"]);
  await api.upload(open, "code", code);
  const closed = await api.create("code", "tulips-secret", 1);
  await api.tag(closed, [tag]);
  const version = await api.upload(closed, "code", code);
  return { api, name: account.name, open, closed, tag, version };
}

/** Signed in as somebody new. */
async function visitor(page: Page, url: string): Promise<{ app: App; name: string }> {
  const app = new App(page, url, t);
  const account = newAccount("visitor");
  await app.register(account);
  return { app, name: account.name };
}

test("a project is found, starred, forked, run and discussed", { tag: "@journey" }, async ({ page, backend, log }) => {
  const { name: owner, tag } = await gardener(backend.url);
  const { app, name } = await visitor(page, backend.url);

  // By words and by tag; both stand in the address.
  await app.open("/explore");
  await page.getByRole("searchbox", { name: t("lists.search_projects") }).fill("tulips");
  await expect(page).toHaveURL(/q=tulips/);
  await page.getByRole("row", { name: new RegExp(`${owner} / tulips`) }).getByRole("link", { name: tag }).click();
  await expect(page).toHaveURL(new RegExp(`tags=${tag}`));
  const found = page.getByRole("link", { name: `${owner} / tulips`, exact: true });
  await expect(found).toBeVisible();
  await expect(page.getByRole("link", { name: /tulips-secret/ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("list", { name: t("social.chosen") }).getByText(tag)).toBeVisible();
  await accessible(page, "explore");
  await found.click();

  // The star is there at once, and after a reload.
  const star = page.getByRole("button", { name: new RegExp(`^${t("social.star")}`) });
  await expect(star).toHaveAttribute("aria-pressed", "false");
  await star.click();
  await expect(star).toHaveAttribute("aria-pressed", "true");
  await expect(star).toContainText("1");
  await page.reload();
  await expect(star).toHaveAttribute("aria-pressed", "true");

  // Forked under a name of one's own; the name of something one has is refused at its field.
  await page.getByRole("button", { name: new RegExp(`^${t("social.fork")}`) }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t("new.name")).fill("my-tulips");
  await accessible(page, "fork");
  await dialog.getByRole("button", { name: t("social.fork"), exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${name}/project/my-tulips$`));
  await expect(page.getByRole("link", { name: `${owner} / tulips` })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Tulips", exact: true })).toBeVisible();
  await app.open(`/${owner}/project/tulips`);
  await page.getByRole("button", { name: new RegExp(`^${t("social.fork")}`) }).click();
  await dialog.getByLabel(t("new.name")).fill("my-tulips");
  await dialog.getByRole("button", { name: t("social.fork"), exact: true }).click();
  await expect(dialog.getByText(t("errors.name_taken"))).toBeVisible();
  await expect(dialog.getByLabel(t("new.name"))).toHaveValue("my-tulips");
  await page.keyboard.press("Escape");
  await app.open(`/${owner}/project/tulips/forks`);
  await expect(page.getByRole("link", { name: `${name} / my-tulips` })).toBeVisible();

  // The fork runs.
  await app.open(`/${name}/project/my-tulips/run`);
  await app.field("run.command").fill("python3 train.py");
  await app.button("run.start").click();
  await expect(page).toHaveURL(/\/task\/[0-9a-f]{32}/);
  await expect(page.getByText(t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 60_000 });

  // Favourites show what was starred; the overview, what was run.
  await app.open(`/${name}?tab=favourites`);
  await expect(page.getByRole("link", { name: `${owner} / tulips` })).toBeVisible();
  await accessible(page, "favourites");
  await app.open(`/${name}`);
  await expect(page.getByText(t("social.activity_sum_one")).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "my-tulips" })).toBeVisible();
  await accessible(page, "profile");

  // A draft survives a reload; the comment is rendered.
  await app.open(`/${owner}/project/tulips/discussion`);
  await app.field("social.comment").fill("Trained in **one** second");
  await page.reload();
  await app.shown();
  await expect(app.field("social.comment")).toHaveValue("Trained in **one** second");
  await app.button("social.send").click();
  const comment = page.getByRole("article", { name: t("social.by", { author: name }) });
  await expect(comment.getByText("one", { exact: true })).toBeVisible();
  await expect(app.field("social.comment")).toHaveValue("");
  await comment.getByRole("button", { name: t("social.edit") }).click();
  await comment.getByLabel(t("social.comment"), { exact: true }).fill("Trained in **two** seconds");
  await comment.getByRole("button", { name: t("social.save") }).click();
  await expect(comment.getByText("two", { exact: true })).toBeVisible();
  await expect(comment.getByText(t("social.edited"))).toBeVisible();
  await accessible(page, "discussion");
  await comment.getByRole("button", { name: t("social.delete") }).click();
  await page.getByRole("dialog").getByRole("button", { name: t("social.delete_verb") }).click();
  await expect(page.getByText(t("social.no_comments"), { exact: true })).toBeVisible();
  log.silent("the journey");
});

test("a private project is found nowhere", { tag: "@journey" }, async ({ page, backend, log }) => {
  const { name: owner, closed, tag, version } = await gardener(backend.url);
  const { app } = await visitor(page, backend.url);
  const public_ = page.getByRole("link", { name: /tulips$/ }).first();
  for (const path of [`/explore?tags=${tag}`, "/explore?q=tulips", `/${owner}`, `/${owner}?tab=projects`]) {
    await app.open(path);
    await expect(public_).toBeVisible();
    await expect(page.getByText(/tulips-secret/)).toHaveCount(0);
  }
  log.silent("lists");
  for (const path of [`/${owner}/project/tulips-secret`, `/${owner}/project/tulips-secret/discussion`]) {
    await app.open(path);
    await expect(app.heading(t("entity.missing.project", { path: `${owner}/tulips-secret` }))).toBeVisible();
  }
  await app.open(`/files/data/${version}`);
  await expect(page.getByRole("link", { name: "train.py" })).toHaveCount(0);
  await expect(page.getByText("tulips are trained")).toHaveCount(0);
  const stranger = await Api.register(backend.url, newAccount("stranger"));
  for (const [method, path] of [
    ["PUT", "star"],
    ["POST", "fork"],
    ["GET", "comments"],
    ["POST", "comments"],
  ] as const) {
    expect(await stranger.code(method, `api/v1/entities/${closed}/${path}`, { body: "x" }), path).toBe(517);
  }
});

test("tags are edited in place and lead to what else has them", { tag: "@journey" }, async ({ page, backend, log }) => {
  const { app, name } = await visitor(page, backend.url);
  await app.open("/new/project");
  await app.field("new.name").fill("roses");
  const field = page.getByLabel(new RegExp(`^${t("social.tags")}`));
  await field.fill("Plants");
  await field.press("Enter");
  await app.button("new.project.create").click();
  await expect(page).toHaveURL(new RegExp(`/${name}/project/roses$`));
  await app.button("social.tags_edit").click();
  await field.press("Backspace");
  await field.fill(`red-${name}`);
  await field.press("Enter");
  await accessible(page, "tags");
  await app.button("common.save").click();
  const tag = page.getByRole("list", { name: t("social.tags") }).getByRole("link");
  await expect(tag).toHaveText([`red-${name}`]);
  await expect(app.button("social.tags_edit")).toBeFocused();
  await tag.click();
  await expect(page).toHaveURL(new RegExp(`/explore\\?tags=red-${name}$`));
  await expect(page.getByRole("link", { name: `${name} / roses` })).toBeVisible();
  // Nothing matches, which is not the same as nothing yet.
  await page.getByRole("searchbox", { name: t("lists.search_projects") }).fill("no such words");
  await expect(page.getByText(t("lists.no_match"), { exact: true })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: t("lists.clear_filters") }).last().click();
  await expect(page).toHaveURL(/\/explore$/);
  log.silent("tags");
});

test.describe("narrow", () => {
  test.use({ viewport: { width: 390, height: 844 } });
  test("a star and a comment by the keyboard alone", async ({ page, backend, log }) => {
    const { name: owner } = await gardener(backend.url);
    const { app, name } = await visitor(page, backend.url);
    await app.open(`/${owner}/project/tulips/discussion`);
    await fits(page, "discussion");
    const focused = async (words: RegExp): Promise<void> => {
      for (let steps = 0; steps < 60; steps++) {
        const now = await page.evaluate(() => {
          const at = document.activeElement as HTMLElement | null;
          const label = at instanceof HTMLTextAreaElement ? at.labels[0]?.textContent : at?.textContent;
          return `${at?.tagName} ${label ?? ""}`;
        });
        if (words.test(now)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`nothing that is ${words} takes the focus`);
    };
    await focused(new RegExp(`^BUTTON ${t("social.star")}`));
    await page.keyboard.press("Space");
    const star = page.getByRole("button", { name: new RegExp(`^${t("social.star")}`) });
    await expect(star).toHaveAttribute("aria-pressed", "true");
    await expect(star).toBeFocused();
    await focused(new RegExp(`^TEXTAREA ${t("social.comment")}`));
    await page.keyboard.type("By the *keyboard*");
    await page.keyboard.press("Control+Enter");
    const comment = page.getByRole("article", { name: t("social.by", { author: name }) });
    await expect(comment.getByText("keyboard", { exact: true })).toBeVisible();
    await accessible(page, "narrow discussion");
    log.silent("the keyboard");
  });
});

test("a stranger who would star is led to the sign-in and back", async ({ page, backend, log }) => {
  const { name: owner } = await gardener(backend.url);
  const account = newAccount("comer");
  await Api.register(backend.url, account);
  const app = new App(page, backend.url, t);
  await app.open(`/${owner}/project/tulips/discussion`);
  await page.getByRole("link", { name: new RegExp(`^${t("social.star")}`) }).click();
  await app.signIn(account.name, account.password);
  await expect(page).toHaveURL(new RegExp(`/${owner}/project/tulips/discussion$`));
  await expect(page.getByRole("button", { name: new RegExp(`^${t("social.star")}`) })).toBeVisible();
  log.silent("the way back");
});
