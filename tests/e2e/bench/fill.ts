/** Rows for a backend that is to have many. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Backend } from "../support/backend.ts";
import { root } from "../support/process.ts";

/** How much of each is added. */
export interface Amount {
  projects: number;
  datasets: number;
  /** Spread over the first ten of the projects. */
  tasks: number;
}

/** Adds rows without files for a user; see backend/benches/service/fill.rs. RUSSELL_FILL names another build of that program. */
export async function fill(backend: Backend, user: string, { projects, datasets, tasks }: Amount): Promise<void> {
  const built = process.env["RUSSELL_FILL"];
  const words = ["fill", backend.data, user, String(projects), String(datasets), String(tasks)];
  const cargo = ["bench", "--quiet", "--package", "russell-backend", "--bench", "service", "--", ...words];
  await promisify(execFile)(built ?? "cargo", built ? words : cargo, { cwd: root, maxBuffer: 1 << 26 });
}
