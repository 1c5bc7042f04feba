// Modules as bytes: what is made shorter has to stay the same program.
import assert from "node:assert/strict";
import test from "node:test";
import { plain, provider, shortNames, smaller, substance, u32, withoutExports } from "../../scripts/web/wasm.mjs";

const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));
const text = (words) => bytes(u32(words.length), Buffer.from(words));
const section = (id, ...parts) => {
  const data = bytes(...parts);
  return bytes(id, u32(data.length), data);
};

const HASH = "0123456789abcdef";

/** Imports a function, a table and a memory; its table has an empty segment and one with the function at place 3. */
const MODULE = bytes(
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  section(1, 1, 0x60, 0, 1, 0x7f),
  section(
    2,
    3,
    text("./app_bg.js"),
    text(`__wbg_now_${HASH}`),
    [0, 0],
    text("__wasm_split"),
    text("table"),
    [1, 0x70, 0, 10],
    text("__wasm_split"),
    text("memory"),
    [2, 0, 1],
  ),
  section(3, 1, 0),
  section(7, 2, text(`_ZN4main17h${HASH}E`), [0, 1], text("memory"), [2, 0]),
  section(9, 2, [0, 0x41, 3, 0x0b, 1, 1], [4, 0x41, 5, 0x0b, 2, 0xd0, 0x70, 0x0b, 0xd0, 0x70, 0x0b]),
  section(10, 1, 4, 0, 0x10, 0, 0x0b),
);
const SCRIPT = `const imports = {
    "./app_bg.js": {
        __wbg_now_${HASH}: function() { return 42; },
    },
};
export const start = () => wasm._ZN4main17h${HASH}E();
`;

test("short names on both sides, and the program still runs", () => {
  assert.ok(WebAssembly.validate(MODULE));
  const { module, script } = shortNames(MODULE, SCRIPT, "./app_bg.js");
  assert.ok(module.length < MODULE.length);
  assert.ok(!script.includes(HASH));
  const [, imported] = /\n\s+(\$\w+): function/.exec(script);
  const [, exported] = /wasm\.(\$\w+)\(\)/.exec(script);
  assert.ok(script.includes('"$": {'));
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 10 });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const shared = { $: { [imported]: () => 42 }, __wasm_split: { table, memory } };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), shared);
  assert.equal(instance.exports[exported](), 42);
  assert.equal(instance.exports.memory, memory);
  assert.equal(table.get(3)(), 42);
  assert.equal(table.get(5), null);
});

test("a script that has changed is noticed", () => {
  assert.throws(() => shortNames(MODULE, "export {};", "./app_bg.js"), /expected one/);
  assert.throws(() => shortNames(MODULE, `${SCRIPT}const $0 = 1;`, "./app_bg.js"), /dollar/);
});

test("names that nobody changes stay", () => {
  const same = smaller(MODULE, { imported: (from, what) => [from, what], exported: (what) => what });
  const names = (module) => WebAssembly.Module.imports(new WebAssembly.Module(module)).map(({ name }) => name);
  assert.deepEqual(names(same), names(MODULE));
});

test("without exports there are none", () => {
  assert.deepEqual(WebAssembly.Module.exports(new WebAssembly.Module(withoutExports(MODULE))), []);
});

test("what weighs is functions, data and entries of the table", () => {
  const parts = substance(MODULE);
  assert.ok(parts.length > 10 && parts.length < MODULE.length / 2);
});

test("a provider hands on what it imports, once however many modules need it", () => {
  const chunk = bytes(
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(2, 2, text("__wasm_split"), text("table"), [1, 0x70, 0, 10], text("__wasm_split"), text("memory"), [2, 0, 1]),
  );
  const module = provider([chunk, chunk], "__wasm_split", "host");
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 10 });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { host: { table, memory } });
  assert.deepEqual({ ...exports }, { memory, table });
  assert.throws(() => provider([MODULE], "__wasm_split", "host"), /imports/);
});

test("a script loses its comments and nothing else", () => {
  const script = '/**\n * Says.\n */\nexport function say() {\n    // Words.\n    return "a // b /* c */";\n\n}\n';
  assert.equal(plain(script), 'export function say() {\nreturn "a // b /* c */";\n}\n');
});
