/**
 * A font in which every character is a bar: Latin ones 0.56 em wide, those from U+2E80 on, Chinese among them, 1 em.
 * What is set in it looks the same on every machine, whatever fonts that has, so that pictures can be compared.
 */

import type { Page } from "@playwright/test";

const UNITS = 1000;
const [NARROW, WIDE] = [560, 1000];
/** Above and below the line; the bars stand on it, half as high as the font is large. */
const [ASCENT, DESCENT, BAR] = [800, 200, 500];

const u16 = (...numbers: number[]): Buffer => {
  const out = Buffer.alloc(numbers.length * 2);
  numbers.forEach((n, i) => out.writeUInt16BE(n & 0xffff, i * 2));
  return out;
};
const u32 = (...numbers: number[]): Buffer => {
  const out = Buffer.alloc(numbers.length * 4);
  numbers.forEach((n, i) => out.writeUInt32BE(n >>> 0, i * 4));
  return out;
};
const padded = (table: Buffer): Buffer => Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
const sum = (table: Buffer): number => {
  let total = 0;
  for (let at = 0; at < table.length; at += 4) total = (total + table.readUInt32BE(at)) >>> 0;
  return total;
};

/** A bar of this width. */
function bar(width: number): Buffer {
  const onCurve = Buffer.from([1, 1, 1, 1]);
  return padded(Buffer.concat([u16(1, 0, 0, width, BAR, 3, 0), onCurve, u16(0, 0, width, 0), u16(0, BAR, 0, -BAR)]));
}

/** The font, as TrueType. */
function font(): Buffer {
  const glyphs = [bar(WIDE), Buffer.alloc(0), bar(NARROW), bar(WIDE)];
  const advances = [WIDE, NARROW, NARROW, WIDE];
  const [BLANK, LATIN, OTHER] = [1, 2, 3];
  // Many characters to one glyph: format 13.
  const groups = [
    [0x20, 0x20, BLANK], [0x21, 0x9f, LATIN], [0xa0, 0xa0, BLANK], [0xa1, 0x2e7f, LATIN],
    [0x2e80, 0xd7ff, OTHER], [0xe000, 0x10fffd, OTHER],
  ] as [number, number, number][];
  const offsets = glyphs.reduce<number[]>((all, glyph) => [...all, all.at(-1)! + glyph.length], [0]);
  const family = Buffer.from("Block", "utf16le").swap16();
  const tables: Record<string, Buffer> = {
    "OS/2": Buffer.concat([
      u16(3, NARROW, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0), Buffer.alloc(10), u32(0, 0, 0, 0),
      Buffer.from("NONE"), u16(0x40, 0x20, 0xffff, ASCENT, -DESCENT, 0, ASCENT, DESCENT), u32(0, 0), u16(BAR, BAR, 0, 0x20, 1),
    ]),
    cmap: Buffer.concat([u16(0, 1, 3, 10), u32(12), u16(13, 0), u32(16 + groups.length * 12, 0, groups.length), ...groups.map((group) => u32(...group))]),
    glyf: Buffer.concat(glyphs),
    head: Buffer.concat([u16(1, 0), u32(0x10000, 0, 0x5f0f3cf5), u16(0, UNITS), Buffer.alloc(16), u16(0, 0, WIDE, BAR, 0, 8, 2, 1, 0)]),
    hhea: u16(1, 0, ASCENT, -DESCENT, 0, WIDE, 0, 0, WIDE, 1, 0, 0, 0, 0, 0, 0, 0, glyphs.length),
    hmtx: Buffer.concat(advances.map((advance) => u16(advance, 0))),
    loca: u32(...offsets),
    maxp: u16(1, 0, glyphs.length, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    name: Buffer.concat([u16(0, 2, 30, 3, 1, 0x409, 1, family.length, 0, 3, 1, 0x409, 4, family.length, 0), family]),
    post: Buffer.concat([u16(3, 0), u32(0), u16(-100, 50), u32(0, 0, 0, 0, 0)]),
  };
  const names = Object.keys(tables).sort();
  const records: Buffer[] = [];
  const bodies: Buffer[] = [];
  let at = 12 + names.length * 16;
  for (const name of names) {
    const table = tables[name]!;
    const body = padded(table);
    records.push(Buffer.concat([Buffer.from(name), u32(sum(body), at, table.length)]));
    bodies.push(body);
    at += body.length;
  }
  return Buffer.concat([u32(0x10000), u16(names.length, 128, 3, names.length * 16 - 128), ...records, ...bodies]);
}

/** Sets everything on the page in bars. */
export async function setInBars(page: Page): Promise<void> {
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    document.fonts.add(await new FontFace("Block", bytes.buffer).load());
    const sheet = new CSSStyleSheet();
    // Times differ from day to day.
    sheet.replaceSync("* { font-family: Block !important; } time { display: inline-block; width: 8em; height: 1em; overflow: hidden; visibility: hidden; }");
    document.adoptedStyleSheets.push(sheet);
  }, font().toString("base64"));
}
