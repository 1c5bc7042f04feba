/** A folder that is uploaded again: what changed is told before, and it alone is sent. */

import { expect, type Locator, type Page } from "@playwright/test";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { test } from "../support/fixtures.ts";
import { temporary } from "../support/process.ts";
import { startProxy } from "../support/proxy.ts";
import { languages, locale, words, type Language, type Words } from "../support/words.ts";

const LARGE = 3 << 20;
const SMALL = 40;

interface Stage {
  app: App;
  api: Api;
  t: Words;
  dataset: string;
  /** The folder on the disk. */
  folder: string;
}

/** Someone with a dataset on its upload page, and a folder with many files, one of them large, and an empty folder. */
async function begin(page: Page, backend: string, through: string, language: Language, work: (stage: Stage) => Promise<void>): Promise<void> {
  const { path, remove } = await temporary();
  try {
    const folder = join(path, "flowers");
    await mkdir(join(folder, "data"), { recursive: true });
    await mkdir(join(folder, "logs", "today"), { recursive: true });
    for (let n = 0; n < SMALL; n += 1) await writeFile(join(folder, "data", `${n}.csv`), `row ${n}\n`);
    await writeFile(join(folder, "large.bin"), randomBytes(LARGE));
    await writeFile(join(folder, "same-size.txt"), "before");
    await writeFile(join(folder, "gone.txt"), "gone");
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "flowers");
    const t = words(language);
    const app = new App(page, through, t);
    await app.open("/login");
    await app.signIn(account.name, account.password);
    await expect(page).not.toHaveURL(/login/);
    await app.open(`/${account.name}/dataset/flowers/upload`);
    await work({ app, api, t, dataset, folder });
  } finally {
    await remove();
  }
}

/** The newest version holds the folder's files, each to the byte, and no others. */
async function holds({ api, dataset, folder }: Stage, version: number): Promise<void> {
  const [newest] = await api.versions(dataset, "data");
  expect(newest).toMatchObject({ version, state: "valid" });
  const { files, dirs } = await api.call<{ files: Record<string, string>; dirs: string[] }>("GET", `api/v1/module/filehash?module_type=data&entity_id=${dataset}`);
  const here = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = here.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(Object.keys(files).sort()).toEqual(paths.sort());
  for (const path of paths) {
    const sum = createHash("sha256").update(await readFile(join(folder, path))).digest("hex");
    expect(await api.sha256(newest!.id, path), path).toBe(sum);
  }
  expect(dirs).toEqual(["data", "logs", "logs/today"]);
}

/** The line of one kind of change, open: its files. */
async function listed(app: App, words: string): Promise<Locator> {
  await app.page.getByText(words, { exact: true }).click();
  return app.page.getByRole("list", { name: words, exact: true }).getByRole("listitem");
}

for (const language of languages) {
  test.describe(language, () => {
    test.use({ locale: locale[language] });

    test("of a folder that is uploaded again only what changed is sent", async ({ page, backend }) => {
      const proxy = await startProxy(backend.url);
      try {
        await begin(page, backend.url, proxy.url, language, async (stage) => {
          const { app, t, folder } = stage;
          await app.dropFolder(folder);
          await expect(page.getByText(t("upload.empty_folders", { count: 1 }), { exact: true })).toBeVisible();
          await app.startUpload().click();
          await app.uploaded(1);
          await holds(stage, 1);

          await writeFile(join(folder, "same-size.txt"), "behind");
          await writeFile(join(folder, "data", "0.csv"), "another length\n");
          await writeFile(join(folder, "new.txt"), "new");
          await rm(join(folder, "gone.txt"));
          await app.dropFolder(folder);
          const changes = [t("upload.count_added", { count: 1 }), t("upload.count_changed", { count: 2 }), t("upload.count_removed", { count: 1 })].join(t("upload.count_next"));
          await expect(page.getByText(t("upload.compared", { changes }), { exact: true }).first()).toBeVisible();
          await expect(await listed(app, t("upload.added", { count: 1 }))).toHaveText([/^new\.txt/]);
          await expect(await listed(app, t("upload.changed", { count: 2 }))).toHaveText([/^data\/0\.csv/, /^same-size\.txt/]);
          await expect(await listed(app, t("upload.removed", { count: 1 }))).toHaveText([/^gone\.txt/]);
          await expect(await listed(app, t("upload.same", { count: SMALL }))).toHaveCount(SMALL);

          const start = page.getByRole("button", { name: t("upload.start_some", { bytes: "24 B", sent: 3, count: SMALL + 3 }), exact: true });
          const [before, announced] = [proxy.sent(), page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/uploads"))];
          await start.click();
          const files = ((await announced).postDataJSON() as { files: { size: number; kept?: unknown }[] }).files;
          const sent = files.filter(({ kept }) => kept === undefined);
          expect(sent.reduce((sum, { size }) => sum + size, 0)).toBe(24);
          await app.uploaded(2, changes);
          expect(proxy.sent() - before).toBeLessThan(LARGE / 10);
          await holds(stage, 2);

          await app.dropFolder(folder);
          await expect(page.getByText(t("upload.unchanged"), { exact: true }).first()).toBeVisible();
          await app.button("upload.start_nothing").click();
          await app.uploaded(3, t("upload.count_none"));
          await holds(stage, 3);
          await app.open(`/${stage.api.account.name}/dataset/flowers/versions`);
          await expect(page.getByRole("row").filter({ hasText: changes })).toHaveCount(1);
        });
      } finally {
        await proxy.remove();
      }
    });
  });
}

test("a version that is deleted between choosing and starting: all is sent", async ({ page, backend }) => {
  await begin(page, backend.url, backend.url, "en", async (stage) => {
    const { app, api, dataset, folder } = stage;
    await app.dropFolder(folder);
    await app.startUpload().click();
    await app.uploaded(1);
    await app.dropFolder(folder);
    await expect(app.button("upload.start_nothing")).toBeVisible();
    const [first] = await api.versions(dataset, "data");
    await api.call("DELETE", `api/v1/module?id=${first!.id}`);
    await app.button("upload.start_nothing").click();
    await app.uploaded(2);
    await holds(stage, 2);
  });
});

test("a version that cannot be compared with: all is sent, also before that is known", async ({ page, backend }) => {
  await begin(page, backend.url, backend.url, "en", async (stage) => {
    const { app, t, folder } = stage;
    await app.dropFolder(folder);
    await app.startUpload().click();
    await app.uploaded(1);
    await page.route("**/module/filehash?*", (route) => route.abort());
    await app.dropFolder(folder);
    await expect(page.getByText(t("upload.compare_failed"), { exact: true }).first()).toBeVisible();
    await app.startUpload().click();
    await app.uploaded(2);
    await page.unroute("**/module/filehash?*");
    await page.route("**/module/filehash?*", () => {});
    await app.dropFolder(folder);
    await app.startUpload().click();
    await app.uploaded(3);
    await page.unroute("**/module/filehash?*");
    await holds(stage, 3);
  });
});
