/** What a person does in the app, as the tests say it: one function an act, found by roles and labels only. */

import { expect, type Locator, type Page } from "@playwright/test";
import { byKeyboard, kept } from "./keyboard.ts";
import { pattern, type Key, type Words } from "./words.ts";

export interface Account {
  name: string;
  email: string;
  password: string;
}

/** An account that nobody has yet. */
export function newAccount(stem = "user"): Account {
  const name = `${stem}-${Math.random().toString(36).slice(2, 10)}`;
  return { name, email: `${name}@example.org`, password: `correct horse ${name}` };
}

/** The app in one tab. */
export class App {
  constructor(
    readonly page: Page,
    /** Its address, with a slash at the end. */
    readonly url: string,
    /** The texts of the language in use. */
    readonly t: Words,
  ) {}

  /** Opens a path of the app. */
  async open(path: string): Promise<void> {
    if (byKeyboard()) await kept(this.page);
    await this.page.goto(new URL(path.replace(/^\//, ""), this.url).href);
    await this.shown();
  }

  /** Waits until a page is on screen. Leptos gives inputs their value with the first frame: nobody types before it. */
  async shown(): Promise<void> {
    await this.heading().first().waitFor();
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }

  /** Path and query in the address bar, below the app's base, without fragment. */
  get path(): string {
    const url = new URL(this.page.url());
    return `/${url.pathname.slice(new URL(this.url).pathname.length)}${url.search}`;
  }

  heading(name?: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, ...(name === undefined ? {} : { name }) });
  }

  button(key: Key): Locator {
    return this.page.getByRole("button", { name: this.t(key), exact: true });
  }

  link(key: Key): Locator {
    return this.page.getByRole("link", { name: this.t(key), exact: true });
  }

  /** The input with this label, whether "optional" stands beside it or not. */
  field(key: Key): Locator {
    const label = this.t(key).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return this.page.getByLabel(new RegExp(`^${label}\\s*(${this.t("common.optional")})?$`)).and(this.page.locator("input:not([type=radio]), textarea, select"));
  }

  /** Makes an account through the form and lands on the welcome page. */
  async register(account: Account): Promise<void> {
    await this.open("/register");
    await this.field("account.username").fill(account.name);
    await this.field("account.email").fill(account.email);
    await this.field("account.password").fill(account.password);
    await this.button("account.register").click();
    await expect(this.page).toHaveURL(/\/welcome$/);
  }

  /** Fills in the sign-in form and sends it. */
  async signIn(login: string, password: string): Promise<void> {
    await this.field("account.login").fill(login);
    await this.field("account.password").fill(password);
    await this.page.getByRole("main").getByRole("button", { name: this.t("account.sign_in"), exact: true }).click();
  }

  async signOut(account: Account): Promise<void> {
    // A page that arrives takes the focus, and a menu without it closes.
    await expect(async () => {
      await this.page.getByRole("button", { name: this.t("shell.account", { user: account.name }) }).click();
      await this.page.getByRole("menuitem", { name: this.t("shell.sign_out") }).click({ timeout: 2_000 });
    }).toPass();
    await expect(this.page.getByRole("banner").getByRole("link", { name: this.t("shell.sign_in") })).toBeVisible();
  }

  /** Drops a folder of the disk where it is offered, as a file manager does; with the keyboard alone it is chosen. */
  async dropFolder(path: string): Promise<void> {
    if (byKeyboard()) {
      return this.page.getByLabel(this.t("upload.choose_folder"), { exact: true }).and(this.page.locator("input")).setInputFiles(path);
    }
    return this.drop(this.dropZone(), [path]);
  }

  /** Drops files and folders of the disk onto an element, as a file manager does. */
  async drop(target: Locator, files: string[]): Promise<void> {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    if (!box) throw new Error("nothing to drop on");
    const session = await this.page.context().newCDPSession(this.page);
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await session.send("Input.dispatchDragEvent", { type, ...point, data });
    }
    await session.detach();
  }

  /** Where files are dropped. */
  dropZone(): Locator {
    return this.page.getByText(this.t("upload.drop_here"), { exact: true });
  }

  /** Chooses files of the disk in the upload form. */
  async chooseFiles(paths: string[]): Promise<void> {
    await this.page.getByLabel(this.t("upload.choose_files"), { exact: true }).and(this.page.locator("input")).setInputFiles(paths);
  }

  /** The button that begins the upload of what was chosen. */
  startUpload(): Locator {
    return this.page.getByRole("button", { name: pattern(this.t, "upload.start") });
  }

  /** The uploads of the tab. */
  dock(): Locator {
    return this.page.getByRole("region", { name: this.t("upload.title"), exact: true });
  }

  /** Chooses the folder of an upload that another page has begun again. */
  async chooseAgain(folder: string): Promise<void> {
    const input = this.dock().getByLabel(this.t("upload.choose_folder_again"), { exact: true }).and(this.page.locator("input"));
    await expect(input).toHaveCount(1);
    await input.setInputFiles(folder);
  }

  /** Sees the version become ready within so many seconds, in the dock, which says what changed where it is told. */
  async uploaded(version: number, changes?: string, seconds = 60): Promise<void> {
    const done = changes === undefined ? this.t("upload.done", { version }) : this.t("upload.done_changes", { version, changes });
    // Beside it, it is told to screen readers.
    await expect(this.dock().getByRole("listitem").getByText(done, { exact: true }).first()).toBeVisible({ timeout: seconds * 1000 });
  }
}
