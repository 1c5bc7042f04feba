/** What an owner does with projects and datasets: rename, delete and restore, download, reuse, preview. */

import { execFileSync } from "node:child_process";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

async function signedIn(app: App, api: Api): Promise<void> {
  await app.open("/login");
  await app.signIn(api.account.name, api.account.password);
  await expect(app.page).not.toHaveURL(/login/);
}

test("a deleted project comes back from the message and from the trash, with version and task", { tag: "@journey" }, async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "digits");
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "echo hello\n" }]);
  const task = await api.run(version, "bash main.sh");
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  const path = `${api.account.name}/digits`;
  const remove = async (): Promise<void> => {
    await app.open(`/${api.account.name}/project/digits/settings`);
    await app.button("entity.settings.confirm_project").click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(t("manage.goes_tasks", { count: 1 }))).toBeVisible();
    const confirm = dialog.getByRole("button", { name: t("entity.settings.confirm_project"), exact: true });
    await dialog.getByLabel(t("entity.settings.type_name", { name: "digits" })).fill("digit");
    await expect(confirm).toHaveAttribute("aria-disabled", "true");
    await dialog.getByLabel(t("entity.settings.type_name", { name: "digits" })).fill("digits");
    await accessible(page, "delete project");
    await picture(page, "entities/delete");
    await confirm.click();
    await expect(page.getByText(t("manage.moved", { name: path }))).toBeVisible();
  };
  await remove();
  await page.getByRole("button", { name: t("manage.undo"), exact: true }).click();
  await page.getByRole("link", { name: t("manage.open"), exact: true }).click();
  await expect(app.heading(new RegExp(path.replace("/", " / ")))).toBeVisible();
  await remove();
  await page.getByRole("link", { name: t("manage.trash"), exact: true }).click();
  await expect(app.heading(t("trash.title"))).toBeVisible();
  await expect(page.getByText(path, { exact: true })).toBeVisible();
  await accessible(page, "trash");
  await fits(page, "trash");
  await picture(page, "entities/trash");
  await page.getByRole("button", { name: t("trash.restore_this", { name: path }) }).click();
  await expect(page.getByText(t("trash.restored", { name: path }))).toBeVisible();
  await expect(page.getByText(t("trash.empty"))).toBeVisible();
  await app.open(`/task/${task}`);
  await expect(page.getByText(t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  log.silent("delete and restore");
});

test("a name that is taken meanwhile asks for another, and for good is for good", { tag: "@journey" }, async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  await api.create("data", "iris");
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  await app.open(`/${api.account.name}/dataset/iris/settings`);
  await app.button("entity.settings.confirm_dataset").click();
  await page.getByRole("dialog").getByLabel(t("entity.settings.type_name", { name: "iris" })).fill("iris");
  // With the keyboard alone.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const path = `${api.account.name}/iris`;
  await expect(page.getByText(t("manage.moved", { name: path }))).toBeVisible();
  await api.create("data", "iris");
  await app.open("/trash");
  await page.getByRole("button", { name: t("trash.restore_this", { name: path }) }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel(t("trash.clash_name"))).toHaveValue("iris-2");
  await accessible(page, "name taken");
  await picture(page, "entities/clash");
  await dialog.getByRole("button", { name: t("trash.restore"), exact: true }).click();
  await page.getByRole("link", { name: t("trash.open"), exact: true }).click();
  await expect(page).toHaveURL(/dataset\/iris-2$/);
  log.silent("name taken");
});

test("renamed and made private, with the old address leading on", { tag: "@journey" }, async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "old-name");
  await api.upload(project, "code", [{ path: "README.md", text: "# Read\n\n```python\nprint('x')  # no\n```\n\n- [x] done\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n" }]);
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  const base = `/${api.account.name}/project`;
  await app.open(`${base}/old-name/settings`);
  await accessible(page, "settings");
  await picture(page, "entities/settings");
  const name = page.getByLabel(t("new.name"), { exact: true });
  await name.fill("a b");
  await page.getByRole("button", { name: t("manage.save"), exact: true }).click();
  await expect(page.getByText(t("new.name_illegal"))).toBeVisible();
  await expect(name).toHaveValue("a b");
  await name.fill("new-name");
  await page.getByText(t("common.private"), { exact: true }).last().click();
  await expect(page.getByText(t("manage.closing"))).toBeVisible();
  await picture(page, "entities/settings-changed");
  await page.getByRole("button", { name: t("manage.save"), exact: true }).click();
  await expect(page.getByText(t("manage.saved"))).toBeVisible();
  await expect(page).toHaveURL(/project\/new-name\/settings$/);
  await app.open(`${base}/old-name/versions?page=1`);
  await expect(page).toHaveURL(/project\/new-name\/versions\?page=1$/);
  await app.open(`${base}/old-name`);
  await expect(page).toHaveURL(/project\/new-name$/);
  await expect(page.locator(".code-comment")).toHaveText("# no");
  await expect(page.getByRole("checkbox", { checked: true })).toBeVisible();
  await expect(page.getByRole("cell", { name: "2" })).toBeVisible();
  await accessible(page, "README");
  await picture(page, "entities/overview");
  log.silent("rename");
});

test("a version comes as a zip with its files", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const dataset = await api.create("data", "iris");
  const files = { "a.csv": "1,2\n", "数据/b c.txt": "x".repeat(200_000) };
  await api.upload(dataset, "data", Object.entries(files).map(([path, text]) => ({ path, text })));
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  await app.open(`/${api.account.name}/dataset/iris/versions`);
  await accessible(page, "versions");
  await fits(page, "versions");
  await picture(page, "entities/versions");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: t("manage.zip", { version: 1 }) }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("iris-1.zip");
  const list = execFileSync("python3", ["-c", "import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({i.filename: z.read(i).decode() for i in z.infolist() if not i.is_dir()}))", await download.path()]);
  expect(JSON.parse(list.toString())).toEqual(files);
  await expect(page.getByText(t("manage.zip_done", { name: "iris-1.zip" }))).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
  log.silent("zip");
});

test("an output becomes a dataset that a new task mounts", { tag: "@journey" }, async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "train");
  const version = await api.upload(project, "code", [{ path: "main.sh", text: "mkdir -p /output/best && echo weights > /output/best/model.txt\n" }]);
  const task = await api.run(version, "bash main.sh");
  const app = new App(page, backend.url, t);
  await signedIn(app, api);
  await app.open(`/task/${task}/output`);
  await app.button("manage.output").click({ timeout: 30_000 });
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t("new.name"), { exact: true }).fill("models");
  await accessible(page, "output to dataset");
  await picture(page, "entities/output");
  await dialog.getByRole("button", { name: t("manage.output_save"), exact: true }).click();
  await expect(page.getByText(t("manage.output_done", { version: 1, path: `${api.account.name}/models` }))).toBeVisible();
  await page.getByRole("link", { name: t("manage.open"), exact: true }).click();
  await expect(page).toHaveURL(/dataset\/models\/versions$/);
  await page.getByRole("button", { name: t("manage.use_it"), exact: true }).click();
  await page.getByRole("combobox", { name: t("manage.use_search") }).fill("tra");
  await picture(page, "entities/use");
  await page.getByRole("option", { name: /train/ }).click();
  await expect(page).toHaveURL(/project\/train\/run\?data=/);
  await expect(page.getByText(`${api.account.name}/models`).first()).toBeVisible();
  await app.field("run.command").fill("cat /input/*/best/model.txt");
  await page.getByRole("button", { name: t("run.start"), exact: true }).click();
  await expect(page.getByText("weights", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await app.open(`/${api.account.name}/dataset/models/tasks`);
  await expect(page.getByRole("link", { name: /cat \/input/ })).toBeVisible();
  await accessible(page, "tasks that mount");
  await picture(page, "entities/mounting");
  log.silent("output to dataset");
});

test("a notebook is shown and runs nothing", async ({ page, backend, log }) => {
  const api = await Api.register(backend.url, newAccount());
  const project = await api.create("code", "book");
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const evil = "<img src=x onerror=\"window.owned=1\"><script>window.owned=1</script>";
  const notebook = {
    nbformat: 4,
    metadata: { language_info: { name: "python" } },
    cells: [
      { cell_type: "markdown", source: `# 训练\n\n${evil} [x](javascript:window.owned=1)` },
      {
        cell_type: "code",
        execution_count: 3,
        source: "import pandas as pd  # tables\npd.DataFrame({'a': [1]})",
        outputs: [
          { output_type: "stream", name: "stdout", text: "\u001b[32mepoch 1\u001b[0m\n" },
          { output_type: "execute_result", data: { "text/html": `<table><tr><th>a</th></tr><tr><td>41${evil}</td></tr></table>` } },
          { output_type: "display_data", data: { "image/png": png, "text/plain": "<Figure>" } },
          { output_type: "display_data", data: { "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='window.owned=1' width='9' height='9'><script>window.owned=1</script></svg>" } },
          { output_type: "display_data", data: { "application/javascript": "window.owned=1" } },
          { output_type: "error", ename: "KeyError", evalue: "b", traceback: ["KeyError: 'b'"] },
        ],
      },
    ],
  };
  await api.upload(project, "code", [
    { path: "deep/train.ipynb", text: JSON.stringify(notebook) },
    { path: "z.ipynb", text: "{}" },
  ]);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const app = new App(page, backend.url, t);
  await app.open(`/${api.account.name}/project/book/preview`);
  await expect(page.getByRole("heading", { name: "训练" })).toBeVisible();
  await expect(page.getByText("epoch 1", { exact: true })).toBeVisible();
  await expect(page.getByRole("cell", { name: "41" })).toBeVisible();
  await expect(page.getByRole("img", { name: "<Figure>" })).toBeVisible();
  await expect(page.getByText("KeyError: 'b'")).toBeVisible();
  await expect(page.getByText(t("notebook.other", { media: "application/javascript" }))).toBeVisible();
  await accessible(page, "notebook");
  await fits(page, "notebook");
  await picture(page, "entities/notebook");
  expect(await page.evaluate(() => "owned" in window)).toBe(false);
  const elsewhere = asked.filter((url) => !url.startsWith(backend.url) && !url.startsWith("blob:") && !url.startsWith("data:"));
  expect(elsewhere).toEqual([]);
  await page.getByLabel(t("manage.preview_choose")).selectOption("z.ipynb");
  await expect(page).toHaveURL(/preview\?file=z.ipynb$/);
  await expect(page.getByText(t("notebook.broken"), { exact: true })).toBeVisible();
  log.silent("notebook");
});
