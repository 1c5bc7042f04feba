/** Folders of the disk for uploads, made of noise that is the same for the same seed, and the comparison with a version. */

import { createCipheriv, createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import type { Api } from "./api.ts";

/** Bytes that are made and written at a time. */
const PIECE = 4 << 20;
/** Files that are asked for at the same time. */
const AT_ONCE = 8;

/** Hexadecimal sums of a file. */
export interface Sums {
  md5: string;
  sha256: string;
}

export interface Tree {
  /** The folder on the disk. */
  path: string;
  files: Map<string, Sums>;
  /** Paths of all folders in it, sorted. */
  folders: string[];
  /** Of all files. */
  bytes: number;
}

/** Writes a file of noise. */
export function makeFile(path: string, bytes: number, seed: string): Sums {
  const key = createHash("md5").update(seed).digest();
  const noise = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const [md5, sha256] = [createHash("md5"), createHash("sha256")];
  const nothing = Buffer.alloc(Math.min(bytes, PIECE));
  const file = openSync(path, "w");
  for (let left = bytes; left > 0; left -= Math.min(left, PIECE)) {
    const piece = noise.update(nothing.subarray(0, Math.min(left, PIECE)));
    for (const sum of [md5, sha256]) sum.update(piece);
    writeFileSync(file, piece);
  }
  closeSync(file);
  return { md5: md5.digest("hex"), sha256: sha256.digest("hex") };
}

/** Makes a folder with files of these sizes, and with folders that are empty. */
export function makeTree(path: string, sizes: Record<string, number>, empty: string[], seed: string): Tree {
  const folders = new Set<string>();
  const add = (folder: string): void => {
    for (let at = folder; at !== "." && !folders.has(at); at = dirname(at)) folders.add(at);
    mkdirSync(join(path, folder), { recursive: true });
  };
  for (const folder of empty) add(folder);
  const files = new Map<string, Sums>();
  for (const [name, bytes] of Object.entries(sizes)) {
    const folder = dirname(name);
    if (!folders.has(folder)) add(folder);
    files.set(name, makeFile(join(path, name), bytes, `${seed} ${name}`));
  }
  const bytes = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  return { path, files, folders: [...folders].sort(), bytes };
}

/** An error when the disk that holds `path` has less than `bytes` to spare. */
export async function roomFor(bytes: number, path: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  if (bavail * bsize < bytes) throw new Error(`${gigabytes(bytes)} GB are needed in ${path} (TMPDIR says where), ${gigabytes(bavail * bsize)} GB are free`);
}

/**
 * The dataset has one valid version, and it holds the tree's files and no others: by the MD5 that the server says of each,
 * and by SHA-256 of the bytes that it hands out, of all or of `samples` that are evenly spread.
 */
export async function holds(api: Api, dataset: string, tree: Tree, samples = Infinity): Promise<void> {
  const versions = await api.versions(dataset, "data");
  expect(versions.map(({ state }) => state)).toEqual(["valid"]);
  const { files, dirs } = await api.call<{ files: Record<string, string>; dirs: string[] }>("GET", `api/v1/module/filehash?module_type=data&entity_id=${dataset}`);
  const wrong = [...tree.files].filter(([path, { md5 }]) => files[path] !== md5).map(([path]) => path);
  expect(wrong).toEqual([]);
  expect(Object.keys(files)).toHaveLength(tree.files.size);
  expect([...dirs].sort()).toEqual(tree.folders);
  const each = Math.max(1, tree.files.size / samples);
  const looked = [...tree.files].filter((_, at) => Math.floor(at / each) !== Math.floor((at - 1) / each));
  const next = looked.values();
  const look = async (): Promise<void> => {
    for (const [path, { sha256 }] of next) expect(await api.sha256(versions[0]!.id, path), path).toBe(sha256);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
}
