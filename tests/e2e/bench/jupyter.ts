/** JupyterLab, whose uploader is one of the yardsticks: where scripts/setup.sh test has installed it. */

import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { labEnvironment } from "../support/lab.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/process.ts";
import type { Chrome } from "./chrome.ts";

export interface Jupyter {
  /** Seconds for a file of more than 15 MB until the server has all of it. */
  upload(chrome: Chrome, path: string): Promise<number>;
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
    remove: () => server.stop(),
  };
}
