/** The whole way of a newcomer, from an account to the output of an experiment, on whatever serves the app. */

import { expect, type Page } from "@playwright/test";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { App, newAccount, type Account } from "./app.ts";
import type { Console } from "./checks.ts";
import { byKeyboard } from "./keyboard.ts";
import { root, temporary } from "./process.ts";
import type { Words } from "./words.ts";

/** Rounds of the training, a third of a second each: long enough to be watched. */
const EPOCHS = 15;
/** Seconds from one epoch to the next: its log is opened, on a slow machine too, before the last one. */
const PAUSE = 1;

/** A page that was seen on the way. */
interface Seen {
  path: string;
  heading: string;
}

export class Journey {
  readonly app: App;
  readonly account: Account = newAccount("ada");
  private readonly seen: Seen[] = [];
  private task = "";

  constructor(
    private readonly page: Page,
    private readonly log: Console,
    url: string,
    private readonly t: Words,
  ) {
    this.app = new App(page, url, t);
  }

  /** What holds for each page wherever it is served: one heading, nothing on the console. How pages look, the gallery sees to. */
  private async look(name: string): Promise<void> {
    const heading = this.app.heading();
    await expect(heading).toHaveCount(1);
    await expect(heading).toBeVisible();
    await expect(this.page.locator("[aria-busy=true]")).toHaveCount(0);
    this.log.silent(name);
    this.seen.push({ path: this.app.path, heading: await heading.innerText() });
  }

  async walk(): Promise<void> {
    await this.makeAccount();
    const folder = await temporary();
    try {
      const iris = join(folder.path, "iris");
      await mkdir(iris);
      await cp(join(root, "tests/data/iris/iris.csv"), join(iris, "iris.csv"));
      await this.makeDataset(iris);
    } finally {
      await folder.remove();
    }
    await this.makeProject();
    await this.runTask();
    await this.seeOutput();
    // The same pages, whatever led to them.
    if (!byKeyboard()) {
      await this.lists();
      await this.comeBack();
    }
    await this.leave();
  }

  private async makeAccount(): Promise<void> {
    await this.app.open("/login");
    await this.look("sign-in");
    await this.app.open("/register");
    await this.look("register");
    this.seen.length = 0;
    await this.app.register(this.account);
    await expect(this.app.heading()).toContainText(this.account.name);
    await this.look("welcome");
  }

  /** Drops a folder where the page offers it, and sees the version become ready. */
  private async upload(folder: string): Promise<void> {
    await this.app.dropFolder(folder);
    await this.app.startUpload().click();
    await this.app.uploaded(1);
  }

  private async makeDataset(folder: string): Promise<void> {
    await this.app.open("/new/dataset");
    await this.look("new-dataset");
    this.seen.pop();
    await this.app.field("new.name").fill("iris");
    await this.app.field("new.description").fill("150 flowers <b>& their measures</b>");
    await this.app.button("new.dataset.create").click();
    await expect(this.page).toHaveURL(new RegExp(`/${this.account.name}/dataset/iris$`));
    await this.look("dataset-empty");
    this.seen.pop();
    await this.upload(folder);
    await this.app.open(`/${this.account.name}/dataset/iris/versions`);
    await expect(this.page.getByRole("table").getByText(this.t("entity.versions.valid"), { exact: true })).toBeVisible();
    await this.look("dataset-versions");
  }

  private async makeProject(): Promise<void> {
    await this.app.open("/new/project");
    await this.look("new-project");
    this.seen.pop();
    await this.app.field("new.name").fill("flowers");
    await this.app.button("new.project.create").click();
    await expect(this.page).toHaveURL(new RegExp(`/${this.account.name}/project/flowers$`));
    await this.look("project-empty");
    this.seen.pop();
    await this.upload(join(root, "backend/seed/training"));
    await this.app.open(`/${this.account.name}/project/flowers`);
    // The README of the training script, rendered.
    await expect(this.page.getByRole("heading", { name: "Iris, trained from scratch" })).toBeVisible();
    await this.look("project");
  }

  private async runTask(): Promise<void> {
    await this.app.link("entity.new_task").first().click();
    await expect(this.page).toHaveURL(/\/run$/);
    await this.page.getByRole("combobox", { name: this.t("run.data_search") }).fill("iris");
    await this.page.getByRole("option", { name: new RegExp(`${this.account.name}/iris`) }).click();
    await this.app.field("run.data_mount").fill("iris");
    await this.app.field("run.command").fill(`python3 train.py --epochs ${EPOCHS} --pause ${PAUSE}`);
    await this.look("new-task");
    await this.app.button("run.start").click();
    await expect(this.page).toHaveURL(/\/task\/[0-9a-f]{32}$/);
    this.task = this.app.path;

    // The log arrives while the task runs: its first epoch is there before its last.
    await this.app.open(`${this.task}/log`);
    const line = (epoch: number) => this.page.getByText(new RegExp(`"metric": "loss", "value": [0-9.]+, "step": ${epoch}\\}`));
    await expect(line(1)).toBeVisible({ timeout: 30_000 });
    await expect(line(EPOCHS)).toHaveCount(0);
    await expect(this.page.getByText(this.t("task.state_running"), { exact: true }).first()).toBeVisible();
    await expect(line(EPOCHS)).toBeVisible({ timeout: 30_000 });
    await expect(this.page.getByText(/^Wrote model.json/)).toBeVisible();
    await expect(this.page.getByText(this.t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    await this.look("task-log");
    await this.app.open(this.task);
    await expect(this.page.getByText(this.t("task.state_success"), { exact: true }).first()).toBeVisible();
    await this.look("task");
  }

  private async seeOutput(): Promise<void> {
    await this.page.getByRole("link", { name: this.t("task.tab_output") }).click();
    await expect(this.page.getByRole("link", { name: "model.json" })).toBeVisible();
    await this.look("task-output");
    await this.page.getByRole("link", { name: "metrics.json" }).click();
    await expect(this.page.getByText(/"accuracy": 0\.\d/)).toBeVisible();
    await this.look("task-output-file");
    for (const image of ["confusion.png", "loss.svg"]) {
      await this.app.open(`${this.task}/output/${image}`);
      const picture = this.page.getByRole("main").locator("img");
      await expect(picture).toBeVisible();
      expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
      await this.look(`task-output-${image}`);
    }
    await this.app.open(`${this.task}/code`);
    await expect(this.page.getByRole("link", { name: "train.py" })).toBeVisible();
    await this.look("task-code");
    await this.app.open(`${this.task}/data`);
    await this.look("task-data");
  }

  /** Id of the dataset's version, from its page: where links of the CLI point to. */
  private async dataVersion(): Promise<string> {
    await this.app.open(`/${this.account.name}/dataset/iris`);
    const id = this.page.getByText(/^[0-9a-f]{32}$/).last();
    return (await id.innerText()).trim();
  }

  /** The pages beside the way. */
  private async lists(): Promise<void> {
    const own = `/${this.account.name}`;
    const pages: [name: string, path: string][] = [
      ["explore", "/explore"],
      ["explore-datasets", "/explore?tab=datasets"],
      ["projects", "/projects"],
      ["datasets", "/datasets"],
      ["tasks", "/tasks"],
      ["profile", own],
      ["profile-datasets", `${own}?tab=datasets`],
      ["profile-tasks", `${own}?tab=tasks`],
      ["dataset", `${own}/dataset/iris`],
      ["dataset-files", `${own}/dataset/iris/files/1`],
      ["dataset-file", `${own}/dataset/iris/files/1/iris.csv`],
      ["dataset-guide", `${own}/dataset/iris/guide`],
      ["dataset-upload", `${own}/dataset/iris/upload`],
      ["project-versions", `${own}/project/flowers/versions`],
      ["project-tasks", `${own}/project/flowers/tasks`],
      ["project-files", `${own}/project/flowers/files/1`],
      ["project-guide", `${own}/project/flowers/guide`],
      ["project-upload", `${own}/project/flowers/upload`],
      ["project-settings", `${own}/project/flowers/settings`],
      ["dataset-settings", `${own}/dataset/iris/settings`],
      ["files-by-id", `/files/data/${await this.dataVersion()}`],
    ];
    for (const [name, path] of pages) {
      await this.app.open(path);
      await this.look(name);
    }
  }

  /** Reloading any page leads to the same page. */
  private async comeBack(): Promise<void> {
    for (const { path, heading } of this.seen) {
      await this.app.open(path);
      await this.page.reload();
      await expect(this.app.heading(heading), `after reloading ${path}`).toBeVisible();
      expect(this.app.path).toBe(path);
    }
    this.log.silent("reloading");
  }

  /** After signing out, pages that need an account ask for it and lead back to where one was going. */
  private async leave(): Promise<void> {
    await this.app.signOut(this.account);
    for (const path of ["/projects", "/new/dataset", `/${this.account.name}/project/flowers/run`]) {
      await this.app.open(path);
      await expect(this.app.field("account.password")).toBeVisible();
    }
    await this.app.signIn(this.account.email, this.account.password);
    await expect(this.page).toHaveURL(new RegExp(`/${this.account.name}/project/flowers/run$`));
    this.log.silent("signing in again");
  }
}
