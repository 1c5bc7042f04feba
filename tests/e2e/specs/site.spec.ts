/** What an operator sets in config.json: title, support links, other servers, and a Sentry that hears of faults. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend, type Backend } from "../support/backend.ts";
import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { freePort } from "../support/port.ts";
import { built, temporary } from "../support/process.ts";
import { reporting, startSentry } from "../support/sentry.ts";
import { words } from "../support/words.ts";

const t = words("en");

/** A backend whose page has this config.json. */
async function configured(config: unknown, port = 0, web = built.web): Promise<Backend> {
  const folder = await temporary();
  const file = join(folder.path, "config.json");
  await writeFile(file, JSON.stringify(config));
  const backend = await startBackend(["--empty", "--no-billing", "--page-config", file], web, port);
  return {
    ...backend,
    async remove() {
      await backend.remove();
      await folder.remove();
    },
  };
}

test("the operator's name and links are on every page", async ({ page, log }) => {
  const support = [
    { href: "mailto:help@example.org", en: "Help desk", zh: "帮助台" },
    { href: "https://status.example.org/", en: "Status", zh: "状态" },
  ];
  const backend = await configured({ title: "Deep Thought", support });
  try {
    const app = new App(page, backend.url, t);
    await app.open("/login");
    await expect(page).toHaveTitle(/ · Deep Thought$/);
    const foot = page.getByRole("contentinfo");
    await expect(foot.getByText("Deep Thought")).toBeVisible();
    await expect(foot.getByRole("link", { name: "Help desk" })).toHaveAttribute("href", "mailto:help@example.org");
    await page.getByRole("button", { name: "中文" }).click();
    await expect(foot.getByRole("link", { name: "状态" })).toHaveAttribute("href", "https://status.example.org/");
    await accessible(page, "sign-in of an installation");
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page, "sign-in of an installation");
    await picture(page, "site/sign-in");
    log.silent("an installation");
  } finally {
    await backend.remove();
  }
});

test("API and file server stand elsewhere", async ({ page, log }) => {
  const port = await freePort();
  const server = await startBackend(["--empty", "--no-billing", "--allow-origin", `http://127.0.0.1:${port}`]);
  const site = await configured({ api: server.url, files: server.url }, port);
  try {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const app = new App(page, site.url, t);
    const account = newAccount();
    await app.register(account);
    await app.open("/new/dataset");
    await app.field("new.name").fill("far");
    await app.button("new.dataset.create").click();
    await expect(page).toHaveURL(/\/dataset\/far/);
    await app.open(`/${account.name}/dataset/far/upload`);
    const folder = await temporary();
    await writeFile(join(folder.path, "a.txt"), "from afar\n");
    await app.chooseFiles([join(folder.path, "a.txt")]);
    await app.startUpload().click();
    await app.uploaded(1);
    await app.open(`/${account.name}/dataset/far/files/1/a.txt`);
    await expect(page.getByText("from afar")).toBeVisible();
    await folder.remove();
    const here = asked.filter((url) => url.startsWith(site.url) && new URL(url).pathname.startsWith("/api/"));
    expect(here).toEqual([]);
    expect(asked.some((url) => url.startsWith(`${server.url}api/v1/uploads`))).toBe(true);
    log.silent("far away");
  } finally {
    await site.remove();
    await server.remove();
  }
});

test("a mistake in config.json is said", async ({ page, backend, log }) => {
  for (const [body, words] of [
    ["{", /config\.json: /],
    ['{"api":"somewhere"}', /config\.json: "api" is no address/],
    ['{"support":[{"href":"javascript:alert(1)","en":"x","zh":"x"}]}', /config\.json: "support" is no address/],
  ] as const) {
    await page.route("**/config.json", (route) => route.fulfill({ body, contentType: "application/json" }));
    await page.goto(backend.url);
    await expect(page.getByRole("main").getByText(words)).toBeVisible();
    await page.unroute("**/config.json");
  }
  log.expected(/config\.json/);
  await page.route("**/config.json", (route) => route.fulfill({ status: 404 }));
  await page.goto(backend.url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  log.expected(/404/);
});

test("faults are reported, and nobody's names", async ({ page, log }) => {
  const sentry = await startSentry();
  const backend = await configured({ sentry: sentry.dsn });
  try {
    const account = newAccount("lovelace");
    const api = await Api.register(backend.url, account);
    await api.create("code", "secret-engine");
    const app = new App(page, backend.url, t);
    await app.open("/login");
    await app.signIn(account.name, account.password);
    await expect(page).not.toHaveURL(/login/);

    // A request that the server fails at.
    await page.route("**/api/v1/*/project/secret-engine*", (route) => route.fulfill({ status: 500, body: '{"code":500,"data":{"reason":"internal","message":"at /home/lovelace/key.txt"}}' }));
    await page.goto(new URL(`${account.name}/project/secret-engine?token=topsecret`, backend.url).href);
    await expect.poll(() => sentry.sent.length).toBe(1);
    // A script's error, and a promise that nobody heeds.
    await page.evaluate((name) => {
      setTimeout(() => {
        throw new TypeError(`cannot read "${name}" of https://example.org/?token=topsecret`);
      });
    }, account.name);
    await expect.poll(() => sentry.sent.length).toBe(2);
    await page.evaluate((mail) => void Promise.reject(new RangeError(`no ${mail} in sight`)), account.email);
    await expect.poll(() => sentry.sent.length).toBe(3);

    const [request, error, rejection] = sentry.sent.map(sentry.read);
    expect(request).toMatchObject({ platform: "javascript", level: "error", transaction: "/_/project/_", tags: { kind: "request", page: "/_/project/_", language: "en" } });
    expect(request!.exception.values[0]!.value).toBe("GET /api/v1/_/project/_: 500");
    expect(request!.release).toMatch(/^russell-cloud-web@([0-9a-f]{16}|development)$/);
    expect(error!.exception.values[0]).toMatchObject({ type: "TypeError", value: "cannot read … of <address>" });
    expect(error!.exception.values[0]!.stacktrace.frames.length).toBeGreaterThan(0);
    expect(rejection!.exception.values[0]).toMatchObject({ type: "RangeError", value: "no <e-mail> in sight" });
    const token = await page.evaluate(() => JSON.stringify(Object.values(sessionStorage)));
    const secret = /[\w-]{20,}(\.[\w-]+)*/.exec(token)?.[0] ?? "no token";
    expect(secret).not.toBe("no token");
    for (const { body, path, headers } of sentry.sent) {
      expect(path).toBe("/sub/api/42/envelope/?sentry_version=7&sentry_key=0123456789abcdef0123456789abcdef&sentry_client=russell-cloud-web%2F1");
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
      expect(headers.referer).toBeUndefined();
      for (const private_ of [account.name, account.email, account.password, "secret-engine", "topsecret", "key.txt", secret]) expect(body).not.toContain(private_);
    }

    // The same fault is told once; one that is told to wait waits.
    sentry.answer = { status: 429, headers: { "retry-after": "600" } };
    const fault = (words: string) => page.evaluate((words) => void Promise.reject(new Error(words)), words);
    await fault("another fault");
    await expect.poll(() => sentry.sent.length).toBe(4);
    await fault("another fault");
    await page.waitForResponse((response) => response.url().includes("/envelope/") && response.status() === 429).catch(() => undefined);
    await fault("one more fault");
    await page.waitForTimeout(300);
    expect(sentry.sent.length).toBe(4);
    log.expected(/500|cannot read|in sight|fault|429/);
  } finally {
    await backend.remove();
    await sentry.stop();
  }
});

test("a panic is reported, and the page says that it has stopped", async ({ page, log }) => {
  const sentry = await startSentry();
  const backend = await configured({ sentry: sentry.dsn }, 0, built.debugWeb);
  try {
    const app = new App(page, backend.url, t);
    await app.open("/login");
    await page.evaluate(() => {
      history.pushState(null, "", "/_ui");
      dispatchEvent(new PopStateEvent("popstate"));
    });
    await app.button("pieces.panic").click();
    await expect(page.getByRole("alert").getByText(/has stopped/)).toBeVisible();
    await expect(app.heading(t("pieces.title"))).toBeVisible();
    // Where it was pressed, the bar covers half a button.
    await page.evaluate(() => scrollTo(0, 0));
    await accessible(page, "after a panic");
    await picture(page, "site/panic");
    await expect.poll(() => sentry.sent.length).toBe(1);
    const event = sentry.read(sentry.sent[0]!);
    expect(event).toMatchObject({ level: "fatal", transaction: "/_ui", tags: { kind: "panic" } });
    expect(event.exception.values[0]!.value).toMatch(/^panicked at src\/pages\/pieces\/plain\.rs:\d+:\d+:\nsomebody pressed …$/);
    expect(event.exception.values[0]!.stacktrace.frames.some((frame) => frame.filename.endsWith(".wasm"))).toBe(true);
    log.expected(/panicked|unreachable/);
  } finally {
    await backend.remove();
    await sentry.stop();
  }
});

test("what a report may say", async () => {
  const { frames, scrub } = await reporting();
  expect(scrub('invalid type: string "Ada\'s \\" key", expected u64')).toBe("invalid type: string …, expected u64");
  expect(scrub("GET /api/v1/alice/project/zip?q=me: 500")).toBe("GET /api/v1/_/project/zip: 500");
  expect(scrub("PATCH /api/v1/uploads/0123456789abcdef0123456789abcdef: HTTP status 502")).toBe("PATCH /api/v1/uploads/_: HTTP status 502");
  expect(scrub("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_9 refused")).toBe("token <id> refused");
  expect(scrub("x".repeat(5000)).length).toBeLessThanOrEqual(500);
  const chromium = "Error: x\n    at read (http://h/assets/app-1/app.js?token=t:10:7)\n    at http://h/assets/app-1/app_bg.wasm:wasm-function[12]:0x1f";
  expect(frames(chromium)).toEqual([
    { function: "wasm-function[12]", filename: "app_bg.wasm", instruction_addr: "0x1f", in_app: true },
    { function: "read", filename: "app.js", lineno: 10, colno: 7, in_app: true },
  ]);
  expect(frames("Error\n    at eval (eval at evaluate (:303:30), <anonymous>:3:15)")).toEqual([{ function: "eval", filename: "<anonymous>", lineno: 3, colno: 15, in_app: true }]);
  expect(frames("read@http://h/app.js:3:4")).toEqual([{ function: "read", filename: "app.js", lineno: 3, colno: 4, in_app: true }]);
});
