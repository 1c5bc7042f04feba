/** The pages of the gallery (gallery.json: name, address, who looks at it), and what is done on some before they are looked at. */

import { expect, type Locator, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "./app.ts";
import type { Backend } from "./backend.ts";
import { operator, type World } from "./gallery-world.ts";
import { root } from "./process.ts";
import { pattern, type Key, type Words } from "./words.ts";

/** A page that is shown. */
interface Entry {
  /** Its address; names in braces are places of the world. */
  path: string;
  /** Who looks at it, `ada` unless something else is said. */
  as?: "ada" | "newcomer" | "stranger" | "leaver";
  /** What is done first. */
  act?: keyof typeof acts;
  /** Widths at which there is something to see, if not at both. */
  widths?: number[];
}

/** What an act needs. */
interface Stage {
  app: App;
  page: Page;
  t: Words;
  /** Whether the window is as narrow as a phone. */
  narrow: boolean;
  world: World;
  backend: Backend;
}

type Act = (stage: Stage) => Promise<void>;

const button = ({ page, t }: Stage, key: Key): Locator => page.getByRole("button", { name: pattern(t, key) }).first();

/** Presses a button and waits for what it opens. */
function opens(key: Key, role: "dialog" | "menu"): Act {
  return async (stage) => {
    await button(stage, key).click();
    await expect(stage.page.getByRole(role).first()).toBeVisible();
  };
}

function presses(key: Key): Act {
  return (stage) => button(stage, key).click();
}

/** The button that starts, whose words change once it is known that the version before has the same files. */
const start = ({ app }: Stage): Locator => app.startUpload().or(app.button("upload.start_nothing"));

const chooseFiles: Act = async (stage) => {
  await stage.app.chooseFiles(["README.md", "train.py"].map((name) => join(root, "backend/seed/training", name)));
  await expect(start(stage)).toBeVisible();
};

const acts = {
  async signInWrong({ page, t }: Stage) {
    await page.getByRole("main").getByRole("button", { name: t("account.sign_in"), exact: true }).click();
    await expect(page.getByText(t("errors.missing")).first()).toBeVisible();
  },
  async registerWrong({ app }: Stage) {
    await app.field("account.username").fill("a b");
    await app.field("account.email").fill("nobody");
    await app.field("account.password").fill("short");
    await app.button("account.register").click();
  },
  async newWrong({ app, page, t }: Stage) {
    await app.field("new.name").fill("服装 分类");
    await app.button("new.project.create").click();
    await expect(page.getByText(t("new.name_illegal"))).toBeVisible();
  },
  async suggestions({ page, t, narrow }: Stage) {
    if (narrow) await page.getByRole("button", { name: t("search.open"), exact: true }).click();
    const field = page.getByRole("combobox", { name: t("search.field") });
    await field.fill("i");
    await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  },
  plusMenu: opens("shell.create", "menu"),
  accountMenu: opens("shell.account", "menu"),
  mainMenu: presses("shell.main_menu"),
  bell: opens("notices.bell_unread", "menu"),
  notificationSettings: opens("notices.settings", "dialog"),
  deleteForGood: opens("trash.for_good_this", "dialog"),
  endToken: opens("settings.token_end_of", "dialog"),
  async buy({ page, t }: Stage) {
    await page.getByRole("button", { name: `${t("billing.buy")} ${t("billing.vip_months_3")}`, exact: true }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  async compare(stage: Stage) {
    await chooseFiles(stage);
    await expect(stage.page.getByText(pattern(stage.t, "upload.compared")).first()).toBeVisible({ timeout: 60_000 });
    for (const key of ["upload.removed", "upload.same", "upload.changed"] as const) {
      const group = stage.page.getByText(pattern(stage.t, key));
      if (await group.isVisible()) await group.click();
    }
  },
  async upload(stage: Stage) {
    await chooseFiles(stage);
    await start(stage).click();
    const dock = stage.page.getByRole("region", { name: stage.t("upload.title"), exact: true });
    const done = dock.getByText(pattern(stage.t, "upload.done")).or(dock.getByText(pattern(stage.t, "upload.done_changes")));
    await expect(done.first()).toBeVisible({ timeout: 60_000 });
  },
  async fork({ page, t }: Stage) {
    await page.getByRole("button", { name: new RegExp(`^${t("social.fork")}`) }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  deleteProject: opens("entity.settings.confirm_project", "dialog"),
  deleteVersion: opens("entity.versions.delete", "dialog"),
  editTags: presses("social.tags_edit"),
  async chooseDataset({ page, t }: Stage) {
    await page.getByRole("combobox", { name: t("run.data_search") }).fill("i");
    await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  },
  useVersion: opens("manage.use_row", "dialog"),
  taskFilters: presses("tasks.filters"),
  taskColumns: presses("tasks.columns"),
  taskViews: presses("tasks.views"),
  expandTask: presses("tasks.expand"),
  async selectTasks({ page, t }: Stage) {
    const boxes = page.getByRole("checkbox", { name: pattern(t, "tasks.select_row") });
    for (const at of [3, 6, 8]) await boxes.nth(at).check();
  },
  async logShown({ page }: Stage) {
    await expect(page.getByText(/"metric": "accuracy"/).last()).toBeVisible();
  },
  editRemark: presses("tasks.remark_edit"),
  stopTask: opens("task.stop", "dialog"),
  outputToDataset: opens("manage.output", "dialog"),
  async linesPicked({ page }: Stage) {
    await expect(page.locator(".log-picked").first()).toBeVisible();
  },
  /** With hits marked and counted. */
  async logSearched(stage: Stage) {
    const { page, t } = stage;
    await acts.logShown(stage);
    await page.getByRole("button", { name: t("log.search"), exact: true }).click();
    await page.getByRole("searchbox", { name: t("log.search"), exact: true }).fill("loss");
    await expect(page.locator(".log-count")).toHaveText(/^[0-9,]+ \/ [0-9,]+$/);
  },
  /** Whose axes are there, of metrics and of the machine. */
  async chartsShown({ page, t }: Stage) {
    await expect(page.locator("figure.chart .chart-curve").first()).toBeAttached();
    await expect(page.getByRole("region", { name: t("metrics.machine"), exact: true }).locator("figure.chart, .muted").first()).toBeVisible();
  },
  async chartsTable(stage: Stage) {
    const { page, t } = stage;
    await acts.chartsShown(stage);
    await page.getByRole("button", { name: t("metrics.table"), exact: true }).click();
    await page.getByRole("slider", { name: t("metrics.smoothing"), exact: true }).fill("0.8");
    await page.getByRole("table", { name: t("metrics.title"), exact: true }).scrollIntoViewIfNeeded();
  },
  async maintenance({ backend, page, t }: Stage) {
    await operator(backend, "maintenance", "on", "--message", "New disks until 8 o'clock 更换磁盘，八点前恢复");
    await expect(page.getByText(t("live.maintenance_title"))).toBeVisible();
  },
  async expire({ page, t, world, narrow }: Stage) {
    const leaver = world.leavers.find(({ account }) => account.name === leaverName(t, narrow))!;
    await leaver.call("PUT", "api/v1/user/password", { password: leaver.account.password, new_password: "another correct horse", revoke_tokens: true });
    await expect(page.getByRole("dialog", { name: t("shell.expired_title") })).toBeVisible();
  },
} satisfies Record<string, Act>;

/** Whose sign-in ends while the page is looked at: somebody for each language and width. */
export function leaverName(t: Words, narrow: boolean): string {
  return `leaver-${t("shell.language") === "Language" ? "en" : "zh"}-${narrow ? 390 : 1440}`;
}

/** The pages by name, in their order. */
export const entries = Object.entries(JSON.parse(readFileSync(join(root, "tests/e2e/support/gallery.json"), "utf8")) as Record<string, Entry>);

/** Does what the page needs to be looked at. */
export async function act(entry: Entry, stage: Stage): Promise<void> {
  if (entry.act) await (acts[entry.act] as Act)(stage);
}

/** The index that shows all pictures on one page: a row for each page, its eight looks side by side. */
export function index(names: string[], looks: string[]): string {
  const row = (name: string): string => `<h2 id="${name}">${name}</h2><div>${looks.map((look) => `<a href="${name}/${look}.png"><img loading="lazy" alt="${name}, ${look}" src="${name}/${look}.png"></a>`).join("")}</div>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>body{font:14px system-ui;margin:16px;background:#888}h2{font-size:14px;margin:16px 0 4px}div{display:flex;gap:8px;align-items:start}img{height:280px;display:block}</style>
<body>${names.map(row).join("\n")}</body></html>\n`;
}
