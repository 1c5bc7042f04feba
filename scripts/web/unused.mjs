// Takes out what wasm-bindgen exports although nobody calls it: classes that a crate offers to scripts and that the app
// never makes. Their methods are exports, so every tool keeps them, what they call, and the data of all that.
//
//   node scripts/web/unused.mjs IN OUT
//
// empties their functions in a module of the linker, before the splitter asks what belongs to the first load. Once
// wasm-bindgen has been there, `withoutUnused` takes out the exports and the classes.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  CODE,
  CUSTOM,
  EXPORT,
  FUNCTION,
  IMPORT,
  Reader,
  assembled,
  description,
  list,
  sections,
} from "./wasm.mjs";

/** A class's destructor; wasm-bindgen itself takes the hash off. */
const FREE = /^__wbg_(\w+?)_free(?:_[0-9a-f]{16})?$/;

/** The entries of a section, each made by `entry`. */
function entries(parts, id, entry) {
  const section = parts.find((part) => part.id === id);
  if (!section) return [];
  const reader = new Reader(section.data);
  return Array.from({ length: reader.u32() }, () => entry(reader));
}

const importsOf = (parts) =>
  entries(parts, IMPORT, (reader) => {
    reader.name();
    return { name: reader.name(), kind: description(reader)[0] };
  });

function exported(reader) {
  const begin = reader.at;
  const [name, kind, index] = [reader.name(), reader.byte(), reader.u32()];
  return { name, kind, index, data: reader.data.subarray(begin, reader.at) };
}

const exportsOf = (parts) => entries(parts, EXPORT, exported);

/**
 * The classes of a module that it never makes, in lower case as its exports call them, and their methods. What makes one
 * is an import named after it.
 */
function idle(parts) {
  const made = importsOf(parts).map(({ name }) => name);
  const all = exportsOf(parts).filter(({ kind }) => kind === FUNCTION);
  const types = all.flatMap(({ name }) => {
    const [, type] = FREE.exec(name) ?? [];
    return type && !made.some((name) => name.startsWith(`__wbg_${type}_new`)) ? [type] : [];
  });
  const ofType = (name) => types.some((type) => name.startsWith(`${type}_`) || FREE.exec(name)?.[1] === type);
  return { types, methods: all.filter(({ name }) => ofType(name)), others: all.filter(({ name }) => !ofType(name)) };
}

/** Which relocations have an addend, and the kinds of symbol (tool-conventions/Linking.md). */
const WITH_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);
const SYMBOLS = 8;
const SYMBOL = { function: 0, data: 1, section: 3 };
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;

/** What a custom section holds, past its name; nothing where there is none. */
function custom(parts, name) {
  for (const part of parts) {
    if (part.id !== CUSTOM) continue;
    const reader = new Reader(part.data);
    if (reader.name() === name) return { part, reader };
  }
  return undefined;
}

/** Function by symbol; symbols of other kinds are undefined. */
function functionSymbols(parts) {
  const { reader } = custom(parts, "linking") ?? {};
  if (!reader) throw new Error("a module without symbols; is it linked with --emit-relocs?");
  reader.u32();
  const symbols = [];
  while (reader.rest) {
    const kind = reader.byte();
    const content = new Reader(reader.bytes(reader.u32()));
    if (kind !== SYMBOLS) continue;
    for (let count = content.u32(); count > 0; count -= 1) symbols.push(functionOf(content));
  }
  return symbols;
}

function functionOf(reader) {
  const [kind, flags] = [reader.byte(), reader.u32()];
  if (kind === SYMBOL.data) {
    reader.name();
    if (!(flags & UNDEFINED)) for (let field = 0; field < 3; field += 1) reader.u32();
    return undefined;
  }
  const index = reader.u32();
  if (kind !== SYMBOL.section && (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)) reader.name();
  return kind === SYMBOL.function ? index : undefined;
}

/** Relocations of a section: [{ offset, symbol, data }], and the section that holds them. */
function relocations(parts, name) {
  const { part, reader } = custom(parts, `reloc.${name}`) ?? {};
  if (!part) return { found: [] };
  const head = () => part.data.subarray(0, reader.at);
  reader.u32();
  const before = head();
  const found = Array.from({ length: reader.u32() }, () => {
    const begin = reader.at;
    const kind = reader.byte();
    const [offset, symbol] = [reader.u32(), reader.u32()];
    // A signed number is as long as an unsigned one of the same bytes.
    if (WITH_ADDEND.has(kind)) reader.u32();
    return { offset, symbol, data: reader.data.subarray(begin, reader.at) };
  });
  return { part, before, found };
}

/** Where each function's body lies in the section of code: [{ begin, end }]. */
const bodiesOf = (parts) =>
  entries(parts, CODE, (reader) => {
    const size = reader.u32();
    const begin = reader.at;
    reader.bytes(size);
    return { begin, end: reader.at };
  });

const UNREACHABLE = 0x00;
const NOP = 0x01;
const END = 0x0b;

/**
 * A module of the linker in which the methods of classes that it never makes do nothing but fail. Everything stays in
 * its place. A method that the program itself calls is left alone.
 */
export function emptied(module) {
  const parts = sections(module);
  const { methods, others } = idle(parts);
  // Equal functions can be one.
  const shared = new Set(others.map(({ index }) => index));
  const unused = new Set(methods.map(({ index }) => index).filter((index) => !shared.has(index)));
  if (unused.size === 0) return module;

  const symbols = functionSymbols(parts);
  const imported = importsOf(parts).filter(({ kind }) => kind === FUNCTION).length;
  const bodies = bodiesOf(parts);
  const code = relocations(parts, "CODE");
  const data = relocations(parts, "DATA").found;
  const kept = () => {
    const ranges = [...unused].map((index) => bodies[index - imported]);
    return code.found.filter(({ offset }) => !ranges.some(({ begin, end }) => offset >= begin && offset < end));
  };
  // What anything else refers to stays, and then what that refers to.
  for (let before = -1; before !== unused.size; ) {
    before = unused.size;
    for (const { symbol } of [...kept(), ...data]) unused.delete(symbols[symbol]);
  }

  const bytes = Buffer.from(parts.find(({ id }) => id === CODE).data);
  for (const index of unused) {
    const { begin, end } = bodies[index - imported];
    bytes.fill(NOP, begin, end);
    // No locals first; the end comes last, and in the shortest function it is all there is.
    bytes[begin] = 0;
    bytes[begin + 1] = UNREACHABLE;
    bytes[end - 1] = END;
  }
  const relocated = Buffer.concat([code.before, list(kept().map(({ data }) => data))]);
  return assembled(
    parts.map((part) => {
      if (part.id === CODE) return { id: CODE, data: bytes };
      return part === code.part ? { id: CUSTOM, data: relocated } : part;
    }),
  );
}

const CLASS = /^export class (\w+) \{\n[^]*?^\}\n(?:if \(Symbol\.dispose\) .*\n)?/gm;
const FINALIZATION = /^const (\w+)Finalization = [^;]*;\n/gm;
const ENUMERATION = /^const (__wbindgen_enum_\w+) = .*\n/gm;

/**
 * A module of wasm-bindgen and its script without classes that are never made, and the module without exports that
 * neither its script nor the script `other` names. Answers { module, script }.
 */
export function withoutUnused(module, script, other = "") {
  const parts = sections(module);
  const { types, methods } = idle(parts);
  const unlessIdle = (text, name) => (types.includes(name.toLowerCase()) ? "" : text);
  const shorter = script.replace(CLASS, unlessIdle).replace(FINALIZATION, unlessIdle);
  const left = shorter.replace(ENUMERATION, (text, name) => (shorter.split(name).length > 2 ? text : ""));
  const named = new Set(`${left}\n${other}`.match(/[\w$]+/g));
  for (const { name } of methods) {
    if (named.has(name)) throw new Error(`${name} belongs to a class that nothing makes, yet a script calls it`);
  }
  const exported = exportsOf(parts).flatMap(({ name, data }) => (named.has(name) ? [data] : []));
  return {
    module: assembled(parts.map((part) => (part.id === EXPORT ? { id: EXPORT, data: list(exported) } : part))),
    script: left,
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [input, output] = process.argv.slice(2);
  if (!output) throw new Error("usage: unused.mjs IN OUT");
  writeFileSync(output, emptied(readFileSync(input)));
}
