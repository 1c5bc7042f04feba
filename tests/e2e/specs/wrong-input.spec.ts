/** What goes wrong is said where it went wrong, in words that say what to do, and what was typed stays. */

import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, newAccount } from "../support/app.ts";
import { accessible, Console, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { startProxy } from "../support/proxy.ts";
import { languages, locale, words } from "../support/words.ts";

for (const language of languages) {
  test.describe(language, () => {
    test.use({ locale: locale[language] });
    const t = words(language);

    test("a wrong password is said at the form, the name stays", async ({ page, backend, log }) => {
      const app = new App(page, backend.url, t);
      const account = newAccount();
      await app.register(account);
      await app.signOut(account);
      await app.open("/login");
      await app.signIn(account.name, "not the password");
      await expect(page.getByText(t("errors.wrong_credentials"))).toBeVisible();
      await expect(app.field("account.login")).toHaveValue(account.name);
      await accessible(page, "wrong password");
      await picture(page, `wrong/password-${language}`);
      // Nobody learns from the answer whether there is such an account.
      await app.signIn("nobody-of-this-name", "not the password");
      await expect(page.getByText(t("errors.wrong_credentials"))).toBeVisible();
      await app.field("account.login").fill(account.name);
      log.silent("wrong password");
    });

    test("registering: a taken name, an illegal one, a short password", async ({ page, backend, log }) => {
      const app = new App(page, backend.url, t);
      const account = newAccount();
      await app.register(account);
      await app.signOut(account);

      await app.open("/register");
      await app.field("account.username").fill(account.name);
      await app.field("account.email").fill("other@example.org");
      await app.field("account.password").fill("long enough");
      await app.button("account.register").click();
      await expect(page.getByText(t("errors.name_taken"))).toBeVisible();
      await expect(app.field("account.username")).toHaveAttribute("aria-invalid", "true");
      await expect(app.field("account.email")).toHaveValue("other@example.org");
      await expect(app.field("account.password")).toHaveValue("long enough");

      await app.field("account.username").fill("not a name");
      await app.field("account.password").fill("short");
      await app.button("account.register").click();
      await expect(page.getByText(t("errors.illegal_user_name"))).toBeVisible();
      await expect(page.getByText(t("errors.password_too_short"))).toBeVisible();
      await accessible(page, "register with faults");
      await picture(page, `wrong/register-${language}`);
      log.silent("register with faults");
    });

    test("a project's name: illegal, then taken", async ({ page, backend, log }) => {
      const app = new App(page, backend.url, t);
      const account = newAccount();
      await app.register(account);
      for (const first of [true, false]) {
        await app.open("/new/project");
        await app.field("new.name").fill("two words");
        await expect(page.getByText(t("new.name_illegal"))).toBeVisible();
        await app.field("new.name").fill("twice");
        await app.field("new.description").fill("kept");
        await app.button("new.project.create").click();
        if (first) await expect(page).toHaveURL(/\/project\/twice$/);
      }
      await expect(page.getByText(t("new.project_taken", { name: "twice" }))).toBeVisible();
      await expect(app.field("new.name")).toHaveValue("twice");
      await expect(app.field("new.description")).toHaveValue("kept");
      await accessible(page, "taken name");
      await picture(page, `wrong/project-${language}`);
      log.silent("taken name");
    });

    test("code that is too large is refused before the first byte", async ({ page, backend, log }) => {
      const app = new App(page, backend.url, t);
      const account = newAccount();
      await app.register(account);
      await app.open("/new/project");
      await app.field("new.name").fill("large");
      await app.button("new.project.create").click();
      await expect(page).toHaveURL(/\/project\/large$/);
      const folder = await mkdtemp(join(tmpdir(), "russell-large-"));
      try {
        const file = await open(join(folder, "weights.bin"), "w");
        await file.truncate(101 << 20);
        await file.close();
        let sent = 0;
        page.on("request", (request) => {
          if (request.method() === "PATCH" || request.url().endsWith("/uploads")) sent += 1;
        });
        await app.drop(app.dropZone(), [join(folder, "weights.bin")]);
        await expect(page.getByText(t("errors.too_large"))).toBeVisible();
        await expect(app.startUpload()).toBeDisabled();
        await app.startUpload().dispatchEvent("click");
        await page.getByLabel(t("upload.remark")).press("Enter");
        expect(sent).toBe(0);
        await accessible(page, "too large");
        await picture(page, `wrong/large-${language}`);
        log.silent("too large");
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test("what is not there, and what belongs to somebody else", async ({ page, backend, log, browser }) => {
      const app = new App(page, backend.url, t);
      const account = newAccount();
      await app.register(account);
      await app.open("/new/project");
      await app.field("new.name").fill("hidden");
      await page.getByText(t("common.private"), { exact: true }).click();
      await app.button("new.project.create").click();
      await expect(page).toHaveURL(/\/project\/hidden$/);

      const address = `/${account.name}/project/hidden`;
      const context = await browser.newContext({ locale: locale[language] });
      const stranger = new App(await context.newPage(), backend.url, t);
      const strangerLog = new Console(stranger.page);
      for (const path of [address, `${address}/versions`, `/${account.name}/project/never`]) {
        await stranger.open(path);
        await expect(stranger.page.getByText(t("entity.missing.text"))).toBeVisible();
      }
      await accessible(stranger.page, "not found");
      await picture(stranger.page, `wrong/not-found-${language}`);
      await stranger.open("/task/0123456789abcdef0123456789abcdef");
      await expect(stranger.page.getByText(t("task.not_found"))).toBeVisible();
      await stranger.open("/no/such/page/at/all");
      await expect(stranger.heading(t("shell.not_found_title"))).toBeVisible();
      strangerLog.silent("what a stranger sees");
      await context.close();
      log.silent("not found");
    });

    test("only the owner uploads and runs", async ({ page, backend, log }) => {
      const app = new App(page, backend.url, t);
      const owner = newAccount("owner");
      await app.register(owner);
      await app.open("/new/project");
      await app.field("new.name").fill("open");
      await app.button("new.project.create").click();
      await expect(page).toHaveURL(/\/project\/open$/);
      await app.signOut(owner);
      await app.register(newAccount("other"));
      await app.open(`/${owner.name}/project/open/upload`);
      await expect(page.getByText(t("entity.not_yours.project", { owner: owner.name }))).toBeVisible();
      await app.open(`/${owner.name}/project/open/run`);
      await expect(page.getByText(t("entity.not_yours.project", { owner: owner.name }))).toBeVisible();
      await accessible(page, "not the owner");
      await picture(page, `wrong/not-owner-${language}`);
      log.silent("not the owner");
    });

    test("a server that is gone: the form says so, keeps what was typed, and works when it is back", async ({ page, backend, log }) => {
      const proxy = await startProxy(backend.url);
      try {
        const app = new App(page, proxy.url, t);
        const account = newAccount();
        await app.register(account);
        await app.open("/new/project");
        await app.field("new.name").fill("patience");
        await app.field("new.description").fill("typed before it went away");
        proxy.set({ refuse: true });
        proxy.cut();
        await app.button("new.project.create").click();
        await expect(page.getByText(t("errors.offline")).first()).toBeVisible();
        await expect(app.field("new.name")).toHaveValue("patience");
        await expect(app.field("new.description")).toHaveValue("typed before it went away");
        await accessible(page, "server gone");
        await picture(page, `wrong/gone-${language}`);
        proxy.set({});
        await app.button("new.project.create").click();
        await expect(page).toHaveURL(/\/project\/patience$/);
        // The browser itself notes each connection that failed.
        log.expected(/Failed to load resource: net::ERR_/);
      } finally {
        await proxy.remove();
      }
    });
  });
}
