// Reads and edits WebAssembly modules as bytes, where wasm-opt has no pass for it: shorter names between a module and
// its script, no entries of its table that are empty anyway, and what is needed to merge modules.

export const CUSTOM = 0;
export const IMPORT = 2;
export const EXPORT = 7;
const ELEMENT = 9;
export const CODE = 10;
const DATA = 11;

/** What an import or export can be, as far as somebody asks. */
export const FUNCTION = 0;

/** Reads what a section is made of. */
export class Reader {
  at = 0;

  constructor(data) {
    this.data = data;
  }

  get rest() {
    return this.at < this.data.length;
  }

  byte() {
    if (!this.rest) throw new Error("a module that ends in the middle");
    return this.data[this.at++];
  }

  u32() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  bytes(length) {
    if (length > this.data.length - this.at) throw new Error("a module that ends in the middle");
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }

  name() {
    return this.bytes(this.u32()).toString();
  }
}

/** A number as LEB128. */
export function u32(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

const name = (text) => Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
/** A vector of entries that are bytes already. */
export const list = (entries) => Buffer.concat([u32(entries.length), ...entries]);

/** What kind of thing an import is, as bytes: passed over. */
export function description(reader) {
  const begin = reader.at;
  const limits = () => {
    const flags = reader.byte();
    reader.u32();
    if (flags & 1) reader.u32();
  };
  const kind = reader.byte();
  if (kind === 0) reader.u32();
  else if (kind === 1) {
    reader.byte();
    limits();
  } else if (kind === 2) limits();
  else if (kind === 3) reader.bytes(2);
  else throw new Error(`an import of unknown kind ${kind}`);
  return reader.data.subarray(begin, reader.at);
}

/** Imports with other names. `rename` is given [module, name] and answers the same. */
function imports(reader, rename) {
  return list(
    Array.from({ length: reader.u32() }, () => {
      const [from, what] = rename(reader.name(), reader.name());
      return Buffer.concat([name(from), name(what), description(reader)]);
    }),
  );
}

function exports(reader, rename) {
  return list(
    Array.from({ length: reader.u32() }, () => {
      const what = rename(reader.name());
      const kind = reader.byte();
      return Buffer.concat([name(what), Buffer.from([kind]), u32(reader.u32())]);
    }),
  );
}

const I32_CONST = 0x41;
const END = 0x0b;
const REF_NULL = 0xd0;

/** Segments of the table without those that hold nothing: a table is empty where none has filled it. */
function elements(reader) {
  const kept = [];
  for (let count = reader.u32(); count > 0; count -= 1) {
    const begin = reader.at;
    const flags = reader.u32();
    // Passive ones, and tables by number, wasm-opt does not make of this program.
    if (flags !== 0 && flags !== 4) throw new Error(`a segment of elements of unknown kind ${flags}`);
    if (reader.byte() !== I32_CONST) throw new Error("a segment of elements without a fixed place");
    reader.u32();
    if (reader.byte() !== END) throw new Error("a segment of elements without a fixed place");
    let empty = flags === 4;
    for (let entries = reader.u32(); entries > 0; entries -= 1) {
      if (flags === 0) reader.u32();
      else {
        if (reader.byte() !== REF_NULL) empty = false;
        reader.u32();
        if (reader.byte() !== END) throw new Error("an element that is computed");
      }
    }
    if (!empty) kept.push(reader.data.subarray(begin, reader.at));
  }
  return list(kept);
}

/** The sections of a module: [{ id, data }]. */
export function sections(module) {
  const reader = new Reader(module);
  reader.bytes(8);
  const found = [];
  while (reader.rest) {
    const id = reader.byte();
    found.push({ id, data: reader.bytes(reader.u32()) });
  }
  return found;
}

const MAGIC = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A module of sections. */
export const assembled = (parts) =>
  Buffer.concat([MAGIC, ...parts.flatMap(({ id, data }) => [Buffer.from([id]), u32(data.length), data])]);

/** What of a module is the program: its functions, data and entries of the table. */
export function substance(module) {
  const kept = sections(module).filter(({ id }) => [ELEMENT, CODE, DATA].includes(id));
  return Buffer.concat(kept.map(({ data }) => data));
}

/** The module without exports. */
export const withoutExports = (module) => assembled(sections(module).filter(({ id }) => id !== EXPORT));

/**
 * A module that hands on what others import from `from`: itself it imports that from `host`. Merged with them it makes
 * one memory and one table of all theirs.
 */
export function provider(modules, from, host) {
  const found = new Map();
  for (const module of modules) {
    const section = sections(module).find(({ id }) => id === IMPORT);
    const reader = new Reader(section?.data ?? Buffer.from([0]));
    for (let count = reader.u32(); count > 0; count -= 1) {
      const [at, what] = [reader.name(), reader.name()];
      const kind = description(reader);
      if (at !== from) throw new Error(`a chunk imports ${what} from ${at}`);
      found.set(what, kind);
    }
  }
  // Functions, tables, memories and globals are counted apart.
  const counts = [0, 0, 0, 0];
  const entries = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return assembled([
    { id: IMPORT, data: list(entries.map(([what, kind]) => Buffer.concat([name(host), name(what), kind]))) },
    {
      id: EXPORT,
      data: list(
        entries.map(([what, kind]) => Buffer.concat([name(what), kind.subarray(0, 1), u32(counts[kind[0]]++)])),
      ),
    },
  ]);
}

/**
 * The module with other names of imports and exports, without empty segments of its table and without sections that
 * only tools read. `names` says what is called what: { imported(module, name), exported(name) }.
 */
export function smaller(module, names) {
  const change = {
    [IMPORT]: (content) => imports(content, names.imported),
    [EXPORT]: (content) => exports(content, names.exported),
    [ELEMENT]: elements,
  };
  const program = sections(module).filter(({ id }) => id !== CUSTOM);
  return assembled(program.map(({ id, data }) => ({ id, data: change[id]?.(new Reader(data)) ?? data })));
}

/** Names that wasm-bindgen makes of hashes or of whole symbols, and that only module and script have to agree on. */
const MADE = /\b(?:__wbg_\w+_[0-9a-f]{16}|__wbindgen_generic_[0-9a-f]{16}|_ZN\w+)\b/g;

/**
 * The module and the script that wasm-bindgen made for it, with short names between the two. `from` is what the module
 * calls the script. Answers { module, script }.
 */
export function shortNames(module, script, from) {
  const short = new Map();
  const shortened = (long) => {
    if (!short.has(long)) short.set(long, `$${short.size.toString(36)}`);
    return short.get(long);
  };
  if (script.includes("$0")) throw new Error("the script of wasm-bindgen has names with a dollar sign");
  const changed = script.replace(MADE, shortened);
  const quoted = JSON.stringify(from);
  if (changed.split(quoted).length !== 2) throw new Error(`expected one ${quoted} in the script of wasm-bindgen`);
  const known = (long) => short.get(long) ?? long;
  return {
    module: smaller(module, {
      imported: (at, what) => (at === from ? ["$", known(what)] : [at, what]),
      exported: known,
    }),
    script: changed.replace(quoted, () => '"$"'),
  };
}

/** A script without comments of its own lines, indentation and empty lines. For scripts that tools have made. */
export function plain(script) {
  return script
    .replace(/^\s*\/\*\*[^]*?\*\/\n/gm, "")
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^[ \t]+/gm, "")
    .replace(/\n{2,}/g, "\n");
}
