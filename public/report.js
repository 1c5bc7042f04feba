// Tells the operator's Sentry of faults: panics, errors of scripts, requests that failed. Loaded only where a DSN is set.
//
// An event is built from what is listed here and from nothing else: no address, no name, no token, nothing that
// somebody typed. Format: https://develop.sentry.dev/sdk/foundations/transport/envelopes/

/** Most events of one page load: a fault in a loop is told often enough. */
const MOST = 20;
/** Most characters of a fault's words, and most frames of its stack. */
const LONGEST = 500;
const DEEPEST = 30;
const CLIENT = "russell-cloud-web/1";

/** The parts of the API's addresses that are no names; src/site.rs holds them to api/src/routes.rs. */
const WORDS = new Set(
  ("account activity api avatar bulk cli_version clone code comments csv data dataset datasets dependents " +
    "download email entities env events experiment experiments filehash files find fork healthz log " +
    "metric_patterns metrics module modules monitor notifications openapi.json orders password plan profile " +
    "project projects raw records resume_check run search service_status settings star stream tags task " +
    "taskinstances tasks ticket token tokens trash triage unread uploads usage user users v1 v2 zip").split(" "),
);

/** An address with `_` for every part that may be a name. */
const shape = (path) =>
  path
    .split(/[?#]/)[0]
    .split("/")
    .map((part) => (part === "" || WORDS.has(part) ? part : "_"))
    .join("/");

/** Words without what could be somebody's: quoted parts, addresses, e-mail, ids and tokens. */
export function scrub(words) {
  return String(words)
    .replace(/`[^`]*`|"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|“[^”]*”/gs, "…")
    .replace(/\b(?:https?|wss?|blob|data):\S+/g, "<address>")
    .replace(/(^|[\s(])(\/(?:api|code|data|log)\/[^\s:)]*)/g, (_, before, path) => before + shape(path))
    .replace(/\S+@\S+/g, "<e-mail>")
    .replace(/[\w.~+/=-]{24,}/g, (word) => (/^\/|^src\/|\.rs$/.test(word) ? word : "<id>"))
    .slice(0, LONGEST);
}

/** The stack of an error, the caller last as Sentry wants it; of an address the file's own name only. */
export function frames(stack) {
  const found = [];
  for (const line of String(stack ?? "").split("\n")) {
    // Chromium: "at name (address:line:column)". Firefox and Safari: "name@address:line:column". In a module
    // "wasm-function[number]" stands for the line, and the byte for the column.
    const place = /^\s*(?:at\s+)?(?:(.*?)\s*[(@,]\s*)?([^\s(@,]*?):(\d+|wasm-function\[\d+\]):(\w+)\)?$/.exec(line);
    if (!place) continue;
    const [, name, address, at, column] = place;
    const wasm = at.startsWith("wasm");
    found.push({
      function: (name?.split(" (")[0] || (wasm ? at : "?")).slice(0, 200),
      filename: address.split(/[?#]/)[0].split("/").pop() || "?",
      ...(wasm ? { instruction_addr: column } : { lineno: Number(at), colno: Number(column) || 0 }),
      in_app: true,
    });
  }
  return found.slice(0, DEEPEST).reverse();
}

/** What Sentry's DSN says: where events go, and with which key. */
function endpoint(dsn) {
  const url = new URL(dsn);
  const parts = url.pathname.split("/");
  const project = parts.pop();
  if (!url.username || !/^\d+$/.test(project)) throw new Error('config.json: "sentry" is no DSN');
  const query = new URLSearchParams({ sentry_version: "7", sentry_key: url.username, sentry_client: CLIENT });
  return { to: `${url.origin}${parts.join("/")}/api/${project}/envelope/?${query}`, dsn: `${url.protocol}//${url.username}@${url.host}${url.pathname}` };
}

const id = () => crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");

/** The event of a fault. `what` is an error, or words. */
function event(kind, what, release) {
  const error = what instanceof Error ? what : undefined;
  const words = error ? error.message : typeof what === "string" ? what : `something thrown that is no error: ${typeof what}`;
  const root = document.documentElement;
  const page = root.dataset.page || "?";
  return {
    event_id: id(),
    timestamp: Date.now() / 1000,
    platform: "javascript",
    level: kind === "panic" || kind === "start" ? "fatal" : "error",
    release: `russell-cloud-web@${release}`,
    transaction: page,
    tags: { kind, page, language: root.lang },
    request: { headers: { "User-Agent": navigator.userAgent } },
    exception: {
      values: [
        {
          type: error?.name ?? kind,
          value: scrub(words),
          mechanism: { type: kind, handled: kind === "request" },
          stacktrace: { frames: frames((error ?? new Error()).stack) },
        },
      ],
    },
  };
}

/** Begins to report to a DSN, as this release; answers the function that takes a fault: its kind, and an error or words. */
export function start(dsn, release) {
  const { to, dsn: plain } = endpoint(dsn);
  const told = new Set();
  let silentUntil = 0;
  let panicked = false;
  return (kind, what) => {
    panicked ||= kind === "panic";
    // What a panic stops with is no fault of its own.
    if (panicked && what instanceof WebAssembly.RuntimeError) return;
    const fault = event(kind, what, release);
    const name = `${kind} ${fault.transaction} ${fault.exception.values[0].value}`;
    if (told.has(name) || told.size >= MOST || Date.now() < silentUntil) return;
    told.add(name);
    const head = { event_id: fault.event_id, sent_at: new Date().toISOString(), dsn: plain };
    const body = [head, { type: "event", content_type: "application/json" }, fault].map((line) => JSON.stringify(line)).join("\n");
    // As text it needs no question beforehand whether it may be sent.
    fetch(to, { method: "POST", body, headers: { "Content-Type": "text/plain" }, credentials: "omit", keepalive: true, referrerPolicy: "no-referrer" })
      .then((response) => {
        if (response.ok) return;
        const seconds = Number(response.headers.get("Retry-After")) || 60;
        silentUntil = Date.now() + seconds * 1000;
      })
      // Nobody can be told that reports do not arrive.
      .catch(() => {});
  };
}
