/** tus-js-client, as it comes from its makers, uploads to the backend. */

import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as tus from "tus-js-client";
import { Api } from "../support/api.ts";
import { newAccount } from "../support/app.ts";
import { tar } from "../support/archive.ts";
import { expect, test } from "../support/fixtures.ts";
import { startProxy } from "../support/proxy.ts";

const CHUNK = 256 * 1024;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Sends all of `bytes`, or as far as `options` let it. */
function send(bytes: Buffer, options: tus.UploadOptions): Promise<tus.Upload> {
  return new Promise((resolve, reject) => {
    const upload: tus.Upload = new tus.Upload(bytes, { retryDelays: [0, 50, 200, 500, 1000], ...options, onSuccess: () => resolve(upload), onError: reject });
    upload.start();
  });
}

const idOf = (upload: tus.Upload): string => new URL(upload.url!).pathname.split("/").at(-1)!;

test("one file, created by the client itself, in chunks with their checksums", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "by-tus");
  const bytes = randomBytes(3 * CHUNK + 12_345);
  let patches = 0;
  let dropped = 0;
  const upload = await send(bytes, {
    endpoint: `${backend.url}api/v1/uploads`,
    headers: { Authorization: api.authorization },
    metadata: { entity_id: entity, module_type: "data", filename: "noise.bin", path: "deep/名 🎈.bin", description: "by tus-js-client" },
    chunkSize: CHUNK,
    onBeforeRequest: (request) => {
      if (request.getMethod() !== "PATCH") return;
      const at = Number(request.getHeader("Upload-Offset"));
      const piece = bytes.subarray(at, at + CHUNK);
      // The second one goes wrong on its way, so to speak.
      const sum = createHash("sha256").update((patches += 1) === 2 ? "other bytes" : piece);
      request.setHeader("Upload-Checksum", `sha256 ${sum.digest("base64")}`);
    },
    onAfterResponse: (_, response) => {
      if (response.getStatus() === 460) dropped += 1;
      if (response.getStatus() === 204 && patches === 1) expect(Date.parse(response.getHeader("Upload-Expires")!)).toBeGreaterThan(Date.now());
    },
    onShouldRetry: () => true,
  });
  expect({ patches, dropped }).toEqual({ patches: 5, dropped: 1 });
  expect(await api.sha256(idOf(upload), "deep/名 🎈.bin")).toBe(sha256(bytes));
  expect((await api.versions(entity, "data"))[0]).toMatchObject({ version: 1, state: "valid" });
});

test("an upload of our own list goes on after cut connections, a client that was stopped and a killed server", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "of-a-list");
  const files = { "a.bin": randomBytes(2 * CHUNK + 1), empty: Buffer.alloc(0), "d/b.bin": randomBytes(5 * CHUNK - 7) };
  const bytes = Buffer.concat(Object.values(files));
  const list = Object.entries(files).map(([path, content]) => ({ path, size: content.length }));
  const { id } = await api.call<{ id: string }>("POST", "api/v1/uploads", { entity_id: entity, module_type: "data", files: list });
  const proxy = await startProxy(backend.url);
  try {
    const options: tus.UploadOptions = { uploadUrl: `${proxy.url}api/v1/uploads/${id}`, headers: { Authorization: api.authorization }, chunkSize: CHUNK };
    // Until it is stopped after the third chunk; one connection is cut before.
    proxy.set({ resetAfter: CHUNK + 100_000 });
    await new Promise<void>((resolve, reject) => {
      const first = new tus.Upload(bytes, {
        ...options,
        retryDelays: [0, 50, 200, 500, 1000],
        onError: reject,
        onChunkComplete: (_, accepted) => {
          if (accepted >= 3 * CHUNK) void first.abort().then(resolve, reject);
        },
      });
      first.start();
    });
    expect(proxy.resets()).toBe(1);
    await backend.stop("SIGKILL");
    await backend.start();
    const sent = proxy.sent();
    const upload = await send(bytes, options);
    expect(proxy.sent() - sent, "it went on, not from the beginning").toBeLessThan(bytes.length - 2 * CHUNK);
    expect(idOf(upload)).toBe(id);
    for (const [path, content] of Object.entries(files)) expect(await api.sha256(id, path), path).toBe(sha256(content));
  } finally {
    await proxy.remove();
  }
});

test("an upload that the client gives up is gone", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "given-up");
  const headers = { Authorization: api.authorization };
  const url = await new Promise<string>((resolve, reject) => {
    const upload = new tus.Upload(randomBytes(4 * CHUNK), {
      endpoint: `${backend.url}api/v1/uploads`,
      headers,
      metadata: { entity_id: entity, module_type: "data", filename: "noise.bin" },
      chunkSize: CHUNK,
      onError: reject,
      onChunkComplete: () => void upload.abort(true).then(() => resolve(upload.url!), reject),
    });
    upload.start();
  });
  const response = await fetch(url, { method: "HEAD", headers: { ...headers, "Tus-Resumable": "1.0.0" } });
  expect(response.status).toBe(410);
  expect(await api.versions(entity, "data")).toEqual([]);
});

test("an empty file needs no second request", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "nothing");
  const upload = await send(Buffer.alloc(0), {
    endpoint: `${backend.url}api/v1/uploads`,
    headers: { Authorization: api.authorization },
    metadata: { entity_id: entity, module_type: "data", filename: "void" },
  });
  expect(await api.sha256(idOf(upload), "void")).toBe(sha256(Buffer.alloc(0)));
});

test("an archive is unpacked although the server is killed again and again while it arrives", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "archive");
  const files: Record<string, Buffer> = {};
  for (let n = 0; n < 60; n += 1) files[`d${n % 7}/f${n}.bin`] = randomBytes(20_000 + n);
  const bytes = gzipSync(tar(files));
  const list = [{ path: "from/archive", size: bytes.length, unpack: true }];
  const { id } = await api.call<{ id: string }>("POST", "api/v1/uploads", { entity_id: entity, module_type: "data", files: list });
  const options: tus.UploadOptions = { uploadUrl: `${backend.url}api/v1/uploads/${id}`, headers: { Authorization: api.authorization }, chunkSize: 50_000 };
  for (const until of [0.1, 0.4, 0.5, 0.9]) {
    await new Promise<void>((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        ...options,
        retryDelays: [0, 50, 200, 500, 1000],
        onError: reject,
        onChunkComplete: (_, accepted) => {
          if (accepted >= until * bytes.length) void upload.abort().then(resolve, reject);
        },
      });
      upload.start();
    });
    await backend.stop("SIGKILL");
    await backend.start();
  }
  await send(bytes, options);
  for (const [path, content] of Object.entries(files)) expect(await api.sha256(id, `from/archive/${path}`), path).toBe(sha256(content));
  expect(await readdir(join(backend.data, "uploads"))).toEqual([]);
});

test("a bad archive leaves nothing, and the client is told why", async ({ backend }) => {
  const api = await Api.register(backend.url, newAccount());
  const entity = await api.create("data", "hostile");
  const bytes = tar({ "good.txt": Buffer.from("x"), "../../secret": Buffer.from("y") });
  const sent = send(bytes, {
    endpoint: `${backend.url}api/v1/uploads`,
    headers: { Authorization: api.authorization },
    metadata: { entity_id: entity, module_type: "data", path: "into", unpack: "true" },
  });
  const error = (await sent.catch((error: unknown) => error)) as tus.DetailedError;
  expect(error.originalResponse?.getStatus()).toBe(400);
  expect(error.originalResponse?.getBody()).toContain("../../secret");
  const [version] = await api.versions(entity, "data");
  expect(version).toMatchObject({ state: "failed" });
  for (const folder of ["modules", "uploads"]) expect(await readdir(join(backend.data, folder))).not.toContain(version!.id);
});
