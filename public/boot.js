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

  const failed = (error) => {
    console.error(error);
    const show = () => {
      const main = document.createElement("main");
      main.className = "boot-failed";
      for (const [lang, words, again] of [
        ["en", "The app could not be loaded. Check the connection, then reload. An old browser may be the reason too: Chrome 119, Firefox 120 and Safari 17 or newer work.", "Reload"],
        ["zh-CN", "应用未能加载。请检查网络连接后重新加载；也可能是浏览器版本过旧：需要 Chrome 119、Firefox 120、Safari 17 或更新版本。", "重新加载"],
      ]) {
        const text = document.createElement("p");
        text.lang = lang;
        text.textContent = words;
        const button = document.createElement("button");
        button.type = "button";
        button.lang = lang;
        button.textContent = again;
        button.addEventListener("click", () => location.reload());
        main.append(text, button);
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
  Promise.all([import(address("js")), parsed])
    .then(([module]) => module.default({ module_or_path: wasm }))
    .catch(failed);
})();
