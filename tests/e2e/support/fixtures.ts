/** `test` with a backend for each file's tests, and pages whose console is listened to. */

import { test as base } from "@playwright/test";
import { startBackend, type Backend } from "./backend.ts";
import { Console } from "./checks.ts";

export const test = base.extend<{ log: Console }, { backend: Backend }>({
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
});

export { expect } from "@playwright/test";
