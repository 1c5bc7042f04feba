/** The real backend on a free port, with a data directory of its own. */

import { join } from "node:path";
import { built, Server, temporary } from "./process.ts";

export interface Backend {
  /** Its address, with a slash at the end. */
  url: string;
  data: string;
  server: Server;
  /** Ends the process, keeps the data. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Ends it and removes the data. */
  remove(): Promise<void>;
}

/**
 * Starts `russell-backend serve` with the page of `web` on a free port, or on `wanted`; `args` are added to its command
 * line. What plans limit, `money` looks at.
 */
export async function startBackend(args: string[] = ["--no-billing"], web = built.web, wanted = 0): Promise<Backend> {
  const folder = await temporary();
  const data = join(folder.path, "data");
  const serve = (port: number): Server =>
    new Server(built.backend, [
      // The port next to a free one need not be free.
      ...["serve", "--data", data, "--web", web, "--port", String(port), "--apps-port", "0"],
      ...args,
    ]);
  const listening = async (server: Server): Promise<number> => {
    const match = await server.said(/listening on http:\/\/127\.0\.0\.1:(\d+)/, 60);
    return Number(match[1]);
  };
  let server = serve(wanted);
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    data,
    get server() {
      return server;
    },
    stop: (signal) => server.stop(signal),
    async start() {
      server = serve(port);
      await listening(server);
    },
    async remove() {
      await server.stop();
      await folder.remove();
    },
  };
}
