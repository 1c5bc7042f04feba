/** A backend whose tasks have JupyterLab and TensorBoard, from the environment that scripts/setup.sh made. */

import { createHash } from "node:crypto";
import { access, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { startBackend, type Backend } from "./backend.ts";
import { root, temporary } from "./process.ts";

/** The folder of the virtual environment. */
export async function labEnvironment(): Promise<string> {
  const requirements = await readFile(join(root, "tests/e2e/jupyter-requirements.txt"));
  const digest = createHash("sha256").update(requirements).digest("hex").slice(0, 16);
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(process.env["RUSSELL_TOOLS"] ?? join(cache, "russell-cloud-web"), `lab-${digest}`);
  await access(join(folder, "complete")).catch(() => {
    throw new Error(`${folder} is not there: run scripts/setup.sh test`);
  });
  return folder;
}

/** Starts it: `lab` has both, `plain` has neither. */
export async function startLab(): Promise<Backend> {
  const folder = await temporary();
  const file = join(folder.path, "environments.toml");
  const text = `[machine]
cpu_slots = 4
memory_bytes = 0
grace = 2
[[environment]]
name = "lab"
python = "${await labEnvironment()}"
[[environment]]
name = "plain"
support_jupyter = false
support_tensorboard = false
`;
  await writeFile(file, text);
  const backend = await startBackend(["--empty", "--environments", file]);
  return {
    ...backend,
    async remove() {
      await backend.remove();
      await folder.remove();
    },
  };
}
