/** Debian's nginx with the files of deploy/, as an administrator would install them, but in a folder and on a port of its own. */

import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./port.ts";
import { built, root, Server, temporary } from "./process.ts";

/** Where the app lives: at the root, or below /russell/ beside another site. */
export type Place = "root" | "sub-path";

export interface Nginx {
  /** The app's address, with a slash at the end. */
  url: string;
  /** The host's address, with a slash at the end. */
  host: string;
  remove(): Promise<void>;
}

/** Starts nginx for the backend at `backend`. */
export async function startNginx(place: Place, backend: string): Promise<Nginx> {
  const folder = await temporary();
  const port = await freePort();
  const web = join(folder.path, "web");
  const base = place === "root" ? "/" : "/russell/";
  // Started by root, nginx answers as another user, who has to get in.
  await chmod(folder.path, 0o755);
  execFileSync(join(root, "deploy/install-web.sh"), [built.web, web, base]);

  const here = (text: string): string =>
    text
      .replaceAll("/var/www/russell-cloud", web)
      .replaceAll("127.0.0.1:8080", new URL(backend).host)
      .replace(/listen 80;/, `listen 127.0.0.1:${port};`)
      .replace(/ *listen \[::\]:80;\n/, "");
  const snippets = join(folder.path, "snippets");
  await cp(join(root, "deploy/snippets"), snippets, { recursive: true });
  await cp(join(root, "deploy/nginx-subpath.conf"), join(snippets, "nginx-subpath.conf"));
  for (const name of await readdir(snippets)) {
    const path = join(snippets, name);
    await writeFile(path, here(await readFile(path, "utf8")));
  }

  let site: string;
  if (place === "root") {
    site = here(await readFile(join(root, "deploy/nginx.conf"), "utf8"));
  } else {
    // The other site, with a page of its own at the root and a rule that would swallow ours.
    await mkdir(join(folder.path, "other"));
    await writeFile(join(folder.path, "other/index.html"), "<!doctype html><title>Another site</title><h1>Another site</h1>\n");
    site = `include snippets/russell-http.conf;
server {
  listen 127.0.0.1:${port};
  root ${join(folder.path, "other")};
  include snippets/russell-server.conf;
  location ~ \\.(js|css|wasm)$ { return 410; }
  include snippets/nginx-subpath.conf;
}
`;
  }
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder.path, name)};`)
    .join("\n");
  const config = join(folder.path, "nginx.conf");
  await writeFile(
    config,
    `pid ${join(folder.path, "nginx.pid")};
error_log ${join(folder.path, "error.log")};
daemon off;
worker_processes 1;
events { worker_connections 256; }
http {
include /etc/nginx/mime.types;
access_log off;
${temp}
${site}
}
`,
  );
  // The prefix is where relative includes start.
  const server = new Server("/usr/sbin/nginx", ["-p", folder.path, "-c", config]);
  const host = `http://127.0.0.1:${port}/`;
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch(host);
      break;
    } catch (error) {
      if (tries > 100 || server.child.exitCode !== null) {
        throw new Error(`nginx did not start: ${error}\n${server.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    url: new URL(base, host).href,
    host,
    async remove() {
      await server.stop();
      await folder.remove();
    },
  };
}
