/** From sign-in to a finished experiment: with the backend alone, and behind nginx at both kinds of address. */

import { test } from "../support/fixtures.ts";
import { Journey } from "../support/journey.ts";
import { startNginx } from "../support/nginx.ts";
import { locale, words } from "../support/words.ts";

// Some forty pages, each looked at and reloaded.
test.describe.configure({ timeout: 600_000 });

test("backend alone, in English", { tag: "@journey" }, async ({ page, backend, log }) => {
  await new Journey(page, log, backend.url, words("en")).walk();
});

test.describe("in Chinese", () => {
  test.use({ locale: locale.zh, colorScheme: "dark" });
  test("behind nginx at the root, in Chinese and dark", async ({ page, backend, log }) => {
    const nginx = await startNginx("root", backend.url);
    try {
      await new Journey(page, log, nginx.url, words("zh")).walk();
    } finally {
      await nginx.remove();
    }
  });
});

test.describe("narrow", () => {
  test.use({ viewport: { width: 390, height: 844 } });
  test("behind nginx below a path, on a narrow screen", async ({ page, backend, log }) => {
    const nginx = await startNginx("sub-path", backend.url);
    try {
      await new Journey(page, log, nginx.url, words("en")).walk();
    } finally {
      await nginx.remove();
    }
  });
});
