/** What the measures of uploads have in common: the files, a server and a browser of its own for each round. */

import { randomFillSync } from "node:crypto";
import { lstat, mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { newAccount } from "../support/app.ts";
import { startBackend, type Backend } from "../support/backend.ts";
import { Bare } from "./bare.ts";
import { Chrome } from "./chrome.ts";

/** A file of `bytes` that no file system can compress or leave out. */
export async function makeFile(path: string, bytes: number): Promise<void> {
  const piece = Buffer.alloc(8 << 20);
  const file = await open(path, "w");
  for (let done = 0; done < bytes; done += piece.length) {
    randomFillSync(piece);
    await file.write(piece, 0, Math.min(piece.length, bytes - done));
  }
  await file.sync();
  await file.close();
}

/** Seconds for so many bytes to the disk and no further: a file that is synced, and gone again. */
export async function onDisk(folder: string, bytes: number): Promise<number> {
  const piece = randomFillSync(Buffer.alloc(8 << 20));
  const path = join(folder, "on-disk.bin");
  const begin = performance.now();
  const file = await open(path, "w");
  for (let done = 0; done < bytes; done += piece.length) await file.write(piece);
  await file.sync();
  await file.close();
  const seconds = (performance.now() - begin) / 1000;
  await rm(path);
  return seconds;
}

/** A folder of `count` files of `size` bytes, a hundred in each of its folders, no two the same. */
export async function makeFolder(path: string, count: number, size: number): Promise<void> {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < count; at += 1) {
    const folder = join(path, `part-${Math.floor(at / 10_000)}`, `group-${Math.floor(at / 100) % 100}`);
    if (at % 100 === 0) await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `sample-${at % 100}.bin`), randomFillSync(bytes));
  }
}

/** Bytes on the disk below a folder, as far as they are written or will be. */
export async function stored(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = files.map(async (file) => (await lstat(join(folder, file)).catch(() => undefined))?.blocks ?? 0);
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0) * 512;
}

/** Where a round of a measure takes place. */
export interface Stage {
  backend: Backend;
  api: Api;
  chrome: Chrome;
  app: Bare;
  /** Ids of what runs the server. */
  server: number[];
}

/**
 * A new server without data, a new browser and an account that is signed in there. `through` answers the address that the
 * browser opens.
 */
export async function onStage<T>(work: (stage: Stage) => Promise<T>, through: (url: string) => Promise<string> = async (url) => url): Promise<T> {
  const backend = await startBackend(["--bench-sink", "--no-billing", "--empty"]);
  try {
    const account = newAccount("bench");
    const api = await Api.register(backend.url, account);
    const chrome = await Chrome.start();
    try {
      const app = await Bare.signedIn(chrome, await through(backend.url), account);
      return await work({ backend, api, chrome, app, server: [backend.server.child.pid!] });
    } finally {
      await chrome.close();
    }
  } finally {
    await backend.remove();
  }
}
