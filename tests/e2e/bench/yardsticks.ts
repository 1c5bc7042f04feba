/** What uploads are measured by: other ways from the same browser, of the same origin, into the same server. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Chrome, Tab } from "./chrome.ts";
import { settled } from "./memory.ts";

const SINK = "/api/v1/bench/sink";

/** A page of the server's origin that has files. */
export class Yardsticks {
  private constructor(
    private readonly tab: Tab,
    /** Seconds from the choice until the size of each file was known. */
    readonly chosen: number,
  ) {}

  /** Opens it with files or, if `count` is told, with a folder of so many. What the browser knows of each is asked before. */
  static async open(chrome: Chrome, url: string, paths: string[], count?: number): Promise<Yardsticks> {
    const tab = await chrome.tab();
    await tab.open(`${url}login`);
    await tab.evaluate((folder: boolean) => {
      const input = document.createElement("input");
      [input.type, input.id, input.multiple, input.webkitdirectory] = ["file", "yardstick", true, folder];
      document.body.append(input);
    }, count !== undefined);
    const begin = performance.now();
    await tab.choose(`document.querySelector("#yardstick")`, paths);
    await tab.until((count: number) => document.querySelector<HTMLInputElement>("#yardstick")!.files!.length === count, count ?? paths.length, 600);
    await tab.evaluate(() => {
      const files = [...document.querySelector<HTMLInputElement>("#yardstick")!.files!];
      files.forEach((file) => file.size);
      (window as unknown as { files: File[] }).files = files;
    });
    const chosen = (performance.now() - begin) / 1000;
    await settled(chrome);
    return new Yardsticks(tab, chosen);
  }

  close(): Promise<void> {
    return this.tab.close();
  }

  /** Seconds for the first file as it is, by XMLHttpRequest. */
  whole(): Promise<number> {
    return this.tab.evaluate(async (sink: string) => {
      const begin = performance.now();
      await new Promise<void>((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", sink);
        request.onloadend = () => (request.status === 200 ? resolve() : reject(new Error(`HTTP ${request.status}`)));
        request.send((window as unknown as { files: File[] }).files[0]!);
      });
      return (performance.now() - begin) / 1000;
    }, SINK);
  }

  /** Seconds for the first file in one `fetch`. */
  fetch(): Promise<number> {
    return this.tab.evaluate(async (sink: string) => {
      const begin = performance.now();
      const response = await fetch(sink, { method: "POST", body: (window as unknown as { files: File[] }).files[0]!, credentials: "omit" });
      await response.text();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return (performance.now() - begin) / 1000;
    }, SINK);
  }

  /** Seconds for the second half of the first file in slices of `bytes`, `width` of them at once. */
  slices(bytes: number, width: number): Promise<number> {
    return this.tab.evaluate(
      async ({ sink, bytes, width }: { sink: string; bytes: number; width: number }) => {
        const file = (window as unknown as { files: File[] }).files[0]!;
        const begin = performance.now();
        let next = file.size / 2;
        const one = async (): Promise<void> => {
          while (next < file.size) {
            const from = next;
            next += bytes;
            const response = await fetch(sink, { method: "POST", body: file.slice(from, Math.min(next, file.size)), credentials: "omit" });
            await response.text();
            if (!response.ok) throw new Error(`HTTP ${response.status}`);
          }
        };
        await Promise.all(Array.from({ length: width }, one));
        return (performance.now() - begin) / 1000;
      },
      { sink: SINK, bytes, width },
    );
  }

  /** Seconds of tus-js-client with its defaults for the first file, to the last byte's answer; the server stores and checks it. */
  async tus(entity: string, authorization: string): Promise<number> {
    const source = readFileSync(createRequire(import.meta.url).resolve("tus-js-client/dist/tus.min.js"), "utf8");
    await this.tab.send("Runtime.evaluate", { expression: source });
    return this.tab.evaluate(
      async ({ entity, authorization }: { entity: string; authorization: string }) => {
        const begin = performance.now();
        await new Promise((onSuccess, onError) => {
          const { tus, files } = window as unknown as { tus: { Upload: new (file: File, options: object) => { start(): void } }; files: File[] };
          const metadata = { entity_id: entity, module_type: "data", filename: files[0]!.name };
          new tus.Upload(files[0]!, { endpoint: `${location.origin}/api/v1/uploads`, headers: { Authorization: authorization }, metadata, onSuccess, onError }).start();
        });
        return (performance.now() - begin) / 1000;
      },
      { entity, authorization },
    );
  }

  /** Seconds for only reading all files, `width` at once. */
  read(width = 16): Promise<number> {
    return this.tab.evaluate(async (width: number) => {
      const { files } = window as unknown as { files: File[] };
      const begin = performance.now();
      let next = 0;
      const one = async (): Promise<void> => {
        while (next < files.length) await files[next++]!.arrayBuffer();
      };
      await Promise.all(Array.from({ length: width }, one));
      return (performance.now() - begin) / 1000;
    }, width);
  }

  /** Seconds for a request for each of the first `count` files, `width` at once. */
  each(count: number, width = 16): Promise<number> {
    return this.tab.evaluate(
      async ({ sink, count, width }: { sink: string; count: number; width: number }) => {
        const files = (window as unknown as { files: File[] }).files.slice(0, count);
        const begin = performance.now();
        let next = 0;
        const one = async (): Promise<void> => {
          while (next < files.length) {
            const response = await fetch(sink, { method: "POST", body: files[next++]!, credentials: "omit" });
            await response.text();
            if (!response.ok) throw new Error(`HTTP ${response.status}`);
          }
        };
        await Promise.all(Array.from({ length: width }, one));
        return (performance.now() - begin) / 1000;
      },
      { sink: SINK, count, width },
    );
  }

  /** Seconds for all files as forms of `size` files by XMLHttpRequest, `width` at once: the browser hands their paths on. */
  forms(size = 500, width = 2): Promise<number> {
    return this.tab.evaluate(
      async ({ sink, size, width }: { sink: string; size: number; width: number }) => {
        const { files } = window as unknown as { files: File[] };
        const begin = performance.now();
        let next = 0;
        const one = async (): Promise<void> => {
          while (next < files.length) {
            const form = new FormData();
            for (const file of files.slice(next, (next += size))) form.append("f", file, "f");
            await new Promise<void>((resolve, reject) => {
              const request = new XMLHttpRequest();
              request.open("POST", sink);
              request.onloadend = () => (request.status === 200 ? resolve() : reject(new Error(`HTTP ${request.status}`)));
              request.send(form);
            });
          }
        };
        await Promise.all(Array.from({ length: width }, one));
        return (performance.now() - begin) / 1000;
      },
      { sink: SINK, size, width },
    );
  }
}
