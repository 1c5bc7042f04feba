/**
 * Uploads in Firefox that are paused, cut, reloaded and begun again lose nothing. WebDriver cannot choose folders there, so
 * single files are chosen.
 */

import { expect, test } from "@playwright/test";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { newAccount, type Account } from "../support/app.ts";
import { startBackend, type Backend } from "../support/backend.ts";
import { Firefox } from "../support/firefox.ts";
import { temporary } from "../support/process.ts";
import { startProxy, type FaultProxy } from "../support/proxy.ts";
import { amounts, Dice, mixed, say } from "../support/soak.ts";
import { holds, makeFile, makeTree, type Tree } from "../support/tree.ts";
import { pattern, words } from "../support/words.ts";

const t = words("en");
const MB = 1 << 20;

test.setTimeout(amounts.patience * 1000);

interface Stage {
  firefox: Firefox;
  account: Account;
  api: Api;
  dataset: string;
  backend: Backend;
  proxy: FaultProxy;
  /** A folder of the disk for anything. */
  beside: string;
}

/** Somebody with a dataset and a Firefox, behind a line that can be slowed down and cut. */
async function stage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const { path, remove } = await temporary();
  const backend = await startBackend();
  const proxy = await startProxy(backend.url);
  const account = newAccount();
  const api = await Api.register(backend.url, account);
  const stage: Stage = { firefox: await Firefox.start(), account, api, dataset: await api.create("data", "soaked"), backend, proxy, beside: path };
  try {
    await work(stage);
  } finally {
    await stage.firefox.remove();
    await proxy.remove();
    await backend.remove();
    await remove();
  }
}

/** Signs in where that is asked for. */
async function enter({ firefox, account, proxy }: Stage): Promise<void> {
  await firefox.open(new URL("login", proxy.url).href);
  await firefox.find("link", t("shell.explore"));
  if (!/login/.test(await firefox.url())) return;
  await firefox.fill(t("account.login"), account.name);
  await firefox.fill(t("account.password"), account.password);
  await firefox.press("button", t("account.sign_in"));
  await expect.poll(() => firefox.url()).not.toMatch(/login/);
}

/** Chooses files on the page for uploads, and starts. */
async function send({ firefox, account, proxy }: Stage, paths: string[]): Promise<void> {
  await firefox.open(new URL(`${account.name}/dataset/soaked/upload`, proxy.url).href);
  await firefox.choose(t("upload.choose_files"), paths);
  await firefox.press("button", pattern(t, "upload.start"));
}

/** Waits until so many bytes more have left. */
async function left(proxy: FaultProxy, bytes: number): Promise<void> {
  const before = proxy.sent();
  await expect.poll(() => proxy.sent() - before, { timeout: amounts.patience * 1000, intervals: [20] }).toBeGreaterThan(bytes);
}

const inDock = ({ firefox }: Stage, words: string, seconds?: number): Promise<void> => firefox.says("region", t("upload.title"), words, seconds);

test("paused, cut, reloaded, over a killed server and in a browser that was killed", async () => {
  const dice = new Dice();
  say(`sizes as RUSSELL_SEED=${dice.seed} repeats them`);
  await stage(async (stage) => {
    const { api, dataset, backend, proxy } = stage;
    // Without folders: a choice of single files tells of none.
    const sizes = Object.fromEntries(Object.entries(mixed(dice)).map(([path, bytes]) => [path.replaceAll("/", "-"), bytes]));
    const tree = makeTree(join(stage.beside, "flat"), sizes, [], String(dice.seed));
    const paths = [...tree.files.keys()].map((name) => join(tree.path, name));
    const again = (): Promise<void> => stage.firefox.choose(t("upload.choose_files_again"), paths);
    const ways = {
      "paused and resumed": async () => {
        await stage.firefox.press("button", t("upload.pause"));
        await inDock(stage, t("upload.paused"));
        await stage.firefox.press("button", t("upload.resume"));
      },
      "the line cut": () => Promise.resolve(proxy.cut()),
      "the server killed": async () => {
        await backend.stop("SIGKILL");
        await backend.start();
      },
      "the page reloaded": async () => {
        await stage.firefox.reload();
        await again();
      },
      "the browser killed": async () => {
        stage.firefox = await stage.firefox.again();
        await enter(stage);
        await again();
      },
    };
    await enter(stage);
    proxy.set({ upload: amounts.line });
    const begin = performance.now();
    await send(stage, paths);
    for (const [way, act] of Object.entries(ways)) {
      await test.step(way, async () => {
        await left(proxy, tree.bytes / 12);
        await act();
      });
    }
    proxy.set({});
    await inDock(stage, t("upload.done", { version: 1 }), amounts.patience);
    say(`${(tree.bytes / 1e6).toFixed(0)} MB in ${tree.files.size} files: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    await holds(api, dataset, tree);
  });
});

/** Sends two large files and rewrites the second one when so many bytes have left; answers what is on the disk then. */
async function rewrite(stage: Stage, after: number): Promise<Tree> {
  const tree = makeTree(join(stage.beside, "changing"), { "0.bin": 40 * MB, "1.bin": 40 * MB }, [], "before");
  await enter(stage);
  stage.proxy.set({ upload: 16 * MB });
  await send(stage, [...tree.files.keys()].map((name) => join(tree.path, name)));
  await left(stage.proxy, after);
  tree.files.set("1.bin", makeFile(join(tree.path, "1.bin"), 40 * MB, "after"));
  stage.proxy.set({});
  return tree;
}

// Firefox lets a file be read that has changed since it was chosen.
test("a file that is rewritten before its turn arrives as it is then", async () => {
  await stage(async (stage) => {
    const tree = await rewrite(stage, 4 * MB);
    await inDock(stage, t("upload.done", { version: 1 }), 60);
    await holds(stage.api, stage.dataset, tree);
  });
});

// Nor does it tell sooner: the version is there by then.
test("a file that is rewritten while it is sent is named when the version is compared with the disk", async () => {
  await stage(async (stage) => {
    await rewrite(stage, 48 * MB);
    await inDock(stage, t("upload.check_failed", { count: 1, path: "1.bin" }), 60);
  });
});
