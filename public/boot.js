// Starts the app. A classic script in the head, so that the theme stands before the first paint; it is the only
// script that index.html names, because the page's security policy allows no inline one.
"use strict";
(() => {
  const script = document.currentScript;
  const address = (name) => new URL(script.dataset[name], document.baseURI).href;

  // The theme: what the user chose, else what the system says. Kept under the name that src/prefs.rs gives it.
  let theme = null;
  try {
    theme = localStorage.getItem(`russell.theme${new URL(".", document.baseURI).pathname.slice(0, -1)}`);
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  if (theme !== "light" && theme !== "dark") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.dataset.theme = theme;

  // Leptos builds views from templates with innerHTML; those are constants of the program and hold markup only.
  // Whatever could run or load a program is refused, whoever asks.
  const forbidden = [
    /<\s*\/?\s*(script|iframe|frame|frameset|object|embed|applet|portal|base|link|meta|style|noscript|template)\b/i,
    /<[^>]*[\s"'/]on[a-z]+\s*=/i,
    /<[^>]*[\s"'/](srcdoc|formaction|xlink:href|style)\s*=/i,
    /=\s*["']?\s*(javascript|vbscript|data)\s*:/i,
    /&#|&(tab|newline|colon);/i,
  ];
  const worker = address("worker");
  if (window.trustedTypes) {
    trustedTypes.createPolicy("default", {
      createHTML: (html) => (forbidden.some((pattern) => pattern.test(html)) ? null : html),
      createScript: () => null,
      createScriptURL: (url) => (new URL(url, document.baseURI).href === worker ? url : null),
    });
  }

  // Whether an upload has outlived its page (src/uploads/kept): what takes it up is fetched only then.
  window.russellUploads = (async () => {
    const kept = `russell.upload${new URL(".", document.baseURI).pathname.slice(0, -1)}:`;
    return (await indexedDB.databases()).some(({ name }) => name.startsWith(kept));
  })().catch(() => false);

  // Faults are kept until it is known whether anybody wants to hear of them: report.js then takes their place.
  const faults = [];
  let report = (...fault) => faults.length < 20 && faults.push(fault);
  addEventListener("error", ({ error, message }) => report("error", error ?? message));
  addEventListener("unhandledrejection", ({ reason }) => report("rejection", reason));

  // What the operator of this installation has set. Nothing is asked of a server before it is known which one.
  const addressOf = (key, value) => {
    let url;
    try {
      url = new URL(value);
    } catch {
      // Said below.
    }
    const good = key === "support" ? /^(https?|mailto):$/ : /^https?:$/;
    if (typeof value !== "string" || !good.test(url?.protocol ?? "")) throw new Error(`config.json: "${key}" is no address`);
    return url.href;
  };
  const textOf = (key, value) => {
    if (typeof value !== "string" || !value) throw new Error(`config.json: "${key}" is no text`);
    return value;
  };
  const checked = (given) => {
    const server = (key) => (given[key] == null ? null : addressOf(key, given[key]).replace(/\/+$/, ""));
    return {
      title: given.title == null ? null : textOf("title", given.title),
      api: server("api"),
      files: server("files"),
      sentry: server("sentry"),
      support: (given.support ?? []).map(({ href, en, zh }) => ({
        href: addressOf("support", href),
        en: textOf("support", en),
        zh: textOf("support", zh),
      })),
      report(kind, what) {
        if (kind === "panic") stopped();
        report(kind, what);
      },
    };
  };
  const configured = fetch(new URL("config.json", document.baseURI), { cache: "no-cache" })
    .then((response) => {
      if (response.ok) return response.text();
      if (response.status === 404) return "{}";
      throw new Error(`config.json: HTTP ${response.status}`);
    })
    .then((text) => {
      let given;
      try {
        given = JSON.parse(text);
      } catch (error) {
        throw new Error(`config.json: ${error.message}`);
      }
      window.russell = Object.freeze(checked(given));
      const dsn = window.russell.sentry;
      if (!dsn) {
        report = () => {};
        return;
      }
      const release = /\/app-([0-9a-f]{16})\//.exec(address("js"))?.[1] ?? "development";
      // Not waited for: the app does not depend on it.
      import(address("report"))
        .then((module) => {
          report = module.start(dsn, release);
          for (const fault of faults.splice(0)) report(...fault);
        })
        .catch((error) => console.error(error));
    });

  // What is said without the app: in both languages, because which one is wanted is not known here.
  const notice = (tag, className, en, zh) => {
    const box = document.createElement(tag);
    box.className = className;
    for (const [lang, words, again] of [
      ["en", en, "Reload"],
      ["zh-CN", zh, "重新加载"],
    ]) {
      const text = document.createElement("p");
      text.lang = lang;
      text.textContent = words;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.lang = lang;
      button.textContent = again;
      button.addEventListener("click", () => location.reload());
      box.append(text, button);
    }
    return box;
  };

  // After a panic nothing answers any more. What stands on the page stays, so that it can be copied.
  const stopped = () => {
    if (document.querySelector(".boot-stopped")) return;
    const bar = notice(
      "div",
      "boot-stopped",
      "The page has stopped because of a fault in it. Copy what you have typed, then reload.",
      "页面因内部错误已停止响应。请先复制已输入的内容，再重新加载。",
    );
    bar.setAttribute("role", "alert");
    document.body.prepend(bar);
  };

  const failed = (error) => {
    console.error(error);
    report("start", error);
    const show = () => {
      const main = notice(
        "main",
        "boot-failed",
        "The app could not be loaded. Check the connection, then reload. An old browser may be the reason too: Chrome 119, Firefox 120 and Safari 17 or newer work.",
        "应用未能加载。请检查网络连接后重新加载；也可能是浏览器版本过旧：需要 Chrome 119、Firefox 120、Safari 17 或更新版本。",
      );
      // Not in two languages: it is for the operator, who has made a mistake there.
      if (error.message?.startsWith("config.json")) {
        const why = document.createElement("p");
        why.textContent = error.message;
        main.append(why);
      }
      document.body.replaceChildren(main);
    };
    if (document.body) show();
    else addEventListener("DOMContentLoaded", show);
  };

  // What a release build's page consists of is fetched along with the app, not after it has started: the frame, and the chunks
  // (src/chunks.rs) behind the first words of the address. scripts/web/finish.mjs says which packs those are. It is a guess
  // for speed alone: the app fetches what it needs all the same. Who is not signed in is sent elsewhere by most pages.
  const pages = new Map([
    ["login", []],
    ["register", []],
    ["explore", ["explore"]],
    ["search", ["search"]],
    ["task", ["task"]],
    ["projects", ["mine"]],
    ["datasets", ["mine"]],
    ["tasks", ["tasks"]],
    ...["", "welcome", "notifications", "trash", "new", "settings", "account", "files"].map((word) => [word, null]),
  ]);
  const fetchAhead = () => {
    const base = new URL(".", document.baseURI).pathname;
    const [first, kind, , tab] = location.pathname.slice(base.length).split("/");
    const page = pages.has(first) ? pages.get(first) : kind ? ["entity", ...(tab ? [] : ["readme", "markdown"])] : ["profile"];
    if (!page?.length || !script.dataset.chunks) return;
    try {
      if (["projects", "datasets", "tasks"].includes(first) && !sessionStorage.getItem(`russell.session${base.slice(0, -1)}`)) return;
    } catch {
      return;
    }
    const [ending, ...chunks] = script.dataset.chunks.split(";");
    const packs = new Map(chunks.map((chunk) => chunk.split(":")));
    const files = ["frame_chunk", ...page]
      .filter((name) => packs.has(name))
      .flatMap((name) => [`split_${name}.wasm`, ...packs.get(name).split(".").filter(Boolean).map((number) => `pack_${number}.${ending}`)]);
    // Whole, into the browser's cache, where the app finds it, done or on its way. A preload link would complain of a wrong guess.
    for (const name of new Set(files)) {
      fetch(new URL(name, address("js")))
        .then((response) => response.arrayBuffer())
        .catch(() => {});
    }
  };

  // Both files at once; the engine compiles while they arrive. An `integrity` on a preload link is ignored for
  // wasm, so it is checked here.
  const integrity = script.dataset.wasmIntegrity;
  const wasm = fetch(address("wasm"), integrity ? { integrity } : {}).then((response) => {
    if (!response.ok) throw new Error(`${response.url}: HTTP ${response.status}`);
    return response;
  });
  const parsed = new Promise((resolve) => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", resolve);
    else resolve();
  });
  wasm.catch(() => {});
  fetchAhead();
  Promise.all([import(address("js")), parsed, configured])
    .then(([module]) => module.default({ module_or_path: wasm }))
    .catch(failed);
})();
