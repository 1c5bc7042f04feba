/** What every page has to fulfil, wherever a test stands. */

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { byKeyboard } from "./keyboard.ts";
import { root } from "./process.ts";

/** Collects whatever a page says on its console and every fault it does not catch. */
export class Console {
  readonly lines: string[] = [];

  constructor(page: Page) {
    page.on("console", (message) => {
      this.lines.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.lines.push(`uncaught: ${error.stack ?? error.message}`));
  }

  /** Fails if anything was said since the last time. */
  silent(where: string): void {
    expect(this.lines.splice(0), `console of ${where}`).toEqual([]);
  }

  /** Forgets what a test provoked, and fails if it was anything else. */
  expected(pattern: RegExp): void {
    expect(this.lines.splice(0).filter((line) => !pattern.test(line))).toEqual([]);
  }
}

/** Waits until nothing is on its way any more: colours are measured then. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))));
}

/** The theme the page is shown in. */
export type Theme = "light" | "dark";

/** Shows the page in a theme without choosing it, and answers which one it was shown in before. */
export async function show(page: Page, theme: Theme): Promise<Theme> {
  const before = await page.evaluate((theme) => {
    const { dataset } = document.documentElement;
    const before = dataset["theme"];
    dataset["theme"] = theme;
    return before;
  }, theme);
  return before === "dark" ? "dark" : "light";
}

/** What axe finds on the page as it is shown. Without the page of its own that axe otherwise opens for each run: only frames of other
 * origins need that, and they are not ours. */
async function found(page: Page, limit: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  await settled(page);
  const { violations } = await limit(new AxeBuilder({ page }).setLegacyMode()).analyze();
  return violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.html}\n    ${n.failureSummary}`).join("\n")}`);
}

/** WCAG 2.2 AA as far as axe can tell, in the theme the page is shown in. */
export async function accessibleAsShown(page: Page, where: string): Promise<void> {
  const all = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  expect(await found(page, (axe) => axe.withTags(all)), `axe on ${where}`).toEqual([]);
}

/** The same, and what is a matter of colour in the other theme. Once: with the keyboard alone the pages are the same. */
export async function accessible(page: Page, where: string): Promise<void> {
  if (byKeyboard()) return;
  await accessibleAsShown(page, where);
  const now = await show(page, "light");
  const other = now === "light" ? "dark" : "light";
  await show(page, other);
  const colours = await found(page, (axe) => axe.withRules(["color-contrast", "link-in-text-block"]));
  await show(page, now);
  expect(colours, `axe on ${where}, ${other}`).toEqual([]);
  await settled(page);
}

/** Keeps a picture as output of the test, once: with the keyboard alone the pages look the same. */
export async function picture(page: Page, name: string): Promise<void> {
  if (byKeyboard()) return;
  const folder = join(root, "tests/e2e/output/pictures");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}

/** No page may scroll sideways. */
export async function fits(page: Page, where: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(content, `width of ${where}`).toBeLessThanOrEqual(window ?? 0);
}
