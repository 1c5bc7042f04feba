/** Servers as child processes of a test: started, waited for, and ended by their own id. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What is tested: the release build, unless RUSSELL_BACKEND and RUSSELL_WEB name another one. */
export const built = {
  backend: process.env["RUSSELL_BACKEND"] ?? join(root, "target/release/russell-backend"),
  web: process.env["RUSSELL_WEB"] ?? join(root, "dist"),
  /** The app as `trunk build` makes it, with the page of its pieces. */
  debugWeb: process.env["RUSSELL_DEBUG_WEB"] ?? join(root, "target/dist-dev"),
};

/** Whether that page is the release build of this repository, which has chunks and has no page of its pieces. */
export const released = built.web === join(root, "dist");

/** A running server and everything it has said so far. */
export class Server {
  readonly child: ChildProcess;
  output = "";

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
    this.child.on("error", (error) => (this.output += `${error}\n`));
  }

  /** Waits until the output matches; an early end or ten silent seconds is an error that shows the output. */
  async said(pattern: RegExp, seconds = 20): Promise<RegExpMatchArray> {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null || Date.now() > until) {
        throw new Error(`${this.child.spawnfile}: no ${pattern} in its output:\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it and waits until it is gone; what does not heed SIGTERM within `seconds` is killed. */
  async stop(signal: NodeJS.Signals = "SIGTERM", seconds = 20): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), seconds * 1000);
    await gone;
    clearTimeout(timer);
  }
}

/** A temporary folder; `remove` deletes it with what it holds. */
export async function temporary(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "russell-e2e-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
