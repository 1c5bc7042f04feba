// Puts the shared chunks of the splitter into packs, so that a page is a few requests and not some hundred.
//
// The splitter makes a chunk for every set of pages that have some code in common: hundreds of them, most below a
// kilobyte. Whoever opens a page needs all chunks whose set has it. A pack is a module of several chunks merged.

/** What a request is worth, in bytes over the wire: below that, fetching something in vain is the cheaper way. */
const REQUEST = 1000;

/** What stands around every page: what it needs is there already. */
export const FRAME = "frame_chunk";

/** A pattern that has to be there. */
function all(text, pattern, what) {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) throw new Error(`__wasm_split.js: no ${what}; has the splitter changed?`);
  return found;
}

const names = (list) => list.split(",").map((name) => name.trim()).filter(Boolean);

/** The splitter's script as data: what each page needs. */
export function parse(script) {
  const file = String.raw`new URL\("\./([\w.]+)"[\s\S]*?\n, \[([^\]]*)\]\)`;
  const chunks = new Map();
  for (const [, name, path, deps] of all(script, new RegExp(String.raw`const (__chunk_\d+) = makeLoad\([\s\S]*?${file};`, "g"), "chunk")) {
    if (names(deps).length > 0) throw new Error(`${path} needs other chunks; they would have to come first`);
    chunks.set(name, path);
  }
  const pages = new Map();
  for (const [, page, path, deps] of all(script, new RegExp(String.raw`__wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\([\s\S]*?${file}\);`, "g"), "page")) {
    pages.set(page, { path, chunks: names(deps).map((name) => chunks.get(name)) });
  }
  return { chunks: [...chunks.values()], pages };
}

const bits = (n) => {
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
};
const count = ([low, high]) => bits(low) + bits(high);
const union = (a, b) => [a[0] | b[0], a[1] | b[1]];

/**
 * Which chunks go together: begins with one pack for each set of pages and joins two as long as all pages together have
 * less to fetch then. `sizes` are bytes over the wire by chunk. Answers [{ pages, chunks }], whatever the order of its input.
 */
export function group({ chunks, pages }, sizes) {
  const order = [FRAME, ...[...pages.keys()].filter((page) => page !== FRAME).sort()];
  if (order.length > 64) throw new Error("more pages than bits");
  const sets = new Map(chunks.map((chunk) => [chunk, [0, 0]]));
  for (const [page, needs] of pages) {
    const at = page === FRAME ? 0 : order.indexOf(page);
    for (const chunk of needs.chunks) sets.get(chunk)[at >> 5] |= 1 << (at & 31);
  }
  const packs = new Map();
  for (const [chunk, set] of [...sets].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = set[0] & 1 ? [1, 0] : set;
    const pack = packs.get(own.join()) ?? { set: own, bytes: 0, chunks: [] };
    pack.bytes += sizes.get(chunk);
    pack.chunks.push(chunk);
    packs.set(own.join(), pack);
  }
  const list = [...packs.values()];
  const cost = (set, bytes) => count(set) * (bytes + REQUEST);
  const gain = (a, b) => {
    // The frame's code is everybody's, and nothing else is.
    if ((a.set[0] | b.set[0]) & 1) return 0;
    return cost(a.set, a.bytes) + cost(b.set, b.bytes) - cost(union(a.set, b.set), a.bytes + b.bytes);
  };
  // For each pack the later one that it had best be joined with; only what touches the last joint is asked again.
  const best = (i) => {
    let found = { gain: 0 };
    for (let j = i + 1; j < list.length; j += 1) {
      const here = list[i] && list[j] ? gain(list[i], list[j]) : 0;
      if (here > found.gain) found = { gain: here, j };
    }
    return found;
  };
  const bests = list.map((_, i) => best(i));
  for (;;) {
    let i = 0;
    for (let at = 1; at < list.length; at += 1) if (bests[at].gain > bests[i].gain) i = at;
    if (!(bests[i]?.gain > 0)) break;
    const { j } = bests[i];
    const [a, b] = [list[i], list[j]];
    list[i] = { set: union(a.set, b.set), bytes: a.bytes + b.bytes, chunks: [...a.chunks, ...b.chunks] };
    list[j] = undefined;
    for (let at = 0; at < list.length; at += 1) {
      if (at === i || at === j || bests[at].j === i || bests[at].j === j) bests[at] = best(at);
      else if (at < i && list[at]) {
        const here = gain(list[at], list[i]);
        if (here > bests[at].gain) bests[at] = { gain: here, j: i };
      }
    }
  }
  const left = list.filter(Boolean);
  return left.map(({ set, chunks }) => ({
    pages: order.filter((_, at) => set[at >> 5] & (1 << (at & 31))),
    chunks,
  }));
}

/** The file of a pack. */
export const nameOf = (at) => `pack_${at}.wasm`;

/**
 * The script that takes the place of the splitter's: the same exports, fetching packs, and the style that index.html has
 * switched off.
 */
export function script(original, { pages }, packs) {
  const head = original.slice(0, original.search(/^(\/\*.*\*\/\n)?(const __chunk_|export const __wasm_split_load_)/m));
  for (const name of ["getSharedImports", "wrapAsyncCb", "makeLoad"]) {
    if (!head.includes(`function ${name}(`)) throw new Error(`__wasm_split.js: no ${name}; has the splitter changed?`);
  }
  const lines = packs.map(
    (pack, at) => `const pack${at} = makeLoad(() => moduleAt("./${nameOf(at)}"), []);`,
  );
  for (const [page, { path }] of pages) {
    const needs = packs.flatMap((pack, at) => {
      const needed = pack.pages.includes(FRAME) || pack.pages.includes(page);
      return needed ? [`pack${at}`] : [];
    });
    needs.push("style");
    lines.push(
      `export const __wasm_split_load_${page} = wrapAsyncCb(makeLoad(() => moduleAt("./${path}"), [${needs.join(", ")}]));`,
    );
  }
  const helpers = `
function moduleAt(path) {
    const source = fetch(new URL(path, import.meta.url));
    source.catch(() => {});
    return (imports) => WebAssembly.instantiateStreaming(source, imports);
}
const style = makeLoad(() => {
    const link = document.querySelector("link[disabled]");
    const ready = !link ? Promise.resolve() : new Promise((done, failed) => {
        link.addEventListener("load", done, { once: true });
        link.addEventListener("error", () => {
            // Switched off again, so that the next try asks for it again.
            link.disabled = true;
            failed(new Error(\`\${link.href} could not be loaded\`));
        }, { once: true });
        link.disabled = false;
    });
    ready.catch(() => {});
    return () => ready;
}, []);
`;
  return `${head.trimEnd()}\n${helpers}${lines.join("\n")}\n`;
}
