/** What processes use, as the kernel counts it: memory of their own, and processor time by thread. */

import { readFile, readdir } from "node:fs/promises";
import type { Chrome } from "./chrome.ts";

/** Bytes that a process holds of its own: resident pages less those that it shares with a file. */
async function held(pid: number): Promise<number> {
  const [, resident, shared] = (await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "0 0 0")).split(" ").map(Number);
  return ((resident ?? 0) - (shared ?? 0)) * 4096;
}

/** The same of several together. */
async function sum(pids: number[]): Promise<number> {
  return (await Promise.all(pids.map(held))).reduce((a, b) => a + b, 0);
}

/** Memory of some processes above what they held when it began, in bytes. */
export class Memory {
  #most = 0;
  #watching = true;
  readonly #watch: Promise<void>;

  private constructor(
    private readonly pids: number[],
    private readonly idle: number,
  ) {
    this.#watch = (async () => {
      while (this.#watching) {
        await this.#look();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
  }

  /** Watches them from now on. */
  static async watch(pids: number[]): Promise<Memory> {
    return new Memory(pids, await sum(pids));
  }

  async #look(): Promise<void> {
    this.#most = Math.max(this.#most, (await sum(this.pids)) - this.idle);
  }

  /** The most since it was asked last. */
  async most(): Promise<number> {
    await this.#look();
    const most = this.#most;
    this.#most = 0;
    return most;
  }

  /** The most since it was asked last; the end. */
  async stop(): Promise<number> {
    this.#watching = false;
    await this.#watch;
    return this.most();
  }
}

/** Seconds of the processor by what used them. */
export type Seconds = Map<string, number>;

/** Processor time of each thread so far, by the name that it is told under. */
async function used(pids: Record<string, number[]>): Promise<Seconds> {
  const all: Seconds = new Map();
  for (const [what, of] of Object.entries(pids)) {
    for (const pid of of) {
      for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
        // The name stands in brackets and may hold any of them.
        const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => "");
        const [, name, rest] = /\((.*)\) (.*)/s.exec(stat) ?? [];
        if (name === undefined) continue;
        const fields = rest!.split(" ");
        const key = `${what}: ${thread === String(pid) ? "main" : name.replace(/[\d/:-]+$/, "")}`;
        // Hundredths of a second.
        all.set(key, (all.get(key) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
      }
    }
  }
  return all;
}

/** Counts what the threads of a browser, and of other processes beside it, use from now until `stop`. */
export async function watchProcessor(chrome: Chrome, beside: Record<string, number[]> = {}): Promise<{ stop: () => Promise<Seconds> }> {
  const { browser, renderers, helpers } = await chrome.processes();
  const pids = { browser: [browser], page: renderers, helpers, ...beside };
  const before = await used(pids);
  return {
    async stop() {
      const after = await used(pids);
      return new Map([...after].map(([key, seconds]) => [key, seconds - (before.get(key) ?? 0)]));
    },
  };
}

/** "name 12, ...": the threads that used most, in `unit`s of so many seconds. */
export function most(all: Seconds, unit: number, count = 8): string {
  const sorted = [...all].sort(([, a], [, b]) => b - a).slice(0, count);
  return sorted.map(([name, seconds]) => `${name} ${(seconds / unit).toFixed(0)}`).join(", ");
}

/** Waits until the browser has done what comes after a choice of files: it goes on registering them for a while. */
export async function settled(chrome: Chrome): Promise<void> {
  for (let calm = 0; calm < 3; ) {
    const watch = await watchProcessor(chrome);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const seconds = [...(await watch.stop()).values()].reduce((a, b) => a + b, 0);
    calm = seconds < 0.05 ? calm + 1 : 0;
  }
}
