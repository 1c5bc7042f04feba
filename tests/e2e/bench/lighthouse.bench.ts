/**
 * Lighthouse on five pages, on its desktop and its mobile preset: performance, accessibility, best practices. The tab is the
 * one in which somebody signed in, so that it has the session; the cache is emptied before each run.
 */

import { chromium, expect, test } from "@playwright/test";
import { createServer } from "node:net";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { launch } from "../support/browser.ts";
import { temporary } from "../support/process.ts";
import { words } from "../support/words.ts";
import { median } from "./figures.ts";
import { fill } from "./fill.ts";

const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 3);
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const METRICS = {
  FCP: "first-contentful-paint",
  LCP: "largest-contentful-paint",
  TBT: "total-blocking-time",
  CLS: "cumulative-layout-shift",
  SI: "speed-index",
} as const;
const GOALS = { desktop: [100, 100, 100], mobile: [95, 100, 100] } as const;

/** What is used of Lighthouse's results; its own types are there only where it is installed. */
interface Result {
  finalDisplayedUrl: string;
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; title: string; displayValue?: string; numericValue?: number }>;
}
type Lighthouse = (url: string, flags: object, config: object, page: unknown) => Promise<{ lhr: Result } | undefined>;
interface Puppeteer {
  connect(options: object): Promise<{ pages(): Promise<{ url(): string }[]>; disconnect(): Promise<void> }>;
}

/** A module of a package that only the benchmarks install. */
async function module<T>(name: string): Promise<T> {
  return ((await import(name)) as { default: T }).default;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const README = `# Digits

A small network that reads digits, and what came of it.

| run | accuracy |
| --- | --- |
| plain | 0.97 |
| wider | 0.98 |

\`\`\`python
for epoch in range(3):
    print("epoch", epoch)
\`\`\`
`;

test("lighthouse", async () => {
  test.setTimeout(3_600_000);
  const lighthouse = await module<Lighthouse>("lighthouse");
  const desktop = await module<object>("lighthouse/core/config/desktop-config.js");
  const puppeteer = await module<Puppeteer>("puppeteer-core");
  const backend = await startBackend();
  const profile = await temporary();
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile.path, {
    ...launch,
    args: [...(launch.args ?? []), `--remote-debugging-port=${port}`],
    viewport: null,
    locale: "en-GB",
  });
  try {
    const api = await Api.register(backend.url, newAccount("bench"));
    const { name } = api.account;
    await fill(backend, name, { projects: 30, datasets: 30, tasks: 1000 });
    const entity = await api.create("code", "digits");
    const version = await api.upload(entity, "code", [
      { path: "README.md", text: README },
      { path: "main.sh", text: "for i in $(seq 1 200); do echo epoch $i; done\n" },
    ]);
    const task = await api.run(version, "bash main.sh");
    const pages: [string, string][] = [
      ["sign-in", "login"],
      ["profile", name],
      ["project", `${name}/project/digits`],
      ["task list", "tasks"],
      ["task", `task/${task}`],
    ];
    const only = process.env["RUSSELL_PAGES"]?.split(",");

    const page = context.pages()[0] ?? (await context.newPage());
    const app = new App(page, backend.url, words("en"));
    await app.open("/login");
    const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${port}`, defaultViewport: null });
    const faults = new Set<string>();
    let met = true;
    for (const [label, path] of pages) {
      if (only && !only.includes(label)) continue;
      const url = new URL(path, backend.url).href;
      if (label !== "sign-in" && app.path === "/login") {
        await app.signIn(name, api.account.password);
        await expect(page).not.toHaveURL(/login/);
        await app.open(`/task/${task}`);
        await expect(page.getByText(app.t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 60_000 });
      }
      for (const preset of ["desktop", "mobile"] as const) {
        const results: Result[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          const tab = (await browser.pages()).find((tab) => tab.url().startsWith(backend.url));
          const flags = { onlyCategories: [...CATEGORIES], logLevel: "error" };
          const config = preset === "desktop" ? desktop : { extends: "lighthouse:default" };
          // It empties cache and storage; the session, which lies in the tab's own, stays.
          const run = await lighthouse(url, flags, config, tab);
          if (run?.lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${run?.lhr.finalDisplayedUrl}`);
          results.push(run.lhr);
        }
        const scores = CATEGORIES.map((category) => results.map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100)));
        const metrics = Object.entries(METRICS).map(([short, id]) => {
          const values = results.map(({ audits }) => audits[id]?.numericValue ?? Number.NaN);
          return `${short} ${median(values).toFixed(short === "CLS" ? 3 : 0)}`;
        });
        const shown = scores.map((series) => `${median(series)} (${Math.min(...series)} to ${Math.max(...series)})`);
        const reached = scores.every((series, at) => median(series) >= (GOALS[preset][at] ?? 100));
        met &&= reached;
        console.log(`${label.padEnd(10)} ${preset.padEnd(8)} ${shown.join("  ")}  ${metrics.join(", ")}${reached ? "" : "  MISSED"}`);
        for (const { categories, audits } of results) {
          for (const category of Object.values(categories)) {
            for (const { id, weight } of category.auditRefs) {
              const audit = audits[id];
              if (audit && weight > 0 && audit.score !== null && audit.score < 0.9) faults.add(`${label}, ${preset}: ${id}: ${audit.title}`);
            }
          }
        }
      }
    }
    console.log(`scores are performance, accessibility, best practices; times in ms; median of ${ROUNDS} (least to most); goals ${met ? "met" : "MISSED"}`);
    for (const fault of faults) console.log(`  ${fault}`);
    await browser.disconnect();
  } finally {
    await context.close();
    await backend.remove();
    await profile.remove();
  }
});
