// Makes dist/ of what Trunk and the splitter left: merges the splitter's chunks into packs, optimises every module, puts
// what belongs together into a folder named by its content, names the folders in index.html, and compresses. Fails when
// a page has become larger than it may be.
//
//   node scripts/web/finish.mjs STAGE SPLIT DIST
//
// Everything below DIST/assets can be cached for ever; everything beside it has to be revalidated.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as packs from "./packs.mjs";
import { withoutUnused } from "./unused.mjs";
import * as wasm from "./wasm.mjs";

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

/**
 * What may travel, in bytes with Brotli: what everybody has to load first, without headers; the frame with its style;
 * what a page adds to that.
 */
const FIRST_LOAD = 172_200;
const AROUND = 165_000;
const PAGE = 166_000;

/** Below this a compressed copy saves less than its second file costs. */
const COMPRESS_FROM = 512;
const COMPRESSIBLE = /\.(js|wasm|bin|css|svg|html|json|txt|map|webmanifest)$/;

const read = (...parts) => readFileSync(join(...parts));
const write = (path, data) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, data);
};

const run = promisify(execFile);

/** The module through wasm-opt, as bytes. */
async function optimised(path) {
  const options = { encoding: "buffer", maxBuffer: 1 << 30 };
  return (await run("wasm-opt", ["-Oz", ...FEATURES, path, "-o", "-"], options)).stdout;
}

/** What the splitter's modules import from, and what stands for it while some are merged. */
const SHARED = "__wasm_split";
const HOST = "host";

const scratch = mkdtempSync(join(tmpdir(), "russell-web-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Modules of the splitter as one, through wasm-opt. `name` is a file's that nobody else uses. */
async function merged(paths, name) {
  const modules = paths.map((path) => readFileSync(path));
  const provider = join(scratch, `${name}.provider.wasm`);
  write(provider, wasm.provider(modules, SHARED, HOST));
  const all = join(scratch, name);
  const inputs = paths.flatMap((path, at) => [path, `chunk${at}`]);
  await run("wasm-merge", [...FEATURES, provider, SHARED, ...inputs, "-o", all]);
  write(all, wasm.withoutExports(readFileSync(all)));
  return wasm.smaller(await optimised(all), {
    imported: (from, what) => [from === HOST ? SHARED : from, what],
    exported: (what) => what,
  });
}

/** What `work` makes of each of a list, as many at a time as there are processors. */
async function each(list, work) {
  const made = new Array(list.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < list.length; at = next++) made[at] = await work(list[at], at);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return made;
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
/**
 * A module that wasm-bindgen has been through and its script, without what neither this nor the script `other` calls;
 * the module through wasm-opt.
 */
const takeProgram = async (name, other) => {
  const { module, script } = withoutUnused(take(`${name}_bg.wasm`), take(`${name}.js`).toString(), other);
  const path = join(scratch, `${name}.program.wasm`);
  write(path, module);
  return { module: await optimised(path), script };
};

// The page and its chunks. `__wasm_split.js` imports `./app.js`, which is the page's own module: same folder, same
// instance.
const splitScript = read(split, "__wasm_split.js").toString();
const page = await takeProgram("app", splitScript);
const glue = wasm.shortNames(page.module, page.script, "./app_bg.js");
const app = new Bundle().add("app.js", wasm.plain(glue.script)).add("app_bg.wasm", glue.module);
const splitter = packs.parse(splitScript);
// Quick and near enough: it only decides what goes together.
const wireSize = (data) =>
  brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
const sizes = splitter.chunks.map((chunk) => [chunk, wireSize(wasm.substance(read(split, chunk)))]);
const grouped = packs.group(splitter, new Map(sizes));
const modules = [
  ...[...splitter.pages.values()].map(({ path }) => ({ name: path, parts: [path] })),
  ...grouped.map(({ chunks }, at) => ({ name: packs.nameOf(at), parts: chunks })),
];
const made = await each(modules, ({ name, parts }) => merged(parts.map((part) => join(split, part)), name));
modules.forEach(({ name }, at) => app.add(name, made[at]));
app.add("__wasm_split.js", wasm.plain(packs.script(splitScript, splitter, grouped)));
const appFolder = app.write("app");

const loader = take("worker_loader.js");
const helper = await takeProgram("worker", loader.toString());
const worker = new Bundle()
  .add("worker_loader.js", loader)
  .add("worker.js", helper.script)
  .add("worker_bg.wasm", helper.module);
const workerFolder = worker.write("worker");

const shell = new Bundle()
  .add("main.css", take("main.css"))
  .add("frame.css", take("frame.css"))
  .add("boot.js", wasm.plain(take("boot.js").toString()))
  .add("report.js", wasm.plain(take("report.js").toString()));
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
// The script that fetches the packs switches it on.
replace('href="./frame.css"', `href="${shellFolder}/frame.css" integrity="${shell.integrity("frame.css")}" disabled`);
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
  wire.set(basename(path), Math.min(data.length, small.br.length));
}
console.error(`    ${total.files} files, ${total.plain} bytes, Brotli ${total.br}`);

// What everybody loads first, and what each page adds to that and to the frame: its own module and the packs it needs.
const size = (...path) => wire.get(basename(path.at(-1))) ?? statSync(join(dist, ...path)).size;
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const first = sum([
  size("index.html"),
  ...["app.js", "app_bg.wasm", "__wasm_split.js"].map((name) => size(appFolder, name)),
  ...["main.css", "boot.js"].map((name) => size(shellFolder, name)),
]);
console.error(`    first load: ${first} bytes, at most ${FIRST_LOAD}`);
let fits = first <= FIRST_LOAD;
for (const [page, { path }] of splitter.pages) {
  const files = [path, ...grouped.flatMap((pack, at) => (pack.pages.includes(page) ? [packs.nameOf(at)] : []))];
  const around = page === packs.FRAME;
  const [most, style] = around ? [AROUND, size(shellFolder, "frame.css")] : [PAGE, 0];
  const bytes = sum(files.map((name) => size(appFolder, name))) + style;
  fits &&= bytes <= most;
  console.error(`    ${page}: ${bytes} bytes in ${files.length} files${bytes > most ? `, which is more than ${most}` : ""}`);
}
if (!fits) throw new Error("something travels that is too large (docs/decisions/0024-bytes.md)");
