/** The backend's API, for what a test needs to have but does not look at. */

import { createHash } from "node:crypto";
import type { Account } from "./app.ts";

/** A file that becomes part of a version. */
export interface Content {
  path: string;
  text: string | Buffer;
}

export class Api {
  private constructor(
    /** The backend's address, with a slash at the end. */
    private readonly url: string,
    readonly account: Account,
    /** The header that says who it is. */
    readonly authorization: string,
  ) {}

  /** Makes the account and signs in. */
  static async register(url: string, account: Account): Promise<Api> {
    const api = new Api(url, account, "Basic None");
    const { token } = await api.call<{ token: string }>("POST", "api/v1/user", {
      username: account.name,
      email: account.email,
      password: account.password,
    });
    return new Api(url, account, `Basic ${Buffer.from(`${token}:`).toString("base64")}`);
  }

  private async send(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(path, this.url), { method, body: body ?? null, headers: { authorization: this.authorization, ...headers } });
  }

  /** The data of the answer to any request, for what has no method here. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body), { "tus-resumable": "1.0.0" });
    const answer = (await response.json()) as { code: number; data: T };
    if (answer.code < 200 || answer.code > 299) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** Puts bytes. */
  async put(path: string, bytes: BodyInit): Promise<void> {
    const response = await this.send("PUT", path, bytes);
    if (!response.ok) throw new Error(`PUT ${path}: HTTP ${response.status}`);
  }

  /** Makes a project (`code`) or dataset (`data`) and answers its id. */
  async create(kind: "code" | "data", name: string, permission: 0 | 1 = 0, description = ""): Promise<string> {
    const noun = kind === "code" ? "project" : "dataset";
    const { id } = await this.call<{ id: string }>("PUT", `api/v1/${this.account.name}/${noun}/${name}`, { description, permission });
    return id;
  }

  /** Sets the tags of a project or dataset. */
  async tag(entity: string, tags: string[]): Promise<void> {
    await this.call("PUT", `api/v1/entities/${entity}/tags`, { tags });
  }

  /** The code of the answer to any request: for what is to be refused. */
  async code(method: string, path: string, body?: unknown): Promise<number> {
    const response = await this.send(method, path, method === "GET" ? undefined : JSON.stringify(body));
    return ((await response.json()) as { code: number }).code;
  }

  /** Uploads a version and answers its id. */
  async upload(entity: string, kind: "code" | "data", contents: Content[], description = ""): Promise<string> {
    const files = contents.map(({ path, text }) => ({ path, size: Buffer.byteLength(text) }));
    const { id, module_id } = await this.call<{ id: string; module_id: string }>("POST", "api/v1/uploads", { entity_id: entity, module_type: kind, description, files });
    const response = await this.send("PATCH", `api/v1/uploads/${id}`, Buffer.concat(contents.map(({ text }) => (typeof text === "string" ? Buffer.from(text) : text))), {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    });
    if (response.status !== 204) throw new Error(`PATCH: HTTP ${response.status} ${await response.text()}`);
    return module_id;
  }

  /** Starts a task and answers its id; `more` are further fields of the request. */
  async run(module: string, command: string, more: Record<string, unknown> = {}): Promise<string> {
    return (await this.call<{ id: string }>("POST", "api/v1/experiment/run", { name: "", module_id: module, command, data_ids: [], mode: "cli", ...more })).id;
  }

  /** Stops all tasks of the account that have not ended. */
  async bulkStop(): Promise<void> {
    await this.call("POST", "api/v1/experiments/bulk", { action: "stop", query: {} });
  }

  /** Stars a project or dataset. */
  async star(entity: string): Promise<void> {
    await this.call("PUT", `api/v1/entities/${entity}/star`);
  }

  /** Versions of a project or dataset, newest first. */
  async versions(entity: string, kind: "code" | "data"): Promise<{ id: string; version: number; state: string }[]> {
    return (await this.call<{ list: { id: string; version: number; state: string }[] }>("GET", `api/v1/modules?module_type=${kind}&entity_id=${entity}`)).list;
  }

  /** SHA-256 of a file as the backend holds it, hexadecimal. */
  async sha256(module: string, path: string): Promise<string> {
    const response = await this.send("GET", `api/v1/files/${module}/raw?path=${encodeURIComponent(path)}`);
    if (!response.ok || !response.body) throw new Error(`raw: HTTP ${response.status}`);
    const sum = createHash("sha256");
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) sum.update(next.value);
    return sum.digest("hex");
  }

  /** The whole log of a task. */
  async log(task: string): Promise<string> {
    return (await this.send("GET", `api/v1/experiment/${task}/log`)).text();
  }
}
