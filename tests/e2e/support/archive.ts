/** Archives for tests. */

/** A tar of these files (POSIX 1003.1-1988). */
export function tar(files: Record<string, Buffer>): Buffer {
  const parts = Object.entries(files).flatMap(([path, content]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(`0000644\0${"0000000\0".repeat(2)}${content.length.toString(8).padStart(11, "0")} ${"0".repeat(11)} ${" ".repeat(8)}0`, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
