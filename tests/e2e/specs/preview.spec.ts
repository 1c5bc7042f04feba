/** Looks into files: each kind, however large, hostile or broken, reading no more than is shown. */

import { expect, type Locator, type Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible } from "../support/checks.ts";
import { test } from "../support/fixtures.ts";
import { root, temporary } from "../support/process.ts";
import { locale, words, type Key } from "../support/words.ts";

const t = words("en");
const CANARY = '<img src=x onerror="window.canary=1">';

let files: { version: string; url: string };

/** A public dataset with one file of each kind. */
test.beforeAll(async ({ backends }, info) => {
  const { url } = await backends.of(info.file);
  const folder = await temporary();
  try {
    execFileSync("python3", [join(root, "tests/e2e/support/preview_files.py"), folder.path]);
    const names = await readdir(folder.path);
    const contents = await Promise.all(names.map(async (path) => ({ path, text: await readFile(join(folder.path, path)) })));
    const api = await Api.register(url, newAccount("keeper"));
    files = { url, version: await api.upload(await api.create("data", "kinds"), "data", contents) };
  } finally {
    await folder.remove();
  }
});

async function open(page: Page, name: string, language = t): Promise<App> {
  const app = new App(page, files.url, language);
  await app.open(`/files/data/${files.version}/${name}`);
  return app;
}

const sheet = (page: Page, language = t): Locator => page.getByRole("region", { name: language("preview.content"), exact: true });

/** The cells of a row that has this number in the file, the row of names being 1. */
const row = (page: Page, number: number): Locator => sheet(page).locator(`tr[aria-rowindex="${number}"]`);

const fact = (page: Page, label: Key): Locator => page.locator(".facts dt", { hasText: new RegExp(`^${t(label)}$`) }).locator("+ dd");

/** Bytes of files that a page has read. */
function bytesRead(page: Page): () => number {
  let sum = 0;
  page.on("response", (response) => {
    if (response.url().includes("/raw?")) sum += Number(response.headers()["content-length"] ?? Infinity);
  });
  return () => sum;
}

/** What a file said was never run. */
async function nothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => "canary" in window)).toBe(false);
  await expect(page.locator('img[src="x"], [onerror]')).toHaveCount(0);
}

const seen: { name: string; format: string; row: number; cells: string[]; facts?: [Key, string][] }[] = [
  { name: "table.csv", format: "CSV", row: 2, cells: ["1", "flower", CANARY, "1.5"], facts: [["preview.columns", "3"]] },
  { name: "table.csv", format: "CSV", row: 3, cells: ["2", "tree", "two[U+000A]lines", ""] },
  { name: "table.tsv", format: "CSV", row: 3, cells: ["2", "3", "4"], facts: [["preview.separator", "Tab"]] },
  { name: "lines.jsonl", format: "JSON Lines", row: 3, cells: ["2", "2", "", CANARY] },
  { name: "tree.json", format: "JSON", row: 4, cells: ["layers", "[ 3 ]", "array"] },
  { name: "array.npy", format: "NumPy (npy)", row: 3, cells: ["1", "1.5", "2", "NaN"], facts: [["preview.kind", "<f4"], ["preview.shape", "(2, 3)"], ["preview.mean", "1"]] },
  { name: "arrays.npz", format: "NumPy (npz)", row: 3, cells: ["labels.npy", "<i8", "(4,)"] },
  { name: "model.safetensors", format: "safetensors", row: 3, cells: [CANARY, "BF16", "(4,)", "8 B"], facts: [["preview.tensors", "2"]] },
  { name: "model.pt", format: "PyTorch", row: 2, cells: ["model.fc.weight", "float32", "(2, 3)", "24 B"], facts: [["preview.tensors", "1"]] },
  { name: "model.pt", format: "PyTorch", row: 4, cells: ["note", "str", "", "", CANARY] },
  { name: "pack.zip", format: t("preview.zip"), row: 3, cells: [CANARY, "9.77 KB"], facts: [["preview.members", "3"]] },
  { name: "pack.tar", format: t("preview.tar"), row: 2, cells: ["../../etc/passwd", "5 B", "file"] },
  { name: "pack.tar.gz", format: t("preview.tar_gz"), row: 3, cells: [CANARY, "5 B", "file"] },
  { name: "unknown.xyz", format: t("preview.bytes"), row: 6, cells: ["00000040", "40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f", "@ABCDEFGHIJKLMNO"] },
];

test("each kind is told with what is in it, whatever that is called", async ({ page, log }) => {
  for (const { name, format, row: number, cells, facts = [] } of seen) {
    await open(page, name);
    await expect(fact(page, "preview.format"), name).toHaveText(format);
    for (const [at, cell] of cells.entries()) await expect(row(page, number).locator("th, td").nth(at), name).toHaveText(cell);
    for (const [label, value] of facts) await expect(fact(page, label), `${name}: ${label}`).toHaveText(value);
    await nothingRan(page);
  }
  log.silent("previews");
});

test("of a table of 200 MB less than 4 MB are read, also at its last known row", async ({ page }) => {
  const read = bytesRead(page);
  const app = await open(page, "large.csv");
  await expect(row(page, 2)).toContainText("row number 0 of very many");
  const state = page.getByRole("status").filter({ hasText: /192 MB/ });
  await expect(state).toHaveText(/^Showing the first \d+ KB of 192 MB/);
  expect(read()).toBeLessThan(600_000);
  const before = await state.textContent();
  await sheet(page).focus();
  await page.keyboard.press("End");
  await expect(state).not.toHaveText(before!);
  await expect(page.getByRole("cell", { name: /^row number \d{4,} of very many$/ }).last()).toBeVisible();
  await app.button("preview.more").click();
  await expect(state).toHaveText(/first [\d.]+ MB/);
  expect(read()).toBeLessThan(4_000_000);
  // Few of the rows exist.
  expect(await sheet(page).getByRole("row").count()).toBeLessThan(201);
  await page.getByText(t("preview.figures"), { exact: true }).click();
  const loss = page.getByRole("table", { name: t("preview.figures") }).getByRole("row", { name: /^loss/ });
  await expect(loss).toContainText(t("preview.guess_real"));
});

test("all bytes of a large file are reached with keys, and reading ends when one leaves", async ({ page }) => {
  const read = bytesRead(page);
  const app = await open(page, "large.csv");
  await app.button("preview.bytes").click();
  await expect(row(page, 2)).toContainText("00000000");
  await sheet(page).focus();
  await page.keyboard.press("End");
  const rows = Math.ceil(201_127_795 / 16);
  await expect(sheet(page)).toContainText((16 * (rows - 1)).toString(16));
  const first = async (): Promise<string | null> =>
    sheet(page).evaluate((sheet) => {
      const { top } = sheet.getBoundingClientRect();
      const rows = [...sheet.querySelectorAll("tbody tr")];
      return rows.find((row) => row.getBoundingClientRect().top >= top + 24)?.getAttribute("aria-rowindex") ?? null;
    });
  const at = Number(await first());
  await page.keyboard.press("ArrowUp");
  await expect.poll(first).toBe(String(at - 1));
  await page.keyboard.press("PageUp");
  await expect.poll(async () => Number(await first())).toBeLessThan(at - 5);
  expect(read()).toBeLessThan(4_000_000);
  expect(page.workers()).toHaveLength(1);
  await page.getByRole("navigation", { name: t("files.path") }).getByRole("link").first().click();
  await expect(page.getByRole("link", { name: "table.csv" })).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(0);
});

test("a tree is opened with the keyboard, and a text is shown as one too", async ({ page }) => {
  const app = await open(page, "tree.json");
  const layers = page.getByRole("button", { name: "layers", exact: true });
  await expect(layers).toHaveAttribute("aria-expanded", "false");
  await layers.focus();
  await page.keyboard.press("Enter");
  await expect(layers).toHaveAttribute("aria-expanded", "true");
  await expect(layers).toBeFocused();
  await expect(row(page, 5).locator("td").nth(1)).toHaveText("1");
  await accessible(page, "a tree");
  await app.button("preview.text").click();
  await expect(page.locator(".code-text")).toContainText('{"model": {"layers": [1, 2');
  await app.button("files.view_rendered").click();
  await expect(sheet(page)).toBeVisible();
});

test("broken files say why, and show what can be shown", async ({ page }) => {
  for (const [name, why] of [
    ["broken.npy", "preview.why_cut"],
    ["broken.zip", "preview.why_magic"],
    ["broken.safetensors", "preview.why_cut"],
    ["broken.json", "preview.why_syntax"],
  ] as const) {
    const app = await open(page, name);
    await expect(page.getByRole("alert"), name).toContainText(t(why));
    if (name === "broken.json") await expect(row(page, 3)).toContainText("a");
    await app.button("preview.bytes").click();
    await expect(row(page, 2)).toContainText("00000000");
    await expect(page.getByRole("alert")).toHaveCount(0);
  }
});

test("bytes that cannot be read are asked for again on request", async ({ page }) => {
  await page.route("**/raw?*", (route) => route.abort());
  await open(page, "array.npy");
  const alert = page.locator(".file-view .file-view").getByRole("alert");
  await expect(alert).toBeVisible();
  await page.unroute("**/raw?*");
  await alert.getByRole("button", { name: t("common.retry") }).click();
  await expect(row(page, 3)).toContainText("1.5");
  await expect(alert).toHaveCount(0);
});

test.describe("in Chinese, on a telephone", () => {
  test.use({ locale: locale.zh, viewport: { width: 390, height: 844 } });
  test("tables scroll by themselves and the page does not", async ({ page }) => {
    const zh = words("zh");
    await open(page, "table.csv", zh);
    await expect(sheet(page, zh)).toBeVisible();
    await expect(page.getByText(zh("preview.separator"), { exact: true })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await accessible(page, "a table on a telephone");
  });
});
