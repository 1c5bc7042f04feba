/**
 * From a list to a detail and back, with all chunks in the cache: from the click to the frame that shows the heading of the
 * detail, and to the one in which nothing is still to come. Each detail is visited once, then once more.
 */

import { expect, test } from "@playwright/test";
import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { words } from "../support/words.ts";
import { median, spread } from "./figures.ts";
import { prepare, timed, type Took } from "./watch.ts";

const ROUNDS = Number(process.env["RUSSELL_ROUNDS"] ?? 30);
/** Entries a page of a list of projects or datasets, and of tasks. */
const [PAGE, TASKS] = [20, 50];
const GOAL = 100;

test("route-change", async ({ page }) => {
  const backend = await startBackend();
  try {
    const api = await Api.register(backend.url, newAccount("bench"));
    const { name } = api.account;
    const text = "# What it is\n\nA small network that reads digits.\n\n| run | accuracy |\n| --- | --- |\n| plain | 0.97 |\n";
    const numbers = Array.from({ length: ROUNDS }, (_, at) => String(at).padStart(3, "0"));
    const [projects, datasets, tasks] = [numbers.map((n) => `project-${n}`), numbers.map((n) => `dataset-${n}`), new Map<string, string>()];
    let version = "";
    for (const project of projects) version = await api.upload(await api.create("code", project), "code", [{ path: "README.md", text }]);
    for (const dataset of datasets) await api.upload(await api.create("data", dataset), "data", [{ path: "README.md", text }]);
    for (const n of numbers) tasks.set(`echo ${n}`, await api.run(version, `echo ${n}`));

    const t = words("en");
    const app = new App(page, backend.url, t);
    await prepare(page);
    await app.open("/login");
    await app.signIn(name, api.account.password);
    await expect(page).not.toHaveURL(/login/);
    const ended = page.getByText(t("task.state_success"), { exact: true });
    await app.open("/tasks");
    await expect(ended).toHaveCount(Math.min(ROUNDS, TASKS), { timeout: 300_000 });

    const kinds = [
      { label: "project", list: "/projects?sort=name", size: PAGE, names: projects, path: (name_: string) => `${name}/project/${name_}` },
      { label: "task", list: "/tasks?sort=name", size: TASKS, names: [...tasks.keys()], path: (command: string) => `task/${tasks.get(command)}` },
      { label: "dataset", list: "/datasets?sort=name", size: PAGE, names: datasets, path: (name_: string) => `${name}/dataset/${name_}` },
    ];
    const all: number[] = [];
    console.log(`\nms, median of ${ROUNDS} (least to most); in brackets the share with a request on its way`);
    for (const { label, list, size, names, path } of kinds) {
      const link = (name: string) => page.getByRole("table").getByRole("link", { name, exact: true });
      // Chunks come into the cache.
      await app.open(list);
      await link(names[0]!).click();
      await expect(page.locator("main .skeleton")).toHaveCount(0);
      for (const visit of ["first", "again"]) {
        const took = { heading: [] as Took[], whole: [] as Took[], back: [] as Took[] };
        for (const [at, name] of names.entries()) {
          if (at % size === 0) {
            await app.open(`${list}&page=${at / size + 1}`);
            await link(name).waitFor();
          }
          for (const whole of visit === "first" ? [at % 2 === 0] : [true, false]) {
            const there = await timed(page, "click", { path: path(name), whole }, () => link(name).click());
            took[whole ? "whole" : "heading"].push(there);
            await expect(page.locator("main .skeleton")).toHaveCount(0);
            took.back.push(await timed(page, "popstate", { rows: true, path: list.split("?")[0]! }, () => page.goBack()));
          }
        }
        all.push(...took.whole.map(({ all }) => all));
        for (const [what, series] of Object.entries(took)) {
          const share = median(series.map(({ all, api }) => api / all)) * 100;
          console.log(`${label.padEnd(8)} ${visit} ${what.padEnd(8)} ${spread(series.map(({ all }) => all))} (${share.toFixed(0)} %)`);
        }
      }
    }
    console.log(`time to the whole content, median of all: ${median(all).toFixed(0)} ms (goal: under ${GOAL}: ${median(all) < GOAL ? "met" : "MISSED"})`);
  } finally {
    await backend.remove();
  }
});
