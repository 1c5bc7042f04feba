/** Firefox, driven over WebDriver by Mozilla's own geckodriver: Playwright only knows a Firefox of its own. */

import { join } from "node:path";
import { Server, temporary } from "./process.ts";

/** Under this key WebDriver names an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** Milliseconds between two looks. */
const PAUSE = 100;

/** What has this role. Firefox calls a password something else than a textbox, so that it is not asked. */
const CANDIDATES = { button: "button", textbox: "input", link: "a[href]", region: "section[aria-label]" };
export type Role = keyof typeof CANDIDATES;

type Element = Record<typeof ELEMENT, string>;

/** A Firefox with one tab and a profile that outlives it. */
export class Firefox {
  private constructor(
    private readonly driver: Server,
    private readonly session: string,
    /** Process id of the browser. */
    readonly pid: number,
    private readonly profile: { path: string; remove: () => Promise<void> },
  ) {}

  static async start(profile?: Firefox["profile"]): Promise<Firefox> {
    const driver = new Server(process.env["GECKODRIVER"] ?? "geckodriver", ["--port", "0"]);
    try {
      const [, address] = await driver.said(/Listening on ([\d.]+:\d+)/);
      const folder = profile ?? (await temporary());
      // Without these it asks its makers for this and that.
      const prefs = { "app.normandy.enabled": false, "datareporting.policy.dataSubmissionEnabled": false, "intl.accept_languages": "en-GB", "intl.locale.requested": "en-GB" };
      const binary = process.env["FIREFOX"];
      const options = { args: ["-headless", "-profile", join(folder.path)], prefs, ...(binary === undefined ? {} : { binary }) };
      const session = `http://${address}/session`;
      const made = await call<{ sessionId: string; capabilities: { "moz:processID": number } }>("POST", session, {
        capabilities: { alwaysMatch: { browserName: "firefox", "moz:firefoxOptions": options } },
      });
      return new Firefox(driver, `${session}/${made.sessionId}`, made.capabilities["moz:processID"], folder);
    } catch (error) {
      await driver.stop();
      throw error;
    }
  }

  async open(url: string): Promise<void> {
    await call("POST", `${this.session}/url`, { url });
  }

  async reload(): Promise<void> {
    await call("POST", `${this.session}/refresh`, {});
  }

  async url(): Promise<string> {
    return call("GET", `${this.session}/url`);
  }

  /** The element with this role whose name, as Firefox tells it to screen readers, is `name` or fits it; soon. */
  async find(role: Role, name: string | RegExp, seconds = 20): Promise<string> {
    const fits = (label: string): boolean => (typeof name === "string" ? label === name : name.test(label));
    return soon(`a ${role} ${name}`, seconds, async () => {
      for (const id of await this.all(CANDIDATES[role])) {
        if (fits(await this.of<string>(id, "computedlabel"))) return id;
      }
      return undefined;
    });
  }

  async press(role: Role, name: string | RegExp, seconds?: number): Promise<void> {
    await this.act(await this.find(role, name, seconds), "click", {});
  }

  async fill(name: string | RegExp, text: string): Promise<void> {
    await this.act(await this.find("textbox", name), "value", { text });
  }

  /** Chooses files of the disk where they are asked for with these words. */
  async choose(words: string, paths: string[], seconds = 20): Promise<void> {
    const css = `input[type=file][aria-label=${JSON.stringify(words)}]`;
    const input = await soon(`a choice "${words}"`, seconds, async () => (await this.all(css))[0]);
    await this.act(input, "value", { text: paths.join("\n") });
  }

  /** Waits until something with this role and name says this. */
  async says(role: Role, name: string, words: string, seconds = 20): Promise<void> {
    let seen = "nothing";
    const look = async (): Promise<true | undefined> => {
      seen = await this.of<string>(await this.find(role, name), "text");
      return seen.includes(words) || undefined;
    };
    await soon(`"${words}"`, seconds, look).catch((error: unknown) => {
      throw new Error(`${String(error)}; it says: ${seen}`);
    });
  }

  /** Kills it, as a crash would, and starts it with what it has kept. */
  async again(): Promise<Firefox> {
    process.kill(this.pid, "SIGKILL");
    await this.driver.stop();
    return Firefox.start(this.profile);
  }

  async remove(): Promise<void> {
    await call("DELETE", this.session).catch(() => {});
    await this.driver.stop();
    await this.profile.remove();
  }

  private async all(css: string): Promise<string[]> {
    const found = await call<Element[]>("POST", `${this.session}/elements`, { using: "css selector", value: css });
    return found.map((element) => element[ELEMENT]);
  }

  private async of<T>(id: string, what: string): Promise<T> {
    return call("GET", `${this.session}/element/${id}/${what}`);
  }

  private async act(id: string, what: string, body: unknown): Promise<void> {
    await call("POST", `${this.session}/element/${id}/${what}`, body);
  }
}

/** An answer of WebDriver that is none: the name of the error stands in `code`. */
class Refused extends Error {
  constructor(
    readonly code: string,
    words: string,
  ) {
    super(`${code}: ${words}`);
  }
}

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Refused(value.error ?? String(response.status), value.message ?? "");
  return value;
}

/** What `look` finds, asked again and again; elements that went meanwhile are not there yet. */
async function soon<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof Refused && ["no such element", "stale element reference"].includes(error.code)) return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`Firefox: not there after ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
