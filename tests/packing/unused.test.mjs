// What is exported and never called goes: everything else has to stay, also what only looks like it.
import assert from "node:assert/strict";
import test from "node:test";
import { emptied, withoutUnused } from "../../scripts/web/unused.mjs";
import { Reader, assembled, list, sections, u32 } from "../../scripts/web/wasm.mjs";

const HASH = "0123456789abcdef";
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(typeof part === "number" ? [part] : part)));
const text = (words) => bytes(u32(Buffer.byteLength(words)), Buffer.from(words));
const section = (id, ...parts) => ({ id, data: bytes(...parts) });

/** A number as the linker writes those that are relocated. */
const padded = (value) => bytes([0, 7, 14, 21].map((shift) => ((value >> shift) & 0x7f) | 0x80), (value >> 28) & 0x0f);
const [CALL, DROP, I32_CONST, END] = [0x10, 0x1a, 0x41, 0x0b];
const [FUNCTION_INDEX, MEMORY_ADDRESS, TABLE_INDEX] = [0, 4, 2];

/** Pieces of bodies: a call, whose answer nobody wants, and an address in the data. */
const call = (symbol) => ({ before: [CALL], symbol, kind: FUNCTION_INDEX, after: [DROP] });
const address = (addend) => ({ before: [I32_CONST], kind: MEMORY_ADDRESS, addend, after: [DROP] });

/** Functions by name, in order; the first is imported. All but `plain` ones answer with a number. */
const FUNCTIONS = {
  maker: undefined,
  run: { exports: ["run"], body: [call("thing"), call("called"), I32_CONST, 7] },
  free: { exports: [`__wbg_idle_free_${HASH}`], body: [call("helper"), address(300), I32_CONST, 1] },
  read: { exports: [`idle_read_${HASH}`], body: [call("free"), address(5), I32_CONST, 2] },
  helper: { exports: [], body: [I32_CONST, 3] },
  thing: { exports: [`__wbg_thing_free_${HASH}`, `thing_use_${HASH}`], body: [call("helper"), I32_CONST, 4] },
  called: { exports: [`idle_called_${HASH}`], body: [call("further"), I32_CONST, 5] },
  further: { exports: [`idle_further_${HASH}`], body: [call("helper"), I32_CONST, 6] },
  equal: { exports: [`idle_equal_${HASH}`, "somethingElse"], body: [I32_CONST, 8] },
  pointed: { exports: [`idle_pointed_${HASH}`], body: [call("helper"), I32_CONST, 9] },
  plain: { exports: [`idle_plain_${HASH}`], body: [], plain: true },
};
const NAMES = Object.keys(FUNCTIONS);
/** A symbol of data and an undefined one stand before the functions'. */
const symbolOf = (name) => NAMES.indexOf(name) + 2;

/** The module as the linker leaves it, the data pointing to `pointed`. */
function linked({ imported = `__wbg_thing_new_${HASH}`, linking = true } = {}) {
  const defined = NAMES.slice(1);
  const exports = defined.flatMap((name) => FUNCTIONS[name].exports.map((what) => [what, NAMES.indexOf(name)]));
  let code = u32(defined.length);
  const relocations = [];
  for (const name of defined) {
    let body = bytes(0);
    const places = [];
    for (const piece of FUNCTIONS[name].body) {
      if (typeof piece === "number") body = bytes(body, piece);
      else {
        body = bytes(body, piece.before);
        places.push([body.length, piece]);
        const value = piece.symbol ? NAMES.indexOf(piece.symbol) : 1024 + piece.addend;
        body = bytes(body, padded(value), piece.after);
      }
    }
    body = bytes(body, END);
    code = bytes(code, u32(body.length));
    for (const [at, { kind, symbol, addend }] of places) {
      const to = symbol ? symbolOf(symbol) : 0;
      const more = kind === MEMORY_ADDRESS ? u32(addend) : [];
      relocations.push(bytes(kind, u32(code.length + at), u32(to), more));
    }
    code = bytes(code, body);
  }
  const symbols = list([
    bytes([1, 0], text("words"), u32(0), u32(0), u32(4)),
    bytes([1, 0x10], text("missing")),
    bytes([0, 0x10, 0]),
    ...NAMES.slice(1).map((name) => bytes([0, 0], u32(NAMES.indexOf(name)), text(name))),
    bytes([3, 0], u32(5)),
  ]);
  return assembled([
    section(1, list([bytes([0x60, 0, 1, 0x7f]), bytes([0x60, 0, 0])])),
    section(2, list([bytes(text("__wbindgen_placeholder__"), text(imported), [0, 0])])),
    section(3, list(defined.map((name) => u32(FUNCTIONS[name].plain ? 1 : 0)))),
    section(5, [1, 0, 1]),
    section(7, list(exports.map(([what, index]) => bytes(text(what), 0, u32(index))))),
    section(10, code),
    section(11, [1, 0, I32_CONST, 0x80, 0x08, END, 4, 1, 0, 0, 0]),
    ...(linking ? [section(0, text("linking"), [2, 5, 1, 0, 8], text(symbols))] : []),
    section(0, text("reloc.CODE"), u32(5), list(relocations)),
    section(0, text("reloc.DATA"), u32(6), list([bytes(TABLE_INDEX, u32(6), u32(symbolOf("pointed")))])),
  ]);
}

const instance = (module) => {
  const [{ name }] = WebAssembly.Module.imports(new WebAssembly.Module(module));
  return new WebAssembly.Instance(new WebAssembly.Module(module), { __wbindgen_placeholder__: { [name]: () => 0 } }).exports;
};

/** The relocations of the code that are left: [{ offset, symbol }]. */
function relocations(module) {
  const { data } = sections(module).find(({ id, data }) => id === 0 && data.includes("reloc.CODE"));
  const reader = new Reader(data);
  assert.equal(reader.name(), "reloc.CODE");
  assert.equal(reader.u32(), 5);
  const found = Array.from({ length: reader.u32() }, () => {
    const kind = reader.byte();
    const entry = { offset: reader.u32(), symbol: reader.u32() };
    if (kind === MEMORY_ADDRESS) reader.u32();
    return entry;
  });
  assert.ok(!reader.rest);
  return found;
}

test("methods of a class that is never made fail, all others answer as before", () => {
  const [before, after] = [linked(), emptied(linked())];
  const [was, is] = [instance(before), instance(after)];
  assert.deepEqual(Object.keys(is), Object.keys(was));
  const failing = Object.keys(is).filter((name) => {
    const answer = was[name]();
    try {
      return is[name]() !== answer;
    } catch (fault) {
      assert.match(String(fault), /unreachable/);
      return true;
    }
  });
  // The plain one is as short as a function can be: it does nothing anyway.
  assert.deepEqual(failing, [`__wbg_idle_free_${HASH}`, `idle_read_${HASH}`]);
});

test("what is emptied refers to nothing, and everything stays in its place", () => {
  const [before, after] = [linked(), emptied(linked())];
  const left = relocations(after);
  assert.deepEqual(
    left.map(({ symbol }) => NAMES[symbol - 2]),
    ["thing", "called", "helper", "further", "helper", "helper"],
  );
  const all = relocations(before).map(({ offset, symbol }) => `${offset} ${symbol}`);
  for (const { offset, symbol } of left) assert.ok(all.includes(`${offset} ${symbol}`));
  const code = (module) => sections(module).find(({ id }) => id === 10).data;
  for (const { offset, symbol } of left) {
    assert.deepEqual(code(after).subarray(offset, offset + 5), padded(symbol - 2));
  }
  assert.equal(code(after).length, code(before).length);
});

test("a class that the module makes is left alone", () => {
  const module = linked({ imported: `__wbg_idle_new_${HASH}` });
  const [was, is] = [instance(module), instance(emptied(module))];
  // The other class is not made now, but the program calls its method.
  for (const name of Object.keys(was)) assert.equal(is[name](), was[name](), name);
});

test("a module without such classes stays as it is, one without symbols is noticed", () => {
  const module = emptied(assembled([section(7, [0])]));
  assert.deepEqual(module, assembled([section(7, [0])]));
  assert.throws(() => emptied(linked({ linking: false })), /--emit-relocs/);
});

test("a module that is cut is noticed, wherever it has lost more than whole sections", () => {
  const module = linked();
  const ends = new Set();
  for (let at = 8; at < module.length; ) {
    ends.add(at);
    const reader = new Reader(module.subarray(at + 1));
    const size = reader.u32();
    at += 1 + reader.at + size;
  }
  for (let length = 9; length < module.length; length += 1) {
    if (!ends.has(length)) assert.throws(() => emptied(module.subarray(0, length)), /ends in the middle/);
  }
});

/** What wasm-bindgen makes of it: names have lost their hashes. */
const bound = (exports) => {
  const all = exports.map((what) => bytes(text(what), [0, 0]));
  return assembled([
    section(1, list([bytes([0x60, 0, 0])])),
    section(2, list([bytes(text("./app_bg.js"), text(`__wbg_thing_new_${HASH}`), [0, 0])])),
    section(7, list(all)),
  ]);
};
const EXPORTS = ["run", "__wbg_idle_free", "idle_read", "__wbg_thing_free", "thing_use", "__heap_base", "shared", "$0"];

const classOf = (name) => `export class ${name} {
    free() {
        wasm.__wbg_${name.toLowerCase()}_free(this.ptr, 0);
    }
    get kind() {
        return __wbindgen_enum_${name}Kind[wasm.${name.toLowerCase()}_${name === "Idle" ? "read" : "use"}()];
    }
}
if (Symbol.dispose) ${name}.prototype[Symbol.dispose] = ${name}.prototype.free;
`;
const finalization = (name) => `const ${name}Finalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_${name.toLowerCase()}_free(ptr, 1));
`;
const [IDLE, THING] = ["Idle", "Thing"].map((name) => [
  classOf(name),
  `const __wbindgen_enum_${name}Kind = ["bytes"];\n`,
  finalization(name),
]);
const REST = "const imports = { __wbg_thing_new() { return new Thing(); } };\nexport const run = () => wasm.run();\n";
const SCRIPT = [0, 1, 2].map((at) => IDLE[at] + THING[at]).join("") + REST;

test("the script loses such a class, and the module what nobody names", () => {
  const { module, script } = withoutUnused(bound(EXPORTS), SCRIPT, "const { shared } = it;");
  assert.equal(script, THING.join("") + REST);
  const names = WebAssembly.Module.exports(new WebAssembly.Module(module)).map(({ name }) => name);
  assert.deepEqual(names, ["run", "__wbg_thing_free", "thing_use", "shared"]);
});

test("a class that is used after all is noticed", () => {
  assert.throws(() => withoutUnused(bound(EXPORTS), `${SCRIPT}wasm.idle_read();`), /idle_read belongs/);
  assert.throws(() => withoutUnused(bound(EXPORTS), SCRIPT, "app.__wbg_idle_free()"), /__wbg_idle_free belongs/);
});
