/** Uploads outlive their page: a reload, a second tab, a browser that was killed. What the server holds is compared with the files. */

import { chromium, expect, type BrowserContext, type Page } from "@playwright/test";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount, type Account } from "../support/app.ts";
import { crash, launch } from "../support/browser.ts";
import { test } from "../support/fixtures.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { temporary } from "../support/process.ts";
import { locale, words } from "../support/words.ts";

const t = words("en");
const LARGE = 16 << 20;
/** A time of a file, in seconds since 1970. */
const THEN = 1_700_000_000;

interface Stage {
  account: Account;
  api: Api;
  dataset: string;
  proxy: FaultProxy;
  /** The folder on the disk. */
  folder: string;
  /** A folder for anything else. */
  beside: string;
}

/** Somebody with a dataset, behind a line that can be slowed down, and a folder with a large file among small ones. */
async function stage(backend: string, work: (stage: Stage) => Promise<void>): Promise<void> {
  const { path, remove } = await temporary();
  const proxy = await startProxy(backend);
  try {
    const folder = join(path, "flowers");
    await mkdir(join(folder, "data"), { recursive: true });
    for (let n = 0; n < 20; n += 1) await writeFile(join(folder, "data", `${n}.csv`), `row ${n}\n`);
    await writeFile(join(folder, "large.bin"), randomBytes(LARGE));
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "flowers");
    await work({ account, api, dataset, proxy, folder, beside: path });
  } finally {
    await proxy.remove();
    await remove();
  }
}

/** Signs in, chooses the folder and sends about a third of it. */
async function begin(page: Page, { account, proxy, folder }: Stage): Promise<App> {
  const app = new App(page, proxy.url, t);
  await app.open("/login");
  await app.signIn(account.name, account.password);
  await expect(page).not.toHaveURL(/login/);
  await app.open(`/${account.name}/dataset/flowers/upload`);
  await page.getByLabel(t("upload.choose_folder"), { exact: true }).and(page.locator("input")).setInputFiles(folder);
  await expect(app.startUpload()).toBeVisible();
  proxy.set({ upload: 4 << 20 });
  const before = proxy.sent();
  await app.startUpload().click();
  await expect.poll(() => proxy.sent() - before, { timeout: 30_000, intervals: [20] }).toBeGreaterThan(LARGE / 3);
  return app;
}

/** There is one version, and it holds the folder's files to the byte. */
async function whole({ api, dataset, folder }: Stage): Promise<void> {
  const versions = await api.versions(dataset, "data");
  expect(versions.map(({ version, state }) => ({ version, state }))).toEqual([{ version: 1, state: "valid" }]);
  for (const path of ["large.bin", "data/0.csv", "data/19.csv"]) {
    const sum = createHash("sha256").update(await readFile(join(folder, path))).digest("hex");
    expect(await api.sha256(versions[0]!.id, path), path).toBe(sum);
  }
}

test("a page that is loaded anew in the middle: the same files are asked for, and only the rest is sent", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    const { account, proxy, folder, beside } = stage;
    const file = join(folder, "data", "7.csv");
    await utimes(file, THEN, THEN);
    const app = await begin(page, stage);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await expect(app.dock().getByRole("listitem").getByText(t("upload.lost"), { exact: true })).toBeVisible();
    // It is told on every page, and by a tab alone.
    await app.open("/explore");
    await expect(app.dock().getByRole("listitem").getByText(t("upload.lost"), { exact: true })).toBeVisible();
    const other = await page.context().newPage();
    await new App(other, proxy.url, t).open(`/${account.name}/dataset/flowers`);
    await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(new App(other, proxy.url, t).dock()).toBeHidden();
    await other.close();

    // Another folder, and the same with a file that is another one now.
    await mkdir(join(beside, "other"));
    await writeFile(join(beside, "other", "19.csv"), "row 19\n");
    await app.chooseAgain(join(beside, "other"));
    await expect(app.dock().getByText(t("upload.still_missing", { count: 21, path: "data/0.csv" }), { exact: true })).toBeVisible();
    const before = await readFile(file);
    await writeFile(file, "another\n");
    await app.chooseAgain(folder);
    await expect(app.dock().getByText(t("upload.still_changed", { count: 1, path: "data/7.csv" }), { exact: true })).toBeVisible();
    expect(await stage.api.versions(stage.dataset, "data")).toHaveLength(1);

    // What is missing is enough, once it is what it was.
    await writeFile(file, before);
    await utimes(file, THEN, THEN);
    proxy.set({});
    const sent = proxy.sent();
    await app.chooseAgain(folder);
    await app.uploaded(1);
    await whole(stage);
    expect(proxy.sent() - sent).toBeLessThan(LARGE * 0.8);
    // It is over: the next page knows nothing of it.
    await page.reload();
    await expect(app.heading(t("lists.explore_title"))).toBeVisible();
    await expect(app.dock()).toBeHidden();
  });
});

test("given up after a reload: no version is left behind", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    const app = await begin(page, stage);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await app.dock().getByRole("button", { name: t("upload.cancel"), exact: true }).click();
    await expect(app.dock()).toBeHidden();
    await expect.poll(() => stage.api.versions(stage.dataset, "data"), { timeout: 30_000 }).toEqual([]);
  });
});

test("who signs out leaves no names of files behind", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    const app = await begin(page, stage);
    const kept = (): Promise<number> => page.evaluate(async () => (await indexedDB.databases()).length);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await expect(app.dock()).toBeVisible();
    expect(await kept()).toBe(1);
    await app.signOut(stage.account);
    await expect(app.dock()).toBeHidden();
    await expect.poll(kept).toBe(0);
  });
});

test("a browser that is killed and started again", async ({ backend }) => {
  await stage(backend.url, async (stage) => {
    const profile = join(stage.beside, "profile");
    const start = (): Promise<BrowserContext> => chromium.launchPersistentContext(profile, { ...launch, locale: locale.en });
    let context = await start();
    try {
      const page = context.pages()[0]!;
      await begin(page, stage);
      await crash(context);
    } finally {
      await context.close();
    }
    context = await start();
    try {
      const page = context.pages()[0]!;
      const app = new App(page, stage.proxy.url, t);
      await app.open("/login");
      if (/login/.test(page.url())) await app.signIn(stage.account.name, stage.account.password);
      stage.proxy.set({});
      await app.chooseAgain(stage.folder);
      await app.uploaded(1);
      await whole(stage);
    } finally {
      await context.close();
    }
  });
});
