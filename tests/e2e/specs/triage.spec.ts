/** Why a task failed: the probable cause, and the lines of its log that show it. */

import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

const PROGRAM = `import sys
print("<b>epoch 1</b>", flush=True)
def load(path):
    return open(path)
load("/input/none.csv")
`;

test("a program that misses a file says which, where, and in which lines", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("code", "code", 0);
  const version = await api.upload(entity, "code", [{ path: "train.py", text: PROGRAM }]);
  const app = new App(page, backend.url, t);
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(page).not.toHaveURL(/login/);
  const task = await api.run(version, "python3 train.py");
  await app.open(`/task/${task}`);
  const note = page.getByRole("status").filter({ hasText: t("task.why_file") });
  await expect(note).toBeVisible({ timeout: 30_000 });
  await expect(note).toContainText("No such file or directory: '/input/none.csv'");
  await expect(note).toContainText("train.py:4 in load");
  await expect(note).toContainText(t("task.why_file_hint"));
  // The numbers are those of the log, platform's lines counted.
  const whole = (await api.log(task)).split("\n");
  const first = whole.indexOf("Traceback (most recent call last):") + 1;
  const last = whole.findIndex((line) => line.startsWith("FileNotFoundError")) + 1;
  const shown = note.getByRole("region", { name: t("task.tab_log"), exact: true });
  await expect(shown).toHaveText(new RegExp("^Traceback[^]*none\\.csv'\\n?$"));
  const way = note.getByRole("link", { name: `L${first}-L${last}` });
  await expect(way).toHaveAttribute("href", new RegExp(`/task/${task}/log#L${first}-L${last}$`));
  await accessible(page, "why a task failed");
  await picture(page, "task/triage");
  await way.click();
  await expect(page).toHaveURL(new RegExp(`/log#L${first}-L${last}$`));
  await expect(page.getByText("<b>epoch 1</b>", { exact: true })).toBeVisible({ timeout: 30_000 });
  log.silent("why a task failed");
});
