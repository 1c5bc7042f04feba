/** Uploads from the page lose nothing: over a cut line, a killed server, a pause. What the server holds is compared with the file. */

import { expect, type Page } from "@playwright/test";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { accessible, fits, picture, show } from "../support/checks.ts";
import { temporary } from "../support/process.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { test } from "../support/fixtures.ts";
import { languages, locale, words } from "../support/words.ts";

const t = words("en");
const BYTES = 24 << 20;

interface Upload {
  app: App;
  api: Api;
  dataset: string;
  /** SHA-256 of the file that is sent, hexadecimal. */
  sum: string;
}

/** Someone with a dataset on its upload page and a large file chosen; `work` goes on from there. */
async function choose(page: Page, backend: string, through: string, work: (upload: Upload) => Promise<void>): Promise<void> {
  const folder = await temporary();
  try {
    const bytes = randomBytes(BYTES);
    const path = join(folder.path, "large.bin");
    await writeFile(path, bytes);
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "large");
    const app = new App(page, through, t);
    await app.open("/login");
    await app.signIn(account.name, account.password);
    await expect(page).not.toHaveURL(/login/);
    await app.open(`/${account.name}/dataset/large/upload`);
    await app.chooseFiles([path]);
    await work({ app, api, dataset, sum: createHash("sha256").update(bytes).digest("hex") });
  } finally {
    await folder.remove();
  }
}

/** There is one version, it is valid, and it holds the file to the byte. */
async function whole({ api, dataset, sum }: Upload): Promise<void> {
  const versions = await api.versions(dataset, "data");
  expect(versions.map(({ version, state }) => ({ version, state }))).toEqual([{ version: 1, state: "valid" }]);
  expect(await api.sha256(versions[0]!.id, "large.bin")).toBe(sum);
}

async function sent(proxy: FaultProxy, bytes: number): Promise<void> {
  await expect.poll(() => proxy.sent(), { timeout: 30_000, intervals: [20] }).toBeGreaterThan(bytes);
}

test("a line that is cut twice: the upload goes on where it was", async ({ page, backend }) => {
  const proxy = await startProxy(backend.url);
  try {
    await choose(page, backend.url, proxy.url, async (upload) => {
      proxy.set({ upload: 8 << 20, resetAfter: 6 << 20 });
      await upload.app.startUpload().click();
      await expect.poll(() => proxy.resets(), { timeout: 30_000 }).toBe(1);
      proxy.set({ upload: 8 << 20, resetAfter: 6 << 20 });
      await expect.poll(() => proxy.resets(), { timeout: 60_000 }).toBe(2);
      proxy.set({});
      await upload.app.uploaded(1);
      await whole(upload);
      // What had arrived was not sent again; what was under way in the sockets' buffers may have been.
      expect(proxy.sent()).toBeLessThan(BYTES * 1.6);
    });
  } finally {
    await proxy.remove();
  }
});

test("a server that is killed in the middle and started again", async ({ page }) => {
  const backend = await startBackend(["--empty"]);
  const proxy = await startProxy(backend.url);
  try {
    await choose(page, backend.url, proxy.url, async (upload) => {
      proxy.set({ upload: 8 << 20 });
      const before = proxy.sent();
      await upload.app.startUpload().click();
      await sent(proxy, before + (8 << 20));
      await backend.stop("SIGKILL");
      await backend.start();
      proxy.set({});
      await upload.app.uploaded(1);
      await whole(upload);
    });
  } finally {
    await proxy.remove();
    await backend.remove();
  }
});

test("paused, moved to another page, resumed", { tag: "@journey" }, async ({ page, backend, log }) => {
  const proxy = await startProxy(backend.url);
  try {
    await choose(page, backend.url, proxy.url, async (upload) => {
      proxy.set({ upload: 8 << 20 });
      const before = proxy.sent();
      await upload.app.startUpload().click();
      await sent(proxy, before + (4 << 20));
      // It is still under way when the button is pressed, however slow the browser is.
      proxy.set({ upload: 256 << 10 });
      // Seen from another tab, too.
      const icon = page.locator("link[rel=icon]");
      const own = await icon.getAttribute("href");
      await expect(page).toHaveTitle(/^[1-9][0-9]? % · \S/);
      expect(own).toMatch(/^data:image\/svg/);
      const dock = page.getByRole("region", { name: t("upload.title"), exact: true });
      await dock.getByRole("button", { name: t("upload.pause"), exact: true }).click();
      await expect(dock.getByRole("button", { name: t("upload.resume"), exact: true })).toBeVisible();
      proxy.set({});
      // Within the app: the upload lives in this page.
      await page.getByRole("banner").getByRole("link", { name: t("shell.explore"), exact: true }).click();
      await expect(upload.app.heading(t("lists.explore_title"))).toBeVisible();
      await expect(page).toHaveTitle(new RegExp(`^${t("lists.explore_title")} · `));
      await expect(icon).toHaveAttribute("href", "favicon.svg");
      await dock.getByRole("button", { name: t("upload.resume"), exact: true }).click();
      await upload.app.uploaded(1);
      await whole(upload);
      // What is stored was read again here, and is the same.
      await expect(dock.getByText(t("upload.checked", { count: 1 }), { exact: true })).toBeVisible({ timeout: 30_000 });
      await expect(page).toHaveTitle(new RegExp(`^${t("lists.explore_title")} · `));
      log.silent("paused and resumed");
    });
  } finally {
    await proxy.remove();
  }
});

test("cancelled: no version is left behind", async ({ page, backend }) => {
  const proxy = await startProxy(backend.url);
  try {
    await choose(page, backend.url, proxy.url, async ({ app, api, dataset }) => {
      proxy.set({ upload: 4 << 20 });
      const before = proxy.sent();
      await app.startUpload().click();
      await sent(proxy, before + (2 << 20));
      // As above.
      proxy.set({ upload: 256 << 10 });
      const dock = page.getByRole("region", { name: t("upload.title"), exact: true });
      await dock.getByRole("button", { name: t("upload.cancel"), exact: true }).click();
      proxy.set({});
      await expect(dock).toBeHidden();
      await expect.poll(() => api.versions(dataset, "data"), { timeout: 30_000 }).toEqual([]);
    });
  } finally {
    await proxy.remove();
  }
});

for (const language of languages) {
  test.describe(language, () => {
    test.use({ locale: locale[language] });

    test("what is left out is listed with its reason", async ({ page, backend, log }) => {
      const t = words(language);
      const { path, remove } = await temporary();
      try {
        const folder = join(path, "iris");
        const deep = Array.from({ length: 5 }, (_, n) => String(n).repeat(220));
        await mkdir(join(folder, ...deep), { recursive: true });
        await mkdir(join(folder, "out"));
        for (const name of ["train.py", "out/model.h5", ".russellignore", join(...deep, "far.txt")]) await writeFile(join(folder, name), name);
        await writeFile(join(folder, ".russellignore"), "out\n.*\n");
        const account = newAccount();
        const api = await Api.register(backend.url, account);
        const project = await api.create("code", "iris");
        const app = new App(page, backend.url, t);
        await app.open("/login");
        await app.signIn(account.name, account.password);
        await expect(page).not.toHaveURL(/login/);
        await app.open(`/${account.name}/project/iris/upload`);
        await app.dropFolder(folder);

        const rows = async (key: "upload.left_out" | "upload.refused", count: number) => {
          const line = t(key, { count });
          await page.getByText(line, { exact: true }).click();
          return page.getByRole("list", { name: line, exact: true }).getByRole("listitem");
        };
        await expect(await rows("upload.left_out", 2)).toHaveText([/\.russellignore/, /out\/model\.h5/]);
        const refused = await rows("upload.refused", 1);
        await expect(refused).toHaveText([new RegExp(`far\\.txt.*${t("errors.illegal_path").slice(0, 12)}`)]);
        await expect(app.startUpload()).toBeDisabled();
        await accessible(page, "what is left out");
        await picture(page, `upload/left-out-${language}`);
        await page.setViewportSize({ width: 390, height: 844 });
        await show(page, "dark");
        await fits(page, "what is left out");
        await picture(page, `upload/left-out-${language}-small`);
        await page.getByLabel(t("upload.leave_refused", { count: 1 }), { exact: true }).check();
        await app.startUpload().click();
        await app.uploaded(1);
        await picture(page, `upload/done-${language}-small`);
        expect((await api.versions(project, "code")).map(({ state }) => state)).toEqual(["valid"]);
        log.silent("what is left out");
      } finally {
        await remove();
      }
    });
  });
}
