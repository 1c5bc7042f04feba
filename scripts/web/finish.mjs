// Makes dist/ of what Trunk and the splitter left: optimises every module, puts what belongs together into a folder
// named by its content, names the folders in index.html, and compresses.
//
//   node scripts/web/finish.mjs STAGE SPLIT DIST
//
// Everything below DIST/assets can be cached for ever; everything beside it has to be revalidated.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as packs from "./packs.mjs";

const [stage, split, dist] = process.argv.slice(2);
if (!dist) throw new Error("usage: finish.mjs STAGE SPLIT DIST");

/** What rustc lets the code use; wasm-opt has to be told, else it refuses the module. */
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "extended-const",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((name) => `--enable-${name}`);

/** Below this a compressed copy saves less than its second file costs. */
const COMPRESS_FROM = 512;
const COMPRESSIBLE = /\.(js|wasm|bin|css|svg|html|json|txt|map|webmanifest)$/;

const read = (...parts) => readFileSync(join(...parts));
const write = (path, data) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, data);
};

/** The module through wasm-opt, as bytes. */
async function optimised(path) {
  const run = promisify(execFile)("wasm-opt", ["-Oz", ...FEATURES, path, "-o", "-"], {
    encoding: "buffer",
    maxBuffer: 1 << 30,
  });
  return (await run).stdout;
}

/** Name -> bytes of modules in a folder, as many at a time as there are processors. */
async function allOptimised(folder, names) {
  const found = new Map();
  const rest = [...names];
  const work = async () => {
    for (let name = rest.pop(); name; name = rest.pop()) found.set(name, await optimised(join(folder, name)));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return found;
}

/** Name -> bytes of files that refer to one another by name, so that one hash stands for all. */
class Bundle {
  files = new Map();

  add(name, data) {
    this.files.set(name, Buffer.from(data));
    return this;
  }

  /** Writes the files below DIST/assets/`kind`-HASH and returns that folder's address. */
  write(kind) {
    const hash = createHash("sha256");
    for (const name of [...this.files.keys()].sort()) hash.update(name).update("\0").update(this.files.get(name));
    const folder = `assets/${kind}-${hash.digest("hex").slice(0, 16)}`;
    for (const [name, data] of this.files) write(join(dist, folder, name), data);
    return folder;
  }

  integrity(name) {
    return `sha384-${createHash("sha384").update(this.files.get(name)).digest("base64")}`;
  }
}

rmSync(dist, { recursive: true, force: true });
cpSync(stage, dist, { recursive: true });

/** Takes a file of Trunk's out of the root of DIST. */
const take = (name) => {
  const data = read(stage, name);
  rmSync(join(dist, name));
  return data;
};
const takeModule = async (name) => {
  const data = await optimised(join(stage, name));
  rmSync(join(dist, name));
  return data;
};

// The page and its chunks. `__wasm_split.js` imports `./app.js`, which is the page's own module: same folder, same
// instance.
const app = new Bundle().add("app.js", take("app.js")).add("app_bg.wasm", await takeModule("app_bg.wasm"));
const splitScript = read(split, "__wasm_split.js").toString();
const splitter = packs.parse(splitScript);
const paths = [...splitter.pages.values()].map(({ path }) => path);
for (const [path, data] of await allOptimised(split, paths)) app.add(path, data);
const chunks = await allOptimised(split, splitter.chunks);
// Quick and near enough: it only decides what goes together.
const wireSize = (data) =>
  brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
const grouped = packs.group(splitter, new Map([...chunks].map(([chunk, data]) => [chunk, wireSize(data)])));
grouped.forEach((pack, at) => app.add(`pack_${at}.bin`, packs.bytes(pack, (chunk) => chunks.get(chunk))));
app.add("__wasm_split.js", packs.script(splitScript, splitter, grouped));
const appFolder = app.write("app");

const worker = new Bundle()
  .add("worker_loader.js", take("worker_loader.js"))
  .add("worker.js", take("worker.js"))
  .add("worker_bg.wasm", await takeModule("worker_bg.wasm"));
const workerFolder = worker.write("worker");

const shell = new Bundle().add("main.css", take("main.css")).add("boot.js", take("boot.js")).add("report.js", take("report.js"));
const shellFolder = shell.write("shell");

// index.html: exactly the names that stand there now, or the build is wrong.
let html = read(stage, "index.html").toString();
const replace = (from, to) => {
  if (html.split(from).length !== 2) throw new Error(`index.html: expected one ${from}`);
  html = html.replace(from, () => to);
};
replace('src="./boot.js"', `src="${shellFolder}/boot.js" integrity="${shell.integrity("boot.js")}"`);
replace('data-js="./app.js"', `data-js="${appFolder}/app.js"`);
replace(
  'data-wasm="./app_bg.wasm"',
  `data-wasm="${appFolder}/app_bg.wasm" data-wasm-integrity="${app.integrity("app_bg.wasm")}"`,
);
replace('data-report="./report.js"', `data-report="${shellFolder}/report.js"`);
// The chunks that boot.js fetches ahead: how packs end, then the numbers of each chunk's packs.
const bootScript = read(stage, "boot.js").toString();
const numbers = (page) => grouped.flatMap(({ pages }, at) => (pages.includes(page) ? [at] : []));
const known = [...splitter.pages.keys()].filter((page) => bootScript.includes(`"${page}"`));
const ending = [...app.files.keys()].find((name) => name.startsWith("pack_")).split(".")[1];
const ahead = [ending, ...known.map((page) => `${page}:${numbers(page).join(".")}`)].join(";");
replace('data-worker="./worker_loader.js"', `data-chunks="${ahead}" data-worker="./worker_loader.js"`);
replace('data-worker="./worker_loader.js"', `data-worker="${workerFolder}/worker_loader.js"`);
replace('href="./main.css"', `href="${shellFolder}/main.css" integrity="${shell.integrity("main.css")}"`);
const preloads = [...app.files.keys()]
  .filter((name) => name.endsWith(".js"))
  .map((name) => `<link rel="modulepreload" href="${appFolder}/${name}" integrity="${app.integrity(name)}">`);
replace("</head>", `  ${preloads.join("\n    ")}\n  </head>`);
html = html.replace(/^ *<!--.*?-->\n/gms, "").replace(/^\s*\n/gm, "");
writeFileSync(join(dist, "index.html"), html);

// index.html stays as it is, so that the address it is hosted under can be changed in it; so does config.json.
const ASIS = new Set(["index.html", "config.json"]);
const compressed = (data) => ({
  br: brotliCompressSync(data, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
  }),
  gz: gzipSync(data, { level: 9 }),
});
const wire = new Map();
const total = { files: 0, plain: 0, br: 0 };
for (const entry of readdirSync(dist, { recursive: true })) {
  const path = join(dist, entry);
  if (!statSync(path).isFile() || ASIS.has(entry) || !COMPRESSIBLE.test(entry)) continue;
  const data = readFileSync(path);
  total.files += 1;
  total.plain += data.length;
  total.br += data.length;
  if (data.length < COMPRESS_FROM) continue;
  const small = compressed(data);
  for (const [ending, bytes] of Object.entries(small)) {
    if (bytes.length < data.length) writeFileSync(`${path}.${ending}`, bytes);
  }
  total.br += small.br.length - data.length;
  wire.set(basename(path), small.br.length);
  if (/app_bg\.wasm$/.test(path)) {
    console.error(`    ${basename(path)}: ${data.length} bytes, Brotli ${small.br.length}`);
  }
}
console.error(`    ${total.files} files, ${total.plain} bytes, Brotli ${total.br}`);

// What each page adds to what everybody has: its own module and the packs that it needs.
const size = (names) => names.reduce((sum, name) => sum + (wire.get(name) ?? statSync(join(dist, appFolder, name)).size), 0);
const packsOf = (page) => grouped.flatMap((pack, at) => (pack.pages.includes(page) ? [`pack_${at}.bin`] : []));
for (const [page, { path }] of splitter.pages) {
  const files = [path, ...packsOf(page)];
  console.error(`    ${page}: ${size(files)} bytes with Brotli in ${files.length} files`);
}
