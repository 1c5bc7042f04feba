/** What was chosen through handles of the File System API is read again without being chosen again. The folder is one of the browser's own: the dialog
 * for others cannot be answered from outside, and the handles are the same. */

import type { Page } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { expect, test } from "../support/fixtures.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { words } from "../support/words.ts";

const t = words("en");
const LARGE = 16 << 20;

interface Stage {
  app: App;
  api: Api;
  dataset: string;
  proxy: FaultProxy;
}

/** Somebody on the page where a dataset's files are chosen, behind a line that can be slowed down. */
async function stage(page: Page, backend: string, work: (stage: Stage) => Promise<void>): Promise<void> {
  const proxy = await startProxy(backend);
  try {
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "flowers");
    const app = new App(page, proxy.url, t);
    await app.open("/login");
    await app.signIn(account.name, account.password);
    await expect(page).not.toHaveURL(/login/);
    await app.open(`/${account.name}/dataset/flowers/upload`);
    await work({ app, api, dataset, proxy });
  } finally {
    await proxy.remove();
  }
}

/** Makes a folder in the browser, and lets the dialog answer it; the hashes of its files by path. */
function folderInBrowser(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async (large) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("flowers", { create: true });
    const data = await folder.getDirectoryHandle("data", { create: true });
    await folder.getDirectoryHandle("empty", { create: true });
    const sums: Record<string, string> = {};
    const write = async (into: FileSystemDirectoryHandle, path: string, content: Uint8Array<ArrayBuffer>): Promise<void> => {
      const file = await (await into.getFileHandle(path.split("/").at(-1)!, { create: true })).createWritable();
      await file.write(content);
      await file.close();
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
      sums[path] = [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    };
    const content = new Uint8Array(large);
    for (let at = 0; at < large; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
    await write(folder, "large.bin", content);
    for (let n = 0; n < 5; n += 1) await write(data, `data/${n}.csv`, new TextEncoder().encode(`row ${n}\n`));
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
    return sums;
  }, LARGE);
}

/** Chooses the folder, sends a third of it, and loads the page anew. */
async function interrupted({ app, proxy }: Stage, page: Page): Promise<void> {
  await page.getByRole("button", { name: t("upload.choose_folder"), exact: true }).click();
  await expect(app.startUpload()).toBeVisible();
  proxy.set({ upload: 4 << 20 });
  const before = proxy.sent();
  await app.startUpload().click();
  await expect.poll(() => proxy.sent() - before, { timeout: 30_000, intervals: [20] }).toBeGreaterThan(LARGE / 3);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  proxy.set({});
}

/** There is one version, and it holds the folder's files to the byte. */
async function whole({ api, dataset }: Stage, sums: Record<string, string>): Promise<void> {
  const versions = await api.versions(dataset, "data");
  expect(versions.map(({ version, state }) => ({ version, state }))).toEqual([{ version: 1, state: "valid" }]);
  for (const [path, sum] of Object.entries(sums)) expect(await api.sha256(versions[0]!.id, path), path).toBe(sum);
}

test("an upload goes on after a reload, and nobody is asked", async ({ page, backend }) => {
  await stage(page, backend.url, async (stage) => {
    const sums = await folderInBrowser(page);
    await interrupted(stage, page);
    const sent = stage.proxy.sent();
    await stage.app.uploaded(1);
    await whole(stage, sums);
    expect(stage.proxy.sent() - sent).toBeLessThan(LARGE * 0.8);
  });
});

test("a browser that wants to ask first does so when the user goes on", async ({ page, backend }) => {
  await stage(page, backend.url, async (stage) => {
    const sums = await folderInBrowser(page);
    const answers = ["denied", "granted"];
    await page.exposeFunction("answer", () => answers.shift());
    await page.addInitScript(() => {
      const ask = (window as unknown as { answer: () => Promise<string> }).answer;
      Object.assign(FileSystemHandle.prototype, { queryPermission: () => Promise.resolve("prompt"), requestPermission: () => ask() });
    });
    await interrupted(stage, page);
    const entry = stage.app.dock().getByRole("listitem");
    await expect(entry.getByText(t("upload.lost"), { exact: true })).toBeVisible();
    const resume = entry.getByRole("button", { name: t("upload.resume"), exact: true });
    await resume.click();
    await expect.poll(() => answers).toEqual(["granted"]);
    // Not allowed: the files can be chosen still, or it is allowed after all.
    await expect(entry.getByRole("button", { name: t("upload.choose_folder_again"), exact: true })).toBeVisible();
    await expect(entry.getByText(t("upload.not_allowed"), { exact: true })).toBeVisible();
    await resume.click();
    await stage.app.uploaded(1);
    await whole(stage, sums);
  });
});

test("a dialog that is closed chooses nothing, and one that cannot be had is the old one", async ({ page, backend }) => {
  await stage(page, backend.url, async () => {
    const button = page.getByRole("button", { name: t("upload.choose_folder"), exact: true });
    const asks = (name: string): Promise<unknown> =>
      page.evaluate((name) => Object.assign(window, { asked: 0, showDirectoryPicker: () => ((window as unknown as { asked: number }).asked += 1, Promise.reject(new DOMException("", name))) }), name);
    await asks("AbortError");
    let old = 0;
    page.on("filechooser", () => (old += 1));
    await button.click();
    await expect.poll(() => page.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(1);
    await expect(button).toBeEnabled();
    expect(old).toBe(0);
    await asks("SecurityError");
    await button.click();
    await expect.poll(() => old).toBe(1);
  });
});
