/**
 * Chromium over a pipe, with nothing switched on in it: Playwright watches each page's network, which slows bodies of
 * an ArrayBuffer down to a few MB/s. Only what measures need is here.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { launch } from "../support/browser.ts";
import { temporary } from "../support/process.ts";

type Answer = Record<string, unknown>;

/** Ids of the browser's processes. */
export interface Processes {
  browser: number;
  /** Those that run pages and their workers. */
  renderers: number[];
  /** Those that help: network, storage, GPU. */
  helpers: number[];
}

export class Chrome {
  readonly #child: ChildProcess;
  readonly #out: Writable;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #listeners: ((method: string, params: Answer, session: string | undefined) => void)[] = [];
  #last = 0;

  private constructor(child: ChildProcess, private readonly gone: () => Promise<void>) {
    this.#child = child;
    this.#out = child.stdio[3] as Writable;
    let rest = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop()!;
      for (const message of messages) this.#take(JSON.parse(message));
    });
    child.on("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser is gone"));
      this.#waiting.clear();
    });
  }

  /** Starts one with an empty profile. */
  static async start(args: string[] = []): Promise<Chrome> {
    const profile = await temporary();
    const all = ["--headless=new", `--user-data-dir=${profile.path}`, "--remote-debugging-pipe", "--window-size=1440,900", "--lang=en-GB", ...launch.args!, ...args, "about:blank"];
    const child = spawn(launch.executablePath!, all, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const chrome = new Chrome(child, profile.remove);
    await chrome.send("Browser.getVersion");
    return chrome;
  }

  #take({ id, method, params, sessionId, result, error }: { id?: number; method?: string; params?: Answer; sessionId?: string; result?: Answer; error?: { message: string } }): void {
    if (method !== undefined) {
      for (const listener of this.#listeners) listener(method, params ?? {}, sessionId);
      return;
    }
    const waiting = this.#waiting.get(id!);
    this.#waiting.delete(id!);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result ?? {});
  }

  /** One command of the DevTools protocol. */
  send(method: string, params: Answer = {}, session?: string): Promise<Answer> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
      this.#out.write(`${JSON.stringify({ id, method, params, ...(session === undefined ? {} : { sessionId: session }) })}\0`);
    });
  }

  /** Calls back at each event of the protocol until the answer is called. */
  listen(listener: (method: string, params: Answer, session: string | undefined) => void): () => void {
    this.#listeners.push(listener);
    return () => void (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  /** A new tab. */
  async tab(): Promise<Tab> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    return new Tab(this, targetId as string, sessionId as string);
  }

  async processes(): Promise<Processes> {
    const { processInfo } = (await this.send("SystemInfo.getProcessInfo")) as { processInfo: { type: string; id: number }[] };
    const of = (wanted: (type: string) => boolean): number[] => processInfo.filter(({ type }) => wanted(type)).map(({ id }) => id);
    return { browser: this.#child.pid!, renderers: of((type) => type === "renderer"), helpers: of((type) => type !== "renderer" && type !== "browser") };
  }

  /** Ends it and forgets its profile. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, "exit");
      this.send("Browser.close").catch(() => {});
      await gone;
    }
    await this.gone();
  }
}

export class Tab {
  constructor(
    readonly chrome: Chrome,
    private readonly target: string,
    readonly session: string,
  ) {}

  send(method: string, params: Answer = {}): Promise<Answer> {
    return this.chrome.send(method, params, this.session);
  }

  /** Loads an address and waits for all of it. */
  async open(url: string): Promise<void> {
    // What is awaited must not be found in the page before.
    await this.evaluate(() => void ((window as unknown as { before?: boolean }).before = true));
    await this.send("Page.navigate", { url });
    await this.until(() => !(window as unknown as { before?: boolean }).before && document.readyState === "complete");
  }

  /** What a function, which gets to know nothing but its argument, answers in the page. */
  async evaluate<A, T>(what: (argument: A) => T | Promise<T>, argument?: A): Promise<T> {
    const expression = `(${what.toString()})(${JSON.stringify(argument) ?? ""})`;
    const { result, exceptionDetails } = (await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until a function answers true in the page, for so many seconds; asked every so many milliseconds. */
  async until<A>(what: (argument: A) => boolean, argument?: A, seconds = 60, every = 20): Promise<void> {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      // A page that is being replaced cannot answer.
      if (await this.evaluate(what, argument).catch(() => false)) return;
      if (Date.now() > until) throw new Error(`never: ${what.toString()} (${JSON.stringify(argument)}) at ${await this.evaluate(() => `${location.href}\n${document.body.innerText}`)}`);
      await new Promise((resolve) => setTimeout(resolve, every));
    }
  }

  /** Chooses files or one folder of the disk in the input that the expression answers. */
  async choose(input: string, paths: string[]): Promise<void> {
    const { result } = (await this.send("Runtime.evaluate", { expression: input })) as { result: { objectId?: string } };
    if (result.objectId === undefined) throw new Error(`no input: ${input}`);
    await this.send("DOM.setFileInputFiles", { files: paths, objectId: result.objectId });
    await this.send("Runtime.releaseObject", { objectId: result.objectId });
  }

  /** Drops files and folders of the disk in the middle of the page. */
  async drop(files: string[]): Promise<void> {
    const [x, y] = await this.evaluate(() => [innerWidth / 2, innerHeight / 2]);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) await this.send("Input.dispatchDragEvent", { type, x, y, data });
  }

  async close(): Promise<void> {
    await this.chrome.send("Target.closeTarget", { targetId: this.target });
  }
}
