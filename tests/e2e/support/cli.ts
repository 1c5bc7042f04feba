/** The real russell-cli, as a person beside the browser uses it. Its own acceptance test is in tests/cli. */

import { execFile, execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root, temporary } from "./process.ts";

export interface Cli {
  /** Where its commands run. */
  folder: string;
  /** Runs a command and answers what it prints, errors included. */
  russell(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** The CLI with a home and a folder of its own, speaking to the backend at `url`. */
export async function startCli(url: string): Promise<Cli> {
  const requirements = join(root, "tests/cli/requirements.txt");
  const python = execFileSync(join(root, "scripts/venv.py"), [requirements], { encoding: "utf8" }).trim();
  const place = await temporary();
  const folder = join(place.path, "work");
  await mkdir(folder);
  const env = {
    HOME: place.path,
    PATH: process.env["PATH"] ?? "",
    RUSSELL_URL: url.replace(/\/$/, ""),
    BROWSER: "true",
    PYTHONIOENCODING: "utf-8",
    LANG: "C.UTF-8",
  };
  return {
    folder,
    russell: (...args) =>
      new Promise((resolve, reject) => {
        const options = { cwd: folder, env, timeout: 60_000 };
        const child = execFile(python, [join(root, "tests/cli/compat.py"), ...args], options, (error, out, problems) => {
          // It exits with 1 where it only has something to say.
          if (error && error.killed) reject(new Error(`russell ${args.join(" ")}: no end\n${out}${problems}`));
          else resolve(out + problems);
        });
        child.stdin?.end();
      }),
    remove: place.remove,
  };
}
