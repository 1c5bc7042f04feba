/** The page of all pieces: how they look in both themes, and what they do under the keyboard and the pointer. */

import type { Locator, Page } from "@playwright/test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../support/app.ts";
import { startBackend, type Backend } from "../support/backend.ts";
import { setInBars } from "../support/block-font.ts";
import { accessibleAsShown, fits, picture, settled } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { built, released } from "../support/process.ts";
import { type Key, type Language, languages, locale, words } from "../support/words.ts";

const themes = ["light", "dark"] as const;
const t = words("en");
let backend: Backend;

test.beforeAll(async () => {
  if (!existsSync(join(built.debugWeb, "index.html"))) {
    throw new Error("The debug build of the app is missing: trunk build --dist target/dist-dev");
  }
  backend = await startBackend(["--empty"], built.debugWeb);
});
test.afterAll(() => backend.remove());

/** Opens the page. A release build of the backend does not serve its address, so the way leads over another page. */
async function open(page: Page, language: Language = "en"): Promise<App> {
  const app = new App(page, backend.url, words(language));
  await app.open("/login");
  await page.evaluate(() => {
    history.pushState(null, "", "/_ui");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await expect(app.heading(app.t("pieces.title"))).toBeVisible();
  return app;
}

const part = (page: Page, key: Key): Locator => page.getByRole("region", { name: t(key), exact: true });
const focused = (page: Page): Locator => page.locator(":focus");

for (const colorScheme of themes) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`each part looks as its picture, ${colorScheme}`, async ({ page, log }) => {
      await open(page);
      await setInBars(page);
      const parts = page.locator("main section");
      const ids = await parts.evaluateAll((parts) => parts.map((part) => part.id));
      expect(ids.length).toBeGreaterThan(15);
      for (const id of ids) {
        await expect.soft(page.locator(`#${id}`)).toHaveScreenshot([colorScheme, `${id}.png`]);
      }
      log.silent("pieces");
    });

    for (const language of languages) {
      test.describe(language, () => {
        test.use({ locale: locale[language] });

        test(`everybody can use it, ${colorScheme}, ${language}`, async ({ page, log }) => {
          const app = await open(page, language);
          await accessibleAsShown(page, `pieces, ${language}`);
          await picture(page, `pieces/${language}-${colorScheme}`);
          for (const key of ["pieces.open_dialog", "pieces.open_drawer", "pieces.open_confirm"] as const) {
            await app.button(key).click();
            await expect(page.getByRole("dialog")).toBeVisible();
            await accessibleAsShown(page, key);
            await page.keyboard.press("Escape");
          }
          await page.getByRole("combobox", { name: app.t("pieces.pick") }).click();
          await expect(page.getByRole("listbox")).toBeVisible();
          await accessibleAsShown(page, "suggestions");
          await page.getByRole("button", { name: app.t("pieces.menu"), exact: true }).click();
          await expect(page.getByRole("menu")).toBeVisible();
          await accessibleAsShown(page, "menu");
          await page.keyboard.press("Escape");
          await app.button("pieces.tell").click();
          await app.button("pieces.tell_failure").click();
          await accessibleAsShown(page, "messages");
          for (const width of [390, 720, 1440, 2560]) {
            await page.setViewportSize({ width, height: 900 });
            await fits(page, `pieces at ${width}`);
          }
          log.silent("pieces");
        });
      });
    }
  });
}

test("whatever can be pressed is large enough, and shows the focus", async ({ page }) => {
  await open(page);
  const small = await page.locator("main :is(button, input:not(.sr-only), select, textarea, a.button, a.tab, a.page-link, a.sort-link)").evaluateAll((all) =>
    all.flatMap((one) => {
      // A box to tick is as large as its label.
      const { width, height } = (one.closest("label.checkbox") ?? one).getBoundingClientRect();
      return width > 0 && (width < 24 || height < 24) ? [`${one.outerHTML.slice(0, 120)}: ${width} x ${height}`] : [];
    }),
  );
  expect(small).toEqual([]);

  // From the top to the end by Tab: each thing has the focus once, in sight, with a ring.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const seen: string[] = [];
  for (let at = 0; at < 300; at += 1) {
    await page.keyboard.press("Tab");
    const found = await focused(page).evaluateAll(([one]) => {
      if (!one || one === document.body) return null;
      // A radio button and the field of tags show it at what stands around them.
      const shown = [one, one.parentElement!, ...(one.nextElementSibling ? [one.nextElementSibling] : [])];
      const ring = shown.some((each) => getComputedStyle(each).outlineStyle === "solid");
      const { top, bottom } = one.getBoundingClientRect();
      const bar = one.closest("header.bar") ? 0 : document.querySelector("header.bar")!.getBoundingClientRect().bottom - 1;
      return { html: one.outerHTML.slice(0, 160), ring, inSight: (top >= bar || one.className.includes("sr-only")) && bottom > 0 && top < innerHeight };
    });
    if (!found) break;
    expect.soft(found, found.html).toMatchObject({ ring: true, inSight: true });
    seen.push(found.html);
  }
  expect(seen.length).toBeGreaterThan(60);
});

test("a search: arrows, Enter, Esc, typing and the pointer", async ({ page }) => {
  await open(page);
  const box = page.getByRole("combobox", { name: t("pieces.search") });
  const list = page.getByRole("listbox", { name: t("pieces.search") });
  const picked = list.getByRole("option", { selected: true });
  const said = part(page, "pieces.suggestions").getByRole("status").last();
  await box.focus();
  await expect(list).toBeHidden();
  await page.keyboard.press("ArrowDown");
  await expect(list).toBeVisible();
  await expect(picked).toHaveCount(0);
  await expect(box).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect(picked).toContainText(t("pieces.apple"));
  expect(await box.getAttribute("aria-activedescendant")).toBe(await picked.getAttribute("id"));
  // Over the one that cannot be chosen to the last, then to the text itself, then round to the last again.
  for (let times = 0; times < 4; times += 1) await page.keyboard.press("ArrowDown");
  await expect(picked).toContainText(t("pieces.long"));
  await page.keyboard.press("ArrowDown");
  await expect(picked).toHaveCount(0);
  await page.keyboard.press("ArrowUp");
  await expect(picked).toContainText(t("pieces.long"));
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.keyboard.type("ear");
  await expect(list.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(said).toHaveText(t("pieces.searched", { name: "ear" }));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(said).toHaveText(t("pieces.chosen", { name: "pear" }));
  await box.fill("nothing of that name");
  await expect(part(page, "pieces.suggestions").getByText(t("pieces.no_match"))).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(part(page, "pieces.suggestions").getByText(t("pieces.no_match"))).toBeHidden();
  await box.fill("");
  await list.getByRole("option", { name: t("pieces.plum") }).click();
  await expect(said).toHaveText(t("pieces.chosen", { name: "plum" }));
  await expect(box).toBeFocused();
  await expect(list).toBeHidden();
});

test("a choice: the first is picked by itself, what cannot be chosen is not", async ({ page }) => {
  await open(page);
  const box = page.getByRole("combobox", { name: t("pieces.pick") });
  const list = page.getByRole("listbox", { name: t("pieces.pick") });
  const said = part(page, "pieces.suggestions").getByRole("status").last();
  await box.fill("e");
  await expect(list.getByRole("option", { selected: true })).toContainText(t("pieces.apple"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(said).toHaveText(t("pieces.chosen", { name: "pear" }));
  await expect(box).toHaveValue("");
  await box.fill("leek");
  await expect(list.getByRole("option")).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Enter");
  await list.getByRole("option").click({ force: true });
  await expect(said).toHaveText(t("pieces.chosen", { name: "pear" }));
  await expect(box).toHaveValue("leek");
});

test("tags: Enter, comma, paste, Backspace, buttons and limits", async ({ page }) => {
  await open(page);
  const tags = part(page, "pieces.tags");
  const field = tags.getByRole("textbox").first();
  const remove = (name: string) => tags.getByRole("button", { name: t("ui.remove", { name }), exact: true });
  await field.focus();
  await page.keyboard.type("Flowers");
  await page.keyboard.press("Enter");
  await expect(remove("flowers")).toBeVisible();
  await expect(tags.getByText(t("ui.tag_added", { name: "flowers" }))).toBeAttached();
  await page.keyboard.type("图像，");
  await expect(remove("图像")).toBeVisible();
  await expect(field).toHaveValue("");
  await page.keyboard.type("more,");
  await expect(tags.getByText(t("ui.tag_many", { count: 4 }))).toBeVisible();
  await expect(field).toHaveValue("more");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill("");
  await page.keyboard.press("Backspace");
  await expect(remove("图像")).toHaveCount(0);
  await remove("iris").click();
  await expect(remove("iris")).toHaveCount(0);
  await expect(field).toBeFocused();
  await field.fill("c++,a_b");
  await expect(tags.getByText(t("ui.tag_twice"))).toBeVisible();
  await field.fill("a_b");
  await page.keyboard.press("Enter");
  await expect(tags.getByText(t("ui.tag_illegal"))).toBeVisible();
  await field.fill("x".repeat(13));
  // Leaving takes what is typed, or says why not.
  await page.keyboard.press("Tab");
  await expect(tags.getByText(t("ui.tag_long", { count: 12 }))).toBeVisible();
});

test("a menu: arrows, Home, End, letters and Esc", async ({ page }) => {
  await open(page);
  const button = page.getByRole("button", { name: t("pieces.menu"), exact: true });
  await button.focus();
  await page.keyboard.press("ArrowDown");
  const item = (key: Key) => page.getByRole("menu").getByText(t(key), { exact: true });
  await expect(item("pieces.menu_link")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(item("pieces.menu_act")).toBeFocused();
  await page.keyboard.press("End");
  await expect(item("pieces.second")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(item("pieces.menu_link")).toBeFocused();
  await page.keyboard.press("s");
  await expect(item("pieces.second")).toBeFocused();
  await page.keyboard.press("f");
  await expect(item("pieces.first")).toBeFocused();
  await page.keyboard.press("Home");
  await expect(item("pieces.menu_link")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("menu")).toBeHidden();
});

for (const [opener, title] of [["pieces.open_dialog", "pieces.dialog"], ["pieces.open_drawer", "pieces.drawer"], ["pieces.open_confirm", "pieces.confirm"]] as const) {
  test(`${title}: the focus stays inside and comes back`, async ({ page }) => {
    const app = await open(page);
    const button = app.button(opener);
    const dialog = page.getByRole("dialog", { name: t(title) });
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeVisible();
    for (let times = 0; times < 6; times += 1) {
      await expect(dialog.or(dialog.locator(":focus")).last()).toBeVisible();
      expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null || document.activeElement === document.body)).toBe(true);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(button).toBeFocused();
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: t("common.close"), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(button).toBeFocused();
  });
}

test("a dialog that is opened again before its closing is told stays open", async ({ page }) => {
  const app = await open(page);
  const button = app.button("pieces.open_dialog");
  const dialog = page.getByRole("dialog", { name: t("pieces.dialog") });
  await button.click();
  await expect(dialog).toBeVisible();
  const opener = await button.elementHandle();
  await dialog.evaluate(async (element: HTMLDialogElement, opener) => {
    const told = new Promise((resolve) => element.addEventListener("close", resolve, { once: true }));
    element.close();
    (opener as HTMLButtonElement).click();
    await told;
  }, opener);
  // What closes it would do so in the frame after.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: t("common.close"), exact: true }).click();
  await expect(dialog).toBeHidden();
});

test("a drawer closes by a click beside it, a dialog does not", async ({ page }) => {
  const app = await open(page);
  await app.button("pieces.open_drawer").click();
  await expect(page.getByRole("dialog", { name: t("pieces.drawer") })).toBeVisible();
  await page.mouse.click(40, 400);
  await expect(page.getByRole("dialog")).toBeHidden();
  await app.button("pieces.open_dialog").click();
  await page.mouse.click(40, 400);
  await expect(page.getByRole("dialog", { name: t("pieces.dialog") })).toBeVisible();
});

test("a tooltip: on hover and focus, until Esc, never outside of the window", async ({ page }) => {
  const app = await open(page);
  const button = app.button("pieces.hover");
  const tip = part(page, "pieces.tooltips").getByRole("tooltip", { includeHidden: true }).first();
  await expect(tip).toBeHidden();
  await button.focus();
  await expect(tip).toHaveText(t("pieces.tip"));
  await expect(button).toHaveAccessibleDescription(t("pieces.tip"));
  await page.keyboard.press("Escape");
  await expect(tip).toBeHidden();
  await button.hover();
  await expect(tip).toBeVisible();
  await tip.hover();
  await expect(tip).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(tip).toBeHidden();
  // A thing that takes no focus itself gets it, on a narrow page too.
  await page.setViewportSize({ width: 390, height: 844 });
  await button.focus();
  await page.keyboard.press("Tab");
  const second = part(page, "pieces.tooltips").getByRole("tooltip", { includeHidden: true }).last();
  await expect(second).toBeVisible();
  await settled(page);
  const box = (await second.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
});

test("a segmented choice and tabs go by the keyboard", async ({ page }) => {
  await open(page);
  const choice = part(page, "pieces.choices");
  await choice.getByRole("radio", { name: t("pieces.first") }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(choice.getByRole("radio", { name: t("pieces.second") })).toBeChecked();
  const tabs = part(page, "pieces.heads").getByRole("navigation").getByRole("link");
  await tabs.first().focus();
  await expect(tabs.first()).toHaveAttribute("aria-current", "page");
  await page.keyboard.press("Tab");
  await expect(tabs.nth(1)).toBeFocused();
});

test("messages: a result goes by itself or on request, a failure waits", async ({ page }) => {
  const app = await open(page);
  const region = page.getByRole("region", { name: t("common.notifications") });
  await app.button("pieces.tell").click();
  await expect(region.getByRole("status")).toContainText(t("pieces.told"));
  await app.button("pieces.tell_failure").click();
  await expect(region.getByRole("alert")).toContainText(t("pieces.told_failure"));
  await region.getByRole("alert").getByRole("button", { name: t("common.dismiss") }).click();
  await expect(region.getByRole("alert")).toBeEmpty();
});

test("the release build has no such page", async ({ backend: release }) => {
  test.skip(!released, "RUSSELL_WEB names another build, which may be one with that page");
  const answer = await fetch(new URL("_ui", release.url), { headers: { accept: "text/html" } });
  expect(answer.status).toBe(404);
  const files = readdirSync(built.web, { recursive: true, withFileTypes: true }).filter((file) => /\.(wasm|js)$/.test(file.name));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name));
    for (const word of ["piece-search", t("pieces.lead")]) {
      expect(bytes.includes(word), `"${word}" in ${file.name}`).toBe(false);
    }
  }
});
