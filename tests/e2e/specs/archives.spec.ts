/** Archives that are chosen in the page: unpacked by the server, kept as they are on request, refused in words. */

import { expect, type Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { tar } from "../support/archive.ts";
import { test } from "../support/fixtures.ts";
import { temporary } from "../support/process.ts";
import { words } from "../support/words.ts";

const t = words("en");
const ROWS = Buffer.from("row 1\nrow 2\n");

interface Stage {
  app: App;
  api: Api;
  dataset: string;
  /** Path of a new file of the disk with these bytes. */
  file(name: string, bytes: Buffer): Promise<string>;
}

/** Somebody on the upload page of a dataset. */
async function begin(page: Page, backend: string, work: (stage: Stage) => Promise<void>): Promise<void> {
  const { path, remove } = await temporary();
  try {
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "packed");
    const app = new App(page, backend, t);
    await app.open("/login");
    await app.signIn(account.name, account.password);
    await expect(page).not.toHaveURL(/login/);
    await app.open(`/${account.name}/dataset/packed/upload`);
    const file = async (name: string, bytes: Buffer): Promise<string> => {
      await writeFile(join(path, name), bytes);
      return join(path, name);
    };
    await work({ app, api, dataset, file });
  } finally {
    await remove();
  }
}

async function paths({ api, dataset }: Stage): Promise<string[]> {
  const { files } = await api.call<{ files: Record<string, string> }>("GET", `api/v1/module/filehash?module_type=data&entity_id=${dataset}`);
  return Object.keys(files).sort();
}

test("an archive beside a file: its content becomes the version's, or it stays what it is", async ({ page, backend }) => {
  await begin(page, backend.url, async (stage) => {
    const { app, api, dataset, file } = stage;
    const chosen = [await file("flowers.tgz", gzipSync(tar({ "train/a.csv": ROWS, "README.md": Buffer.from("# Flowers\n") }))), await file("notes.txt", Buffer.from("notes"))];
    const unpack = page.getByRole("checkbox", { name: t("upload.unpack", { count: 1 }), exact: true });
    await app.chooseFiles(chosen);
    await expect(unpack).toBeChecked();
    await app.startUpload().click();
    await app.uploaded(1);
    expect(await paths(stage)).toEqual(["README.md", "notes.txt", "train/a.csv"]);
    const [version] = await api.versions(dataset, "data");
    expect(await api.sha256(version!.id, "train/a.csv")).toBe(createHash("sha256").update(ROWS).digest("hex"));

    await app.chooseFiles(chosen);
    await unpack.uncheck();
    const changes = t("upload.count_added", { count: 1 }) + t("upload.count_next") + t("upload.count_removed", { count: 2 });
    await expect(page.getByText(t("upload.compared", { changes }), { exact: true }).first()).toBeVisible();
    await app.startUpload().click();
    await app.uploaded(2, changes);
    expect(await paths(stage)).toEqual(["flowers.tgz", "notes.txt"]);
  });
});

test("an archive that leads out of its folder: refused with the entry's name, and nothing is left", async ({ page, backend }) => {
  await begin(page, backend.url, async (stage) => {
    const { app, api, dataset, file } = stage;
    await app.chooseFiles([await file("bad.tar", tar({ "good.txt": Buffer.from("x"), "../../secret": Buffer.from("y") }))]);
    await app.startUpload().click();
    const dock = page.getByRole("region", { name: t("upload.title"), exact: true });
    await expect(dock.getByRole("listitem").getByText("../../secret")).toBeVisible({ timeout: 30_000 });
    const [version] = await api.versions(dataset, "data");
    expect(version).toMatchObject({ state: "failed" });
    await dock.getByRole("button", { name: t("upload.remove"), exact: true }).click();
    await expect(dock).toBeHidden();
  });
});
