/** One's own projects in the browser, a hundred and ten thousand: from a key or click to the frame that shows other rows. */

import { expect, test, type Browser } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { words } from "../support/words.ts";
import { median, spread } from "./figures.ts";
import { fill, type Amount } from "./fill.ts";
import { prepare, timed } from "./watch.ts";

const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 15);
const SIZES: Amount[] = [
  { projects: 100, datasets: 100, tasks: 1000 },
  { projects: 10_000, datasets: 10_000, tasks: 100_000 },
];

/** Milliseconds by what is done. */
async function measure(browser: Browser, amount: Amount): Promise<Map<string, number[]>> {
  const backend = await startBackend();
  const page = await browser.newPage();
  try {
    const api = await Api.register(backend.url, newAccount("bench"));
    await fill(backend, api.account.name, amount);
    const t = words("en");
    const app = new App(page, backend.url, t);
    await prepare(page);
    await app.open("/login");
    await app.signIn(api.account.name, api.account.password);
    await expect(page).not.toHaveURL(/login/);
    const took = new Map<string, number[]>();
    const pages = page.getByRole("navigation", { name: t("common.pages") }).getByRole("link");
    const first = page.getByRole("table").getByRole("row").nth(1).getByRole("link").first();
    for (const path of ["/projects", "/datasets", "/tasks"]) {
      const acts: Record<string, [string, () => Promise<unknown>]> = {
        "next page": ["click", () => page.getByRole("link", { name: t("common.next") }).click()],
        "last page": ["click", () => pages.nth(-2).click()],
        "order by name": ["click", () => page.getByRole("columnheader").getByRole("link").first().click()],
        // What few have, and the first page of it is another one.
        "search, with the pause of 300 ms": ["input", () => page.getByRole("searchbox").fill(path === "/tasks" ? "run 77" : "77")],
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [what, [event, act]] of Object.entries(acts)) {
          await app.open(path);
          await first.waitFor();
          const other = (await first.textContent()) ?? "";
          const { all } = await timed(page, event, { rows: true, other }, act);
          const key = `${path} ${what}`;
          took.set(key, [...(took.get(key) ?? []), all]);
        }
      }
    }
    return took;
  } finally {
    await page.close();
    await backend.remove();
  }
}

test("lists", async ({ browser }) => {
  test.setTimeout(1_800_000);
  const [small, large] = [await measure(browser, SIZES[0]!), await measure(browser, SIZES[1]!)];
  console.log(`\nms, median of ${ROUNDS} (least to most): ten thousand projects and datasets, a hundred thousand tasks; a hundredth of it; ratio`);
  for (const [what, many] of large) {
    const few = small.get(what)!;
    console.log(`${what.padEnd(46)} ${spread(many).padEnd(18)} ${spread(few).padEnd(18)} ${(median(many) / median(few)).toFixed(2)}`);
  }
});
