/**
 * Uploads that go wrong in every way that was thought of, and that are larger than anything else here: with small numbers in
 * `make test`, with those that are promised in `make soak` (support/soak.ts). What the server holds is compared to the byte.
 */

import { chromium, expect, type BrowserContext, type Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount, type Account } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { crash, launch } from "../support/browser.ts";
import { test } from "../support/fixtures.ts";
import { temporary } from "../support/process.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { amounts, Dice, mixed, say } from "../support/soak.ts";
import { holds, makeFile, makeTree, roomFor } from "../support/tree.ts";
import { locale, words } from "../support/words.ts";

const t = words("en");
const MB = 1 << 20;

// A trace of a hundred thousand files is of no use to anybody.
test.use({ trace: "off" });
test.setTimeout(amounts.patience * 1000);

interface Stage {
  account: Account;
  api: Api;
  dataset: string;
  proxy: FaultProxy;
  /** A folder of the disk for anything. */
  beside: string;
}

/** Somebody with a dataset, behind a line that can be slowed down and cut. */
async function stage(backend: string, work: (stage: Stage) => Promise<void>): Promise<void> {
  const { path, remove } = await temporary();
  const proxy = await startProxy(backend);
  try {
    const account = newAccount();
    const api = await Api.register(backend, account);
    const dataset = await api.create("data", "soaked");
    await work({ account, api, dataset, proxy, beside: path });
  } finally {
    await proxy.remove();
    await remove();
  }
}

/** Signs in where that is asked for, and opens the page for uploads. */
async function enter(page: Page, { account, proxy }: Stage): Promise<App> {
  const app = new App(page, proxy.url, t);
  await app.open("/login");
  if (/login/.test(page.url())) await app.signIn(account.name, account.password);
  await expect(page).not.toHaveURL(/login/);
  await app.open(`/${account.name}/dataset/soaked/upload`);
  return app;
}

/** Chooses a folder in the page, and starts. */
async function send(app: App, folder: string): Promise<void> {
  const input = app.page.getByLabel(t("upload.choose_folder"), { exact: true }).and(app.page.locator("input"));
  await input.setInputFiles(folder);
  await app.startUpload().click({ timeout: amounts.patience * 1000 });
}

/** Waits until so many bytes more have left. */
async function left(proxy: FaultProxy, bytes: number, since = proxy.sent()): Promise<void> {
  await expect.poll(() => proxy.sent() - since, { timeout: amounts.patience * 1000, intervals: [20] }).toBeGreaterThan(bytes);
}

const since = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`;

test("interrupted at random, again and again: cut, killed, reloaded, begun in another browser", async ({}) => {
  const dice = new Dice();
  say(`interruptions as RUSSELL_SEED=${dice.seed} repeats them`);
  const backend = await startBackend();
  try {
    await stage(backend.url, async (stage) => {
      const { proxy, beside } = stage;
      const tree = makeTree(join(beside, "mixed"), mixed(dice), [], String(dice.seed));
      const start = (): Promise<BrowserContext> => chromium.launchPersistentContext(join(beside, "profile"), { ...launch, locale: locale.en });
      let context = await start();
      let app: App;
      const arrive = async (): Promise<void> => {
        const page = context.pages()[0]!;
        page.on("dialog", (dialog) => void dialog.accept());
        app = await enter(page, stage);
      };
      const ways = {
        "the line cut": () => Promise.resolve(proxy.cut()),
        "the server killed": async () => {
          await backend.stop("SIGKILL");
          await backend.start();
        },
        "the page reloaded": async () => {
          await app.page.reload();
          await app.chooseAgain(tree.path);
        },
        "the browser killed": async () => {
          await crash(context);
          await context.close();
          context = await start();
          await arrive();
          await app.chooseAgain(tree.path);
        },
      };
      try {
        await arrive();
        proxy.set({ upload: amounts.line });
        const begin = performance.now();
        const before = proxy.sent();
        await send(app!, tree.path);
        const kinds = Object.keys(ways) as (keyof typeof ways)[];
        const all = dice.shuffled(Array.from({ length: amounts.interruptions }, (_, n) => kinds[n % kinds.length]!));
        // Counted from the start, and the last is before the end: it is always interrupted so many times.
        const most = tree.bytes / (all.length + 1);
        for (const [n, kind] of all.entries()) {
          const bytes = most * (n + 0.2 + 0.8 * dice.next());
          await test.step(`${kind} after ${Math.round(bytes)} bytes`, async () => {
            await left(proxy, bytes, before);
            // A browser takes seconds to start: at the line's rate the rest would have arrived by then.
            proxy.set({ upload: amounts.line / 400 });
            await ways[kind]();
            proxy.set({ upload: amounts.line });
          });
        }
        proxy.set({});
        await app!.uploaded(1, undefined, amounts.patience);
        say(`${(tree.bytes / 1e6).toFixed(0)} MB in ${tree.files.size} files, interrupted ${all.length} times: ${since(begin)}, ${(proxy.sent() / tree.bytes).toFixed(2)} times the bytes sent`);
        await holds(stage.api, stage.dataset, tree);
      } finally {
        await context.close();
      }
    });
  } finally {
    await backend.remove();
  }
});

test("many small files in nested folders", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    await roomFor(amounts.many * 3 * 4096, stage.beside);
    const path = (n: number): string => `${n % 10}/${Math.floor(n / 10) % 10}/${Math.floor(n / 100) % 10}/${n}.csv`;
    const sizes = Object.fromEntries(Array.from({ length: amounts.many }, (_, n) => [path(n), 4096]));
    const tree = makeTree(join(stage.beside, "many"), sizes, ["empty", "1/2/nothing/here"], "many");
    const app = await enter(page, stage);
    const begin = performance.now();
    // Only what is dropped tells of empty folders.
    await app.dropFolder(tree.path);
    await expect(app.startUpload()).toBeVisible({ timeout: amounts.patience * 1000 });
    const chosen = since(begin);
    await app.startUpload().click();
    await app.uploaded(1, undefined, amounts.patience);
    say(`${amounts.many} files of 4 kB: read in ${chosen}, there after ${since(begin)}`);
    await holds(stage.api, stage.dataset, tree, amounts.samples);
  });
});

test("one big file", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    await roomFor(2.2 * amounts.big, stage.beside);
    const path = join(stage.beside, "big.bin");
    const { sha256 } = makeFile(path, amounts.big, "big");
    const app = await enter(page, stage);
    await app.chooseFiles([path]);
    const begin = performance.now();
    await app.startUpload().click();
    await app.uploaded(1, undefined, amounts.patience);
    say(`${(amounts.big / MB).toFixed(0)} MiB in one file: ${since(begin)}`);
    const [version] = await stage.api.versions(stage.dataset, "data");
    expect(await stage.api.sha256(version!.id, "big.bin")).toBe(sha256);
  });
});

/** What a file's name may be on a disk. Two of them look the same. */
const NAMES = {
  "emoji 🌷👩\u200d🔬🏳️\u200d🌈.txt": "emoji 🌷👩\u200d🔬🏳️\u200d🌈.txt",
  "\u200fשלום\u200e \u202eabc\u202c.txt": "[U+200F]שלום[U+200E] [U+202E]abc[U+202C].txt",
  "e\u0301\u0323 a\u030a.txt": "e\u0301\u0323 a\u030a.txt",
  "\u1eb9\u0301 \u00e5.txt": "\u1eb9\u0301 \u00e5.txt",
  [`${"名".repeat(83)}ab.txt`]: `${"名".repeat(83)}ab.txt`,
};

/** The name that the server gives a file of a version for saving (RFC 6266, RFC 8187). */
async function savedAs({ api, proxy }: Stage, version: string, path: string): Promise<string> {
  const raw = new URL(`api/v1/files/${version}/raw?path=${encodeURIComponent(path)}`, proxy.url);
  const response = await fetch(raw, { headers: { authorization: api.authorization } });
  const [, name] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return decodeURIComponent(name ?? "");
}

test("names with emoji, marks of direction, combining characters, and of 255 bytes", async ({ page, backend }) => {
  await stage(backend.url, async (stage) => {
    const folder = join(stage.beside, "names");
    await mkdir(folder);
    for (const name of Object.keys(NAMES)) await writeFile(join(folder, name), `this is ${name}\n`);
    const app = await enter(page, stage);
    await send(app, folder);
    await app.uploaded(1);
    const [version] = await stage.api.versions(stage.dataset, "data");
    await app.open(`/${stage.account.name}/dataset/soaked/files/1`);
    await expect(page.getByRole("row")).toHaveCount(Object.keys(NAMES).length + 1);
    for (const [name, shown] of Object.entries(NAMES)) {
      const text = `this is ${name}\n`;
      expect(await stage.api.sha256(version!.id, name), name).toBe(createHash("sha256").update(text).digest("hex"));
      const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: shown, exact: true }) });
      await expect(row).toHaveCount(1);
      const coming = page.waitForEvent("download");
      await row.getByRole("button", { name: t("files.download_named", { name: shown }), exact: true }).click();
      const download = await coming;
      expect(await readFile((await download.path())!, "utf8")).toBe(text);
      // Chromium lets no character that nobody sees into the name of what it saves, whatever it is told.
      expect(download.suggestedFilename()).toBe(name.replace(/\p{Cf}/gu, "_"));
      expect(await savedAs(stage, version!.id, name)).toBe(name);
      // In its own view, by the address that the link has.
      await row.getByRole("link", { name: shown, exact: true }).click();
      await expect(page.getByText("this is").first()).toBeVisible();
      await page.goBack();
    }
  });
});

/** Which large file of the folder changes, by its place among them, and how much of all has left by then: small ones are sent first. */
const CHANGES = {
  "rewritten before its turn": { at: 1, after: 4 * MB },
  "deleted before its turn": { at: 1, after: 4 * MB },
  "rewritten while it is sent": { at: 0, after: 32 * MB },
};

for (const [what, { at, after }] of Object.entries(CHANGES)) {
  test(`a file of the folder is ${what}: it is named, and the folder as it is now arrives once it is chosen again`, async ({ page, backend }) => {
    await stage(backend.url, async (stage) => {
      const { api, dataset, proxy, beside } = stage;
      // More than what browser and proxy have read ahead by then.
      const sizes: Record<string, number> = { "large/0.bin": 40 * MB, "large/1.bin": 40 * MB };
      for (let n = 0; n < 6; n += 1) sizes[`data/${n}.bin`] = 4 * MB;
      const tree = makeTree(join(beside, "changing"), sizes, [], "before");
      const app = await enter(page, stage);
      proxy.set({ upload: 16 * MB });
      const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/uploads"));
      await send(app, tree.path);
      const { files } = (await asked).postDataJSON() as { files: { path: string }[] };
      const { path } = files.filter(({ path }) => path.startsWith("large"))[at]!;
      await left(proxy, after);
      if (what.startsWith("deleted")) {
        await rm(join(tree.path, path));
        tree.files.delete(path);
      } else {
        tree.files.set(path, makeFile(join(tree.path, path), sizes[path]!, "after"));
      }
      proxy.set({});
      await expect(app.dock().getByRole("listitem").getByText(t("upload.file_changed", { path }), { exact: true })).toBeVisible();
      expect((await api.versions(dataset, "data")).map(({ state }) => state)).not.toContain("valid");
      await app.dock().getByRole("button", { name: t("upload.remove"), exact: true }).click();
      await expect.poll(() => api.versions(dataset, "data")).toEqual([]);
      await send(app, tree.path);
      // The number of the one that never came to be is not given again.
      await app.uploaded(2);
      await holds(api, dataset, tree);
    });
  });
}
