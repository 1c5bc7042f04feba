/** The app in a browser that nobody looks into: what a user does there, and how long it takes. */

import type { Account } from "../support/app.ts";
import { words } from "../support/words.ts";
import type { Chrome, Tab } from "./chrome.ts";
import { settled } from "./memory.ts";

const t = words("en");

interface Told {
  /** Tasks of the page's thread of at least 50 ms since it was asked last, in milliseconds. */
  tasks?: number[];
}

/** In a page: clicks a button by its words, if it is there. */
function press(name: string): boolean {
  const named = (button: HTMLButtonElement): boolean => (button.getAttribute("aria-label") ?? button.textContent!.trim()) === name;
  const button = [...document.querySelectorAll("button")].find((button) => named(button) && !button.disabled && button.checkVisibility());
  button?.click();
  return button !== undefined;
}

export class Bare {
  /** Seconds of the last upload after its last byte: the server checks what it has. */
  finishing = 0;

  private constructor(
    readonly tab: Tab,
    private readonly url: string,
    private readonly account: Account,
  ) {}

  /** A tab in which the account is signed in. */
  static async signedIn(chrome: Chrome, url: string, account: Account): Promise<Bare> {
    const tab = await chrome.tab();
    await tab.open(`${url}login`);
    const fields = { login: account.name, password: account.password };
    await tab.until((names: string[]) => names.every((name) => document.querySelector(`input[name="${name}"]`)), Object.keys(fields));
    // Leptos gives inputs their value with the first frame.
    await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)))));
    await tab.evaluate((fields: Record<string, string>) => {
      for (const [name, value] of Object.entries(fields)) {
        const input = document.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      document.querySelector("form")!.requestSubmit();
    }, fields);
    await tab.until(() => !location.pathname.startsWith("/login"));
    return new Bare(tab, url, account);
  }

  /** Opens the upload page of a dataset, and begins to listen for long tasks. */
  async uploadPage(dataset: string): Promise<void> {
    await this.open(`${this.account.name}/dataset/${dataset}/upload`);
    await this.tab.until((label: string) => Boolean(document.querySelector(`input[type=file][aria-label="${label}"]`)), t("upload.choose_folder"));
    await settled(this.tab.chrome);
    await this.listen();
  }

  /** Opens a path of the app. */
  async open(path: string): Promise<void> {
    await this.tab.open(`${this.url}${path}`);
  }

  /** Presses a button by its words as soon as it is there. */
  async press(name: string): Promise<void> {
    await this.tab.until(press, name);
  }

  /** Begins to listen for long tasks. */
  async listen(): Promise<void> {
    await this.tab.evaluate(() => {
      const told = window as unknown as Told;
      told.tasks = [];
      new PerformanceObserver((list) => void told.tasks!.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    });
  }

  /** Drops files or folders of the disk, as a file manager does; seconds until the button that sends them is there. */
  async choose(...paths: string[]): Promise<number> {
    const begin = performance.now();
    await this.tab.drop(paths);
    // How many bytes and files are said on it.
    await this.#shown("start");
    return (performance.now() - begin) / 1000;
  }

  /** Seconds until a button or words are there whose beginning a text of the app has. */
  async #shown(key: "start" | "compared"): Promise<void> {
    const parts = { start: [t("upload.start", { bytes: "\n", count: "" }), t("upload.start_some", { bytes: "\n", count: "", sent: "" }), t("upload.start_nothing")], compared: [t("upload.compared", { changes: "\n" }), t("upload.unchanged")] };
    const beginnings = parts[key].map((text) => text.split("\n")[0]!);
    const there = (beginnings: string[]): boolean => {
      const all = [...document.querySelectorAll("main button, main p")];
      return all.some((one) => beginnings.some((beginning) => one.textContent!.trim().startsWith(beginning)));
    };
    await this.tab.until(there, beginnings, 600);
  }

  /** Waits until what was chosen is compared with the newest version. */
  async compared(): Promise<void> {
    await this.#shown("compared");
  }

  /** Presses the button that sends what was chosen. */
  async #start(): Promise<void> {
    const beginnings = [t("upload.start", { bytes: "\n", count: "" }), t("upload.start_nothing")].map((text) => text.split("\n")[0]!);
    const pressed = await this.tab.evaluate((beginnings: string[]) => {
      const button = [...document.querySelectorAll<HTMLButtonElement>("main button")].find((one) => beginnings.some((beginning) => one.textContent!.trim().startsWith(beginning)) && !one.disabled);
      button?.click();
      return button !== undefined;
    }, beginnings);
    if (!pressed) throw new Error("what was chosen cannot be sent");
  }

  /** Seconds until the dock says that the version is there. */
  async #ready(version: number): Promise<number> {
    const words = [t("upload.done", { version }), t("upload.done_changes", { version, changes: "\n" }).split("\n")[0]!];
    const begin = performance.now();
    this.finishing = await this.tab.evaluate(
      async ({ title, remove, finishing, words }: { title: string; remove: string; finishing: string; words: string[] }) => {
        let sent = Infinity;
        for (;;) {
          const entry = document.querySelector(`section[aria-label="${title}"] li`);
          const said = entry?.querySelector("p")?.textContent ?? "";
          if (said === finishing) sent = Math.min(sent, performance.now());
          if (words.some((word) => said.startsWith(word))) return Math.max(0, performance.now() - sent) / 1000;
          // What is over can be removed.
          if (entry?.querySelector(`button[aria-label="${remove}"]`)) throw new Error(said);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      { title: t("upload.title"), remove: t("upload.remove"), finishing: t("upload.finishing"), words },
    );
    return (performance.now() - begin) / 1000;
  }

  /** Sends what was chosen; seconds from the press of the button to "version N is ready". */
  async send(version = 1): Promise<number> {
    const begin = performance.now();
    await this.#start();
    await this.#ready(version);
    return (performance.now() - begin) / 1000;
  }

  /** Seconds from the end of an upload until the page has compared what is stored; none where it does not within `seconds`. */
  async checked(seconds: number): Promise<number | undefined> {
    const begin = performance.now();
    const beginning = t("upload.checked", { count: "\n" }).split("\n")[0]!;
    const told = (beginning: string): boolean => {
      const wrong = document.querySelector("section li .dock-wrong");
      if (wrong) throw new Error(wrong.textContent!);
      return [...document.querySelectorAll("section li p")].some((one) => one.textContent!.startsWith(beginning));
    };
    while (performance.now() - begin < seconds * 1000) {
      if (await this.tab.evaluate(told, beginning)) return (performance.now() - begin) / 1000;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  /** Sends about half, pauses, does something, goes on; seconds from then to "version N is ready". */
  async sendInTwo(between: () => Promise<void>, version = 1): Promise<number> {
    await this.#start();
    await this.tab.until(() => (document.querySelector<HTMLProgressElement>("section progress")?.value ?? 0) >= 0.45, undefined, 300, 10);
    await this.tab.until(press, t("upload.pause"));
    // What is on its way still arrives.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await between();
    const begin = performance.now();
    await this.tab.until(press, t("upload.resume"));
    await this.#ready(version);
    return (performance.now() - begin) / 1000;
  }

  /** The longest task of the page's thread since it was asked last, in milliseconds; 0 when none took 50. */
  async longestTask(): Promise<number> {
    // They are told some time after their end.
    await new Promise((resolve) => setTimeout(resolve, 500));
    return this.tab.evaluate(() => Math.max(0, ...(window as unknown as Told).tasks!.splice(0)));
  }
}
