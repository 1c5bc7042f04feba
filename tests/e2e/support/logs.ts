/** Tasks whose logs are looked at. */

import { expect, type Locator, type Page } from "@playwright/test";
import { Api } from "./api.ts";
import { App, newAccount } from "./app.ts";
import { words } from "./words.ts";

const t = words("en");

/** A page signed in, and a task of an account's that runs a script with a program. */
export async function running(page: Page, url: string, script: string, program = "bash"): Promise<{ app: App; api: Api; task: string }> {
  const api = await Api.register(url, newAccount());
  const entity = await api.create("code", "code", 0);
  const version = await api.upload(entity, "code", [{ path: "main", text: script }]);
  const app = new App(page, url, t);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(page).not.toHaveURL(/login/);
  return { app, api, task: await api.run(version, `${program} main`) };
}

/** Waits until all of the log is there. */
export const ended = (page: Page, seconds = 60): Promise<void> =>
  expect(page.getByText(t("log.ended"), { exact: true }).first()).toBeVisible({ timeout: seconds * 1000 });

/** The lines. */
export const lines = (page: Page): Locator => page.getByRole("region", { name: t("log.lines") });
