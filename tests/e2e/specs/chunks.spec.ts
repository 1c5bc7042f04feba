/** What is fetched when it is shown: what cannot be fetched says so, and comes at the next try; nothing is seen without its style. */

import type { Page, Request } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { expect, test } from "../support/fixtures.ts";
import { released } from "../support/process.ts";
import { words } from "../support/words.ts";

const t = words("en");

/** Presses every "Try again" of parts that could not be fetched. */
async function tryAgain(page: Page): Promise<void> {
  const failed = page.getByRole("alert").filter({ hasText: t("common.chunk_failed") });
  for (let left = await failed.count(); left > 0; left -= 1) {
    await failed.first().getByRole("button", { name: t("common.retry") }).click();
  }
}

// A release build without chunks is a failure, not a reason to skip.
test.skip(!released, "RUSSELL_WEB names another build: only the release build is sure to have chunks");

for (const [what, address] of [
  ["style", "**/frame.css"],
  ["code", "**/pack_*.wasm"],
] as const) {
  test(`a page whose ${what} cannot be fetched says so, and comes at the next try`, async ({ page, backend }) => {
    await page.route(address, (route) => route.abort());
    await page.goto(new URL("explore", backend.url).href);
    await expect(page.getByRole("alert").filter({ hasText: t("common.chunk_failed") }).first()).toBeVisible();
    await page.unroute(address);
    await tryAgain(page);
    await expect(page.getByRole("heading", { level: 1, name: t("lists.explore_title") })).toBeVisible();
    await expect(page.getByRole("alert").filter({ hasText: t("common.chunk_failed") })).toHaveCount(0);
  });
}

test("sign-in fetches no more than it needs, and what comes after it is styled when it is seen", async ({ page, backend }) => {
  const account = newAccount();
  await Api.register(backend.url, account);
  const fetched: string[] = [];
  page.on("request", (request: Request) => fetched.push(new URL(request.url()).pathname.split("/").at(-1)!));
  const app = new App(page, backend.url, t);
  await app.open("/login");
  await expect(app.field("account.password")).toBeVisible();
  const early = fetched.filter((name) => name === "frame.css" || /^(pack|split)_/.test(name));
  expect(early).toEqual([]);
  // What the frame looks like at the first moment that it is there.
  await page.evaluate(() => {
    const seen = new MutationObserver(() => {
      const region = document.querySelector(".avatar");
      if (!region) return;
      seen.disconnect();
      document.documentElement.dataset.seen = getComputedStyle(region).borderRadius;
    });
    seen.observe(document.body, { childList: true, subtree: true });
  });
  await app.signIn(account.name, account.password);
  await expect(page.locator(":root")).toHaveAttribute("data-seen", /.+/);
  expect(await page.locator(":root").getAttribute("data-seen")).not.toBe("0px");
  expect(fetched).toContain("frame.css");
});
