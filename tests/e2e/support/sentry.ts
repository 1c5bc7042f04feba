/** A Sentry that only takes events, and reads them with Sentry's own Python library. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { root } from "./process.ts";

/** What was sent once. */
export interface Sent {
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** An event, as far as the tests look at it. */
export interface Event {
  event_id: string;
  level: string;
  platform: string;
  release: string;
  transaction: string;
  tags: Record<string, string>;
  exception: { values: { type: string; value: string; stacktrace: { frames: { function: string; filename: string }[] } }[] };
}

export interface Sentry {
  dsn: string;
  sent: Sent[];
  /** What it answers from now on. */
  answer: { status: number; headers: Record<string, string> };
  /** The event in something sent. */
  read(sent: Sent): Event;
  stop(): Promise<void>;
}

/** What the page's own script makes of words and stacks. */
interface Reporting {
  scrub(words: string): string;
  frames(stack: string): { function: string; filename: string; lineno?: number; colno?: number; instruction_addr?: string; in_app: boolean }[];
}

/** The page's script as a module: where it stands, Node takes it for one of the old kind. */
export async function reporting(): Promise<Reporting> {
  const source = await readFile(join(root, "public/report.js"), "base64");
  return (await import(`data:text/javascript;base64,${source}`)) as Reporting;
}

const READER = `
import json, sys
from sentry_sdk.envelope import Envelope
envelope = Envelope.deserialize(sys.stdin.buffer.read())
event = envelope.get_event()
assert event is not None, "no event in the envelope"
assert envelope.headers["event_id"] == event["event_id"], envelope.headers
print(json.dumps(event))
`;

/** Starts it on a free port. */
export async function startSentry(): Promise<Sentry> {
  const requirements = join(root, "tests/e2e/sentry-requirements.txt");
  const python = execFileSync(join(root, "scripts/venv.py"), [requirements], { encoding: "utf8" }).trim();
  const sent: Sent[] = [];
  const sentry = { sent, answer: { status: 200, headers: {} as Record<string, string> } };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      sent.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces).toString() });
      response.writeHead(sentry.answer.status, { "access-control-allow-origin": "*", "access-control-expose-headers": "*", ...sentry.answer.headers });
      response.end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(sentry, {
    dsn: `http://0123456789abcdef0123456789abcdef@127.0.0.1:${port}/sub/42`,
    read: ({ body }: Sent) => JSON.parse(execFileSync(python, ["-c", READER], { input: body, encoding: "utf8" })) as Event,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
