// What the splitter leaves is put into packs: nothing may get lost on the way, and a page has to get all it needs.
import assert from "node:assert/strict";
import test from "node:test";
import { FRAME, group, nameOf, parse, script } from "../../scripts/web/packs.mjs";

const HEAD = `import { initSync } from "./app.js";
let sharedImports = undefined;
function getSharedImports() {}
function wrapAsyncCb(callee) {}
function makeLoad(fetcher, deps) {}
`;

/** What the splitter writes for chunks by the pages that need them. */
function splitterScript(chunks, pages) {
  const load = (path, deps) => `makeLoad(() => {
    const src = fetch(new URL("./${path}", import.meta.url));
    src.catch(() => {});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [${deps.join(", ")}])`;
  const lines = Object.entries(chunks).map(
    ([chunk, needing]) => `/* ${needing.join(", ")} */\nconst __${chunk} = ${load(`${chunk}.wasm`, [])};`,
  );
  for (const page of pages) {
    const deps = Object.keys(chunks).filter((chunk) => chunks[chunk].includes(page));
    lines.push(
      `export const __wasm_split_load_${page} = wrapAsyncCb(${load(`split_${page}.wasm`, deps.map((chunk) => `__${chunk}`))});`,
    );
  }
  return `${HEAD}${lines.join("\n")}\n`;
}

const PAGES = [FRAME, "lists", "task", "notebook"];
const CHUNKS = {
  chunk_1: ["lists", "task"],
  chunk_2: ["lists", "task", FRAME],
  chunk_3: ["task", "notebook"],
  chunk_4: ["lists", "task", "notebook"],
  chunk_5: ["lists", "notebook"],
};
const of = (size) => new Map(Object.keys(CHUNKS).map((chunk) => [`${chunk}.wasm`, size]));

/** The packs that a page fetches: its own and the frame's. */
const packsOf = (packs, page) => packs.filter(({ pages }) => pages.includes(page) || pages.includes(FRAME));

test("the splitter's script says what each page needs", () => {
  const { chunks, pages } = parse(splitterScript(CHUNKS, PAGES));
  assert.deepEqual(chunks, Object.keys(CHUNKS).map((chunk) => `${chunk}.wasm`));
  assert.deepEqual([...pages.keys()], PAGES);
  assert.deepEqual(pages.get("notebook"), {
    path: "split_notebook.wasm",
    chunks: ["chunk_3.wasm", "chunk_4.wasm", "chunk_5.wasm"],
  });
});

for (const size of [10, 1_000, 5_000, 100_000]) {
  test(`no chunk of ${size} bytes is lost or fetched twice, and each page has what it needs`, () => {
    const splitter = parse(splitterScript(CHUNKS, PAGES));
    const packs = group(splitter, of(size));
    const packed = packs.flatMap(({ chunks }) => chunks);
    assert.deepEqual([...packed].sort(), splitter.chunks);
    for (const [page, { chunks }] of splitter.pages) {
      const fetched = packsOf(packs, page).flatMap((pack) => pack.chunks);
      for (const chunk of chunks) assert.ok(fetched.includes(chunk), `${page} lacks ${chunk}`);
    }
  });
}

test("large chunks are fetched by nobody in vain, small ones go together", () => {
  const splitter = parse(splitterScript(CHUNKS, PAGES));
  for (const pack of group(splitter, of(100_000))) {
    for (const page of pack.pages.filter((page) => page !== FRAME)) {
      for (const chunk of pack.chunks) assert.ok(splitter.pages.get(page).chunks.includes(chunk));
    }
  }
  // One for the frame, one for the rest.
  assert.equal(group(splitter, of(10)).length, 2);
});

test("what the frame needs is the frame's alone: it is there before any page", () => {
  const splitter = parse(splitterScript(CHUNKS, PAGES));
  for (const size of [10, 100_000]) {
    const packs = group(splitter, of(size)).filter(({ pages }) => pages.includes(FRAME));
    assert.deepEqual(packs, [{ pages: [FRAME], chunks: ["chunk_2.wasm"] }]);
  }
});

test("packs do not depend on the order in which the splitter names chunks", () => {
  const backwards = Object.fromEntries(Object.entries(CHUNKS).reverse());
  const [one, other] = [CHUNKS, backwards].map((chunks) => group(parse(splitterScript(chunks, PAGES)), of(5_000)));
  assert.deepEqual(one, other);
});

test("more pages than a number has bits", () => {
  const pages = [FRAME, ...Array.from({ length: 40 }, (_, at) => `page${String(at).padStart(2, "0")}`)];
  const chunks = Object.fromEntries(pages.slice(1, -1).map((page, at) => [`chunk_${at}`, [page, pages[at + 2]]]));
  const splitter = parse(splitterScript(chunks, pages));
  const packs = group(splitter, new Map(splitter.chunks.map((chunk) => [chunk, 100_000])));
  for (const [page, { chunks: needed }] of splitter.pages) {
    const fetched = packsOf(packs, page).flatMap((pack) => pack.chunks);
    assert.deepEqual([...fetched].sort(), [...needed].sort());
  }
});

test("the script fetches a page's packs and the style before its own module", () => {
  const original = splitterScript(CHUNKS, PAGES);
  const splitter = parse(original);
  const packs = group(splitter, of(100_000));
  const written = script(original, splitter, packs);
  assert.ok(written.startsWith(HEAD.trimEnd()));
  for (const page of PAGES) {
    const line = written.split("\n").find((line) => line.includes(`__wasm_split_load_${page} `));
    const needs = packs.flatMap((pack, at) => (packsOf(packs, page).includes(pack) ? [`pack${at}`] : []));
    assert.ok(line.includes(`"./split_${page}.wasm"), [${[...needs, "style"].join(", ")}])`), line);
  }
  packs.forEach((_, at) => assert.ok(written.includes(`const pack${at} = makeLoad(() => moduleAt("./${nameOf(at)}"), []);`)));
  assert.ok(!written.includes("chunk_"), "no chunk is fetched by itself any more");
});

test("a splitter that writes another script is noticed", () => {
  assert.throws(() => parse("export {};"), /no chunk/);
  const splitter = parse(splitterScript(CHUNKS, PAGES));
  assert.throws(() => script("const __chunk_1 = 1;", splitter, []), /no getSharedImports/);
});
