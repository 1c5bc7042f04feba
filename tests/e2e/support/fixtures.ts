/** `test` with a backend for each file's tests, and pages whose console is listened to. */

import { test as base } from "@playwright/test";
import { startBackend, type Backend } from "./backend.ts";
import { Console } from "./checks.ts";
import { byKeyboard, takeMouseAway } from "./keyboard.ts";

export const test = base.extend<{ log: Console; hands: void }, { backend: Backend }>({
  backend: [
    // The empty pattern is what Playwright reads the fixture's dependencies from.
    async ({}, use) => {
      const backend = await startBackend();
      await use(backend);
      await backend.remove();
    },
    { scope: "worker" },
  ],
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
