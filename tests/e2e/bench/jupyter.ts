/** JupyterLab, whose uploader and text view are yardsticks: where scripts/setup.sh test has installed it. */

import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { labEnvironment } from "../support/lab.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/process.ts";
import type { Chrome } from "./chrome.ts";

export interface Jupyter {
  /** Seconds for a file of more than 15 MB until the server has all of it. */
  upload(chrome: Chrome, path: string): Promise<number>;
  /** Milliseconds until a text file is on screen, and until its search has counted a word. */
  text(chrome: Chrome, path: string, word: string): Promise<{ visible: number; counted: number }>;
  remove(): Promise<void>;
}

/** Starts one in a folder of its own below `folder`; none where it is not installed. */
export async function startJupyter(folder: string): Promise<Jupyter | undefined> {
  const environment = await labEnvironment().catch(() => undefined);
  if (environment === undefined) return undefined;
  const [root, port] = [join(folder, "jupyter"), await freePort()];
  await mkdir(root);
  const options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, `--ServerApp.root_dir=${root}`, "--IdentityProvider.token="];
  const server = new Server(join(environment, "bin/jupyter-lab"), options, { JUPYTER_CONFIG_DIR: join(folder, "jupyter-config"), JUPYTER_DATA_DIR: join(folder, "jupyter-data") });
  await server.said(/is running at/, 60);
  return {
    async upload(chrome, path) {
      const tab = await chrome.tab();
      // The input is in no document: it is known only when it asks for files.
      const asked = new Promise<number>((resolve) => {
        const stop = chrome.listen((method, params, session) => {
          if (method !== "Page.fileChooserOpened" || session !== tab.session) return;
          stop();
          resolve(params["backendNodeId"] as number);
        });
      });
      await tab.send("Page.enable");
      await tab.send("Page.setInterceptFileChooserDialog", { enabled: true });
      await tab.open(`http://127.0.0.1:${port}/lab?reset`);
      await tab.until(() => {
        const button = document.querySelector<HTMLElement>("[data-jp-item-name='uploader'] jp-button, [data-jp-item-name='uploader'] button, jp-button[title='Upload Files']");
        button?.click();
        return button !== null;
      });
      const backendNodeId = await asked;
      const [target, { size }] = [join(root, basename(path)), await stat(path)];
      await tab.send("DOM.setFileInputFiles", { files: [path], backendNodeId });
      // It asks whether a file of more than 15 MB is meant.
      await tab.until(() => {
        const button = document.querySelector<HTMLElement>(".jp-Dialog .jp-mod-accept");
        button?.click();
        return button !== null;
      });
      const begin = performance.now();
      while ((await stat(target).catch(() => undefined))?.size !== size) {
        if (performance.now() - begin > 300_000) throw new Error("JupyterLab does not finish");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const seconds = (performance.now() - begin) / 1000;
      await tab.close();
      await rm(target);
      return seconds;
    },
    async text(chrome, path, word) {
      await copyFile(path, join(root, basename(path)));
      const tab = await chrome.tab();
      // All of the application is there before it is measured.
      await tab.open(`http://127.0.0.1:${port}/lab?reset`);
      await tab.until(() => document.querySelector(".jp-DirListing-item") !== null);
      const begin = performance.now();
      await tab.evaluate((name: string) => {
        const item = [...document.querySelectorAll(".jp-DirListing-item")].find((item) => item.textContent!.includes(name))!;
        item.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
      }, basename(path));
      await tab.until(() => document.querySelectorAll(".cm-line").length > 5, undefined, 300, 5);
      const visible = performance.now() - begin;
      await tab.evaluate(() => document.querySelector<HTMLElement>(".cm-content")!.focus());
      const control = { modifiers: 2, key: "f", code: "KeyF", windowsVirtualKeyCode: 70 };
      await tab.send("Input.dispatchKeyEvent", { type: "keyDown", ...control });
      await tab.send("Input.dispatchKeyEvent", { type: "keyUp", ...control });
      await tab.until(() => document.querySelector(".jp-DocumentSearch-input") !== null);
      const asked = performance.now();
      await tab.send("Input.insertText", { text: word });
      await tab.until(() => /\d+\/\d+/.test(document.querySelector(".jp-DocumentSearch-index-counter")?.textContent ?? ""), undefined, 120, 5);
      const counted = performance.now() - asked;
      await tab.close();
      return { visible, counted };
    },
    remove: () => server.stop(),
  };
}
