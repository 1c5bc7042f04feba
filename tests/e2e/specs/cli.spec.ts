/** Browser and russell-cli side by side: what one does, the other shows. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startCli } from "../support/cli.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

test("a version pushed by the CLI is there, its task runs live, and one stopped in the browser is stopped for the CLI", async ({ page, backend, log }) => {
  const account = newAccount();
  const api = await Api.register(backend.url, account);
  await api.create("code", "both");
  const app = new App(page, backend.url, t);
  await app.open("/login");
  await app.signIn(account.name, account.password);
  await expect(page).not.toHaveURL(/login/);
  const cli = await startCli(backend.url);
  try {
    expect(await cli.russell("login", "-u", account.name, "-p", account.password)).toContain("Login Successful");
    expect(await cli.russell("init", "--name", "both")).toContain("initialized");
    const script = "for i in 1 2 3; do echo 行 $i; sleep 0.5; done; sleep 600\n";
    await writeFile(join(cli.folder, "main.sh"), script);
    const said = await cli.russell("run", "-m", "from a terminal", "bash main.sh");
    const task = said.match(/^([0-9a-f]{32}) /m)?.[1];
    expect(task, said).toBeTruthy();

    // What it pushed, to the letter.
    await app.open(`/${account.name}/project/both/files/1/main.sh`);
    await expect(page.getByText("for i in 1 2 3; do echo 行 $i", { exact: false })).toBeVisible();

    // What it started, live.
    await app.open(`/task/${task}/log`);
    await expect(page.getByText("行 3", { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(t("task.state_running"), { exact: true }).first()).toBeVisible();
    expect(await cli.russell("status", task!)).toMatch(/\brunning\b/);

    // What the browser stops.
    await app.button("task.stop").click();
    await page.getByRole("dialog").getByRole("button", { name: t("task.stop_yes"), exact: true }).click();
    await expect(page.getByText(t("task.state_stopped"), { exact: true }).first()).toBeVisible({ timeout: 20_000 });
    expect(await cli.russell("status", task!)).toMatch(/\bstopped\b/);
    log.silent("beside the CLI");
  } finally {
    await cli.remove();
  }
});
