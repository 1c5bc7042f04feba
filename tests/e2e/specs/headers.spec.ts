/** Security headers and caching, the same from the backend and from nginx, whatever the answer is. */

import { startNginx, type Nginx } from "../support/nginx.ts";
import { expect, test } from "../support/fixtures.ts";

const SECURITY: Record<string, string> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** Policies may be spelled with other blanks. */
const plain = (value: string | null): string => (value ?? "").split(";").map((part) => part.trim().replace(/\s+/g, " ")).filter(Boolean).join("; ");

function secure(response: Response): void {
  for (const [name, value] of Object.entries(SECURITY)) {
    expect(plain(response.headers.get(name)), `${name} of ${response.status} ${response.url}`).toBe(value);
  }
}

/** Addresses of the files that the page at `url` names. */
async function assets(url: string): Promise<string[]> {
  const html = await (await fetch(url)).text();
  return [...html.matchAll(/(?:src|href|data-js|data-wasm|data-worker)="(assets\/[^"]+)"/g)].map((match) => new URL(match[1]!, url).href);
}

const places = ["backend", "root", "sub-path"] as const;
for (const place of places) {
  test.describe(place, () => {
    let nginx: Nginx | undefined;
    let url: string;

    test.beforeAll(async ({ backends }, info) => {
      const backend = await backends.of(info.file);
      nginx = place === "backend" ? undefined : await startNginx(place, backend.url);
      url = nginx?.url ?? backend.url;
    });
    test.afterAll(() => nginx?.remove());

    test("pages, files and errors carry the security headers", async () => {
      const page = await fetch(url);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      secure(page);

      const deep = await fetch(new URL("somebody/project/thing/files/3/model.json", url), { headers: { accept: "text/html" } });
      expect(deep.status).toBe(200);
      expect(await deep.text()).toBe(await page.text());
      secure(deep);

      const gone = await fetch(new URL("assets/app-0123456789abcdef/app.js", url));
      expect(gone.status).toBe(404);
      secure(gone);

      const api = await fetch(new URL("api/v1/env", url));
      expect(api.status).toBe(200);
      expect(api.headers.get("cache-control")).toBe("no-store");
      secure(api);

      const large = await fetch(new URL("api/v1/user", url), { method: "POST", body: "x".repeat(4 << 20) });
      expect([413, 200]).toContain(large.status);
      if (large.status === 200) expect((await large.json()).code).not.toBe(200);
      secure(large);
    });

    test("hashed files are kept for a year, the page is asked for again", async () => {
      const names = await assets(url);
      expect(names.length).toBeGreaterThanOrEqual(5);
      for (const name of names) {
        const response = await fetch(name);
        expect(response.status, name).toBe(200);
        expect(response.headers.get("cache-control"), name).toBe("public, max-age=31536000, immutable");
        secure(response);
        if (name.endsWith(".wasm")) expect(response.headers.get("content-type")).toBe("application/wasm");
        if (name.endsWith(".js")) expect(response.headers.get("content-type")).toMatch(/^(text|application)\/javascript/);
      }
      const page = await fetch(url);
      expect(page.headers.get("cache-control")).toBe("no-cache");
      const etag = page.headers.get("etag");
      expect(etag).toBeTruthy();
      const again = await fetch(url, { headers: { "if-none-match": etag! }, cache: "no-store" });
      expect(again.status).toBe(304);
      secure(again);
    });

    test("files come compressed to whoever takes that", async () => {
      const wasm = (await assets(url)).find((name) => name.endsWith("app_bg.wasm"))!;
      const plainLength = Number((await fetch(wasm, { method: "HEAD", headers: { "accept-encoding": "identity" } })).headers.get("content-length"));
      const small = await fetch(wasm, { method: "HEAD", headers: { "accept-encoding": place === "backend" ? "br" : "gzip" } });
      expect(small.headers.get("content-encoding")).toBe(place === "backend" ? "br" : "gzip");
      expect(small.headers.get("vary")?.toLowerCase()).toContain("accept-encoding");
      expect(Number(small.headers.get("content-length"))).toBeLessThan(plainLength);
    });

    if (place !== "backend") {
      test("a backend that is gone is said with the same headers", async ({ backend }) => {
        await backend.stop();
        try {
          const response = await fetch(new URL("api/v1/env", url));
          expect(response.status).toBe(502);
          expect(response.headers.get("cache-control")).toBe("no-store");
          secure(response);
          secure(await fetch(url));
        } finally {
          await backend.start();
        }
      });
    }
    if (place === "sub-path") {
      test("the other site is left alone", async () => {
        expect(await (await fetch(nginx!.host)).text()).toContain("Another site");
        expect((await fetch(new URL("russell", nginx!.host), { redirect: "manual" })).headers.get("location")).toMatch(/\/russell\/$/);
      });
    }
  });
}
