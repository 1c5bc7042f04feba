/**
 * First load of the sign-in page: bytes over the wire, and time to the form relative to a page with one static form
 * from the same server. Each load is a new browser context: nothing is cached.
 */

import { test, type Browser } from "@playwright/test";
import { cp, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startBackend } from "../support/backend.ts";
import { built, temporary } from "../support/process.ts";
import { median, spread } from "./figures.ts";

const ROUNDS = 15;
const GOAL_BYTES = 200_000;
const GOAL_RATIO = 3;

const STATIC = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in</title><link rel="icon" href="data:,"></head>
<body><main><h1>Sign in</h1><form><label>Name <input name="name"></label>
<label>Password <input type="password" name="password"></label><button>Sign in</button></form></main></body></html>
`;

interface Load {
  /** Milliseconds from the navigation's start to the frame after the password field was there. */
  form: number;
  /** Bytes over the wire, headers included, per address. */
  bytes: Map<string, number>;
}

async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const names = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, response.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId);
    if (name && !name.startsWith("data:")) bytes.set(name, (bytes.get(name) ?? 0) + encodedDataLength);
  });
  await page.addInitScript(() => {
    const seen = (): void => {
      if (!document.querySelector("input[type=password]")) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => ((window as unknown as { form: number }).form = performance.now())));
    };
    const observer = new MutationObserver(seen);
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  const form = await page.waitForFunction(() => (window as unknown as { form?: number }).form);
  const value = Number(await form.jsonValue());
  await page.waitForLoadState("networkidle");
  await context.close();
  return { form: value, bytes };
}

test("first-load", async ({ browser }) => {
  const web = await temporary();
  await cp(built.web, web.path, { recursive: true });
  await writeFile(join(web.path, "static-form.html"), STATIC);
  const backend = await startBackend([], web.path);
  try {
    const app: number[] = [];
    const fixed: number[] = [];
    let bytes = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await load(browser, `${backend.url}login`);
      app.push(one.form);
      bytes = one.bytes;
      fixed.push((await load(browser, `${backend.url}static-form.html`)).form);
    }
    const total = [...bytes.values()].reduce((sum, n) => sum + n, 0);
    console.log("\nfirst load of the sign-in page, bytes over the wire:");
    for (const [name, size] of bytes) console.log(`  ${String(size).padStart(8)}  ${new URL(name).pathname}`);
    console.log(`  ${String(total).padStart(8)}  together (goal: at most ${GOAL_BYTES}: ${total <= GOAL_BYTES ? "met" : "MISSED"})`);

    const loaded = new Set([...bytes.keys()].map((name) => new URL(name).pathname.slice(1)));
    const files = (await readdir(built.web, { recursive: true })).filter((name) => name.endsWith(".wasm") && !loaded.has(name));
    console.log("what pages add when they are opened, Brotli:");
    for (const name of files) console.log(`  ${String((await stat(join(built.web, `${name}.br`)).catch(() => stat(join(built.web, name)))).size).padStart(8)}  /${name}`);

    const ratio = median(app) / median(fixed);
    console.log(`time to the form, ms, median of ${ROUNDS}: app ${spread(app)}, static form ${spread(fixed)}`);
    console.log(`ratio ${ratio.toFixed(2)} (goal: under ${GOAL_RATIO}: ${ratio < GOAL_RATIO ? "met" : "MISSED"})`);
  } finally {
    await backend.remove();
    await web.remove();
  }
});
