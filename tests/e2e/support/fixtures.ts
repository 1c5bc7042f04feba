/** `test` with a backend for each file's tests, and pages whose console is listened to. */

import { test as base } from "@playwright/test";
import { startBackend, type Backend } from "./backend.ts";
import { Console } from "./checks.ts";
import { byKeyboard, takeMouseAway } from "./keyboard.ts";

/**
 * The backend of the file whose tests run. One process runs many files; what one of them leaves behind (accounts,
 * of which an address may register so many at a time) is not the next one's business.
 */
class Backends {
  #file = "";
  #backend: Backend | undefined;

  async of(file: string): Promise<Backend> {
    if (this.#backend && this.#file === file) return this.#backend;
    await this.remove();
    this.#file = file;
    return (this.#backend = await startBackend());
  }

  async remove(): Promise<void> {
    await this.#backend?.remove();
    this.#backend = undefined;
  }
}

export const test = base.extend<{ backend: Backend; log: Console; hands: void }, { backends: Backends }>({
  backends: [
    // The empty pattern is what Playwright reads the fixture's dependencies from.
    async ({}, use) => {
      const backends = new Backends();
      await use(backends);
      await backends.remove();
    },
    { scope: "worker" },
  ],
  backend: async ({ backends }, use, info) => {
    await use(await backends.of(info.file));
  },
  log: async ({ page }, use) => {
    await use(new Console(page));
  },
  hands: [
    async ({ page }, use) => {
      const giveBack = byKeyboard() ? takeMouseAway(page) : () => {};
      await use();
      giveBack();
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
