/** A connection between browser and server that goes wrong on demand. */

import { createServer, connect, type Socket } from "node:net";

export interface Faults {
  /** Milliseconds that every piece waits, in both directions. */
  latency?: number;
  /** Bytes a second at most from browser to server. */
  upload?: number;
  /** After this many bytes from browser to server over all connections, all are reset. Counted from when it is set. */
  resetAfter?: number;
  /** Nothing passes and nothing is closed. */
  blackHole?: boolean;
  /** New connections are refused at once. */
  refuse?: boolean;
}

export interface FaultProxy {
  /** Its address, with a slash at the end. */
  url: string;
  /** What goes wrong from now on; replaces what was set. */
  set(faults: Faults): void;
  /** Resets all open connections now. */
  cut(): void;
  /** Bytes from browser to server so far. */
  sent(): number;
  /** Resets of connections so far. */
  resets(): number;
  remove(): Promise<void>;
}

/** Ends once the socket takes more, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

/** Listens on a free port in front of `target`. */
export async function startProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let faults: Faults = {};
  let sent = 0;
  let since = 0;
  let resets = 0;

  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const resetAll = (): void => {
    resets += 1;
    delete faults.resetAfter;
    for (const socket of sockets) socket.resetAndDestroy();
  };

  async function pump(from: Socket, to: Socket, upwards: boolean): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        while (faults.blackHole) await wait(50);
        if (faults.latency) await wait(faults.latency);
        if (upwards) {
          if (faults.upload) await wait((piece.length / faults.upload) * 1000);
          sent += piece.length;
          since += piece.length;
          if (faults.resetAfter !== undefined && since >= faults.resetAfter) return resetAll();
        }
        if (to.destroyed) return;
        if (!to.write(piece)) await drained(to);
      }
      to.end();
    } catch {
      to.destroy();
    }
  }

  const server = createServer((browser) => {
    if (faults.refuse) {
      browser.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    upstream.on("close", () => browser.destroySoon());
    for (const socket of [browser, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {
        browser.destroy();
        upstream.destroy();
      });
    }
    void pump(browser, upstream, true);
    void pump(upstream, browser, false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    url: `http://127.0.0.1:${address.port}/`,
    set(next) {
      faults = { ...next };
      since = 0;
    },
    cut: resetAll,
    sent: () => sent,
    resets: () => resets,
    async remove() {
      faults = {};
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
