/** Every page in both languages, both themes and at both widths: pictures to look at, and what can be told without eyes. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { App } from "../support/app.ts";
import type { Backend } from "../support/backend.ts";
import { accessible, Console, fits, settled, show, type Theme } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { act, entries, index, leaverName } from "../support/gallery.ts";
import { makeWorld, person, type World } from "../support/gallery-world.ts";
import { startLab } from "../support/lab.ts";
import { root } from "../support/process.ts";
import { languages, locale, words, type Language } from "../support/words.ts";

const output = join(root, "tests/e2e/output/gallery");
const sizes: Record<number, number> = { 390: 844, 768: 1024, 1440: 900, 2560: 1440 };
const shown = [1440, 390];
const themes: Theme[] = ["light", "dark"];
/** GALLERY=task-,plan shows the pages whose names begin so, for whoever works on them. */
const wanted = process.env["GALLERY"]?.split(",") ?? [""];

test.describe.configure({ timeout: 1_800_000 });
// Some thousand steps: a trace of them would take longer than they do.
test.use({ trace: "off" });

/** The tabs of one language, one for each person. */
class Visitors {
  private readonly tabs = new Map<string, Promise<{ page: Page; app: App; log: Console }>>();
  private readonly t;

  constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly language: Language,
  ) {
    this.t = words(language);
  }

  tab(name: string): Promise<{ page: Page; app: App; log: Console }> {
    const tab = this.tabs.get(name) ?? this.enter(name);
    this.tabs.set(name, tab);
    return tab;
  }

  private async enter(name: string) {
    const context = await this.browser.newContext({ locale: locale[this.language], colorScheme: "light", timezoneId: "Asia/Shanghai" });
    const page = await context.newPage();
    const app = new App(page, this.url, this.t);
    const log = new Console(page);
    if (name !== "stranger") {
      await app.open("/login");
      await app.signIn(name, person(name).password);
      await expect(page).not.toHaveURL(/login/);
    }
    return { page, app, log };
  }

  async leave(): Promise<void> {
    for (const tab of this.tabs.values()) await (await tab).page.context().close();
  }
}

/** Shows one page in one language and answers what is wrong with it. */
async function look([name, entry]: (typeof entries)[number], language: Language, visitors: Visitors, world: World, backend: Backend): Promise<string[]> {
  const faults: string[] = [];
  const t = words(language);
  const attempt = async (what: string, check: () => void | Promise<void>): Promise<void> => {
    await Promise.resolve()
      .then(check)
      .catch((error: unknown) => {
        const fault = `${name}, ${language}, ${what}: ${error instanceof Error ? error.message : String(error)}`;
        // Told at once: whoever waits for the rest reads it meanwhile.
        console.log(fault);
        faults.push(fault);
      });
  };
  const path = entry.path.replace(/\{(\w+)\}/g, (_, place: string) => {
    const value = world.places[place];
    if (value === undefined) throw new Error(`${name}: the world has no ${place}`);
    return value;
  });
  for (const width of entry.widths ?? shown) {
    const narrow = width === 390;
    const { page, app, log } = await visitors.tab(entry.as === "leaver" ? leaverName(t, narrow) : (entry.as ?? "ada"));
    const resize = (to: number) => page.setViewportSize({ width: to, height: sizes[to]! });
    await resize(width);
    await attempt(`${width}`, async () => {
      // What somebody opened belongs to the width; a page does not.
      if (entry.act || width === shown[0]) {
        await app.open(path);
        await act(entry, { app, page, t, narrow, world, backend });
      }
      await expect(page.locator("[aria-busy=true], .skeleton")).toHaveCount(0);
      await expect(app.heading()).toHaveCount(1);
    });
    // Each theme is looked through by axe once, and each width.
    const looked = language === "en" ? "light" : "dark";
    for (const theme of themes) {
      await show(page, theme);
      await settled(page);
      await page.screenshot({ path: join(output, name, `${language}-${theme}-${width}.png`) });
      if (theme === looked && narrow === (language === "zh")) {
        // What the bar covers by half is too small to be hit; one would scroll.
        await page.evaluate(() => window.scrollTo(0, 0));
        await attempt(`axe ${theme}`, () => accessible(page, name));
      }
    }
    await show(page, "light");
    await attempt(`${width}`, () => fits(page, name));
    if (!entry.act && !narrow) {
      for (const between of [2560, 768]) {
        await resize(between);
        await attempt(`${between}`, () => fits(page, name));
      }
    }
    await attempt("console", () => log.silent(name));
  }
  return faults;
}

/** The pictures of the README: page and look. README=1 writes them anew, as WebP, which Chromium itself makes. */
const readme: Record<string, [page: string, look: string]> = {
  project: ["project", "en-light-1440"],
  tasks: ["tasks", "zh-dark-1440"],
  task: ["task-running", "zh-light-390"],
  log: ["task-log", "en-dark-390"],
};

async function writeReadme(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  for (const [name, [entry, look]] of Object.entries(readme)) {
    const png = await readFile(join(output, entry, `${look}.png`), "base64");
    const webp = await page.evaluate(async (png) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      canvas.getContext("2d")!.drawImage(image, 0, 0);
      return canvas.toDataURL("image/webp", 0.9).split(",")[1]!;
    }, png);
    await writeFile(join(root, "docs/pictures", `${name}.webp`), Buffer.from(webp, "base64"));
  }
  await page.close();
}

test("every page", async ({ browser }) => {
  const backend = await startLab();
  try {
    const world = await test.step("the world", () => makeWorld(backend));
    const chosen = entries.filter(([name]) => wanted.some((begin) => name.startsWith(begin)));
    await rm(output, { recursive: true, force: true });
    await mkdir(output, { recursive: true });
    const faults = await test.step("the pages", () =>
      Promise.all(
        languages.map(async (language) => {
          const visitors = new Visitors(browser, backend.url, language);
          const found: string[] = [];
          for (const entry of chosen) found.push(...(await test.step(`${entry[0]}, ${language}`, () => look(entry, language, visitors, world, backend))));
          await visitors.leave();
          return found;
        }),
      ),
    );
    const looks = languages.flatMap((language) => themes.flatMap((theme) => shown.map((width) => `${language}-${theme}-${width}`)));
    await writeFile(join(output, "index.html"), index(chosen.map(([name]) => name), looks));
    if (process.env["README"]) await writeReadme(browser);
    const all = faults.flat();
    if (all.length > 0) throw new Error(all.join("\n\n"));
  } finally {
    await backend.remove();
  }
});
