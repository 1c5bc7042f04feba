/**
 * How much the proofs of uploads send, and of logs print: little in the tests that always run, and with RUSSELL_SOAK=1 as much as is promised.
 * What they leave to chance comes from a seed, which is printed; RUSSELL_SEED=N repeats it.
 */

export interface Amounts {
  /** Seconds that one proof may take, and a version until it is there. */
  patience: number;
  /** The folder whose upload is interrupted, so many times, each kind as often as the others. */
  interruptions: number;
  /** Its large files, in bytes. */
  large: number[];
  /** How many small ones there are beside them. */
  small: number;
  /** Bytes a second of the line that it goes over. */
  line: number;
  /** Files of 4 kB in nested folders, and how many of them are read back. */
  many: number;
  samples: number;
  /** Bytes of the one big file. */
  big: number;
  /** Lines that a task prints as fast as it can. */
  lines: number;
}

const MB = 1 << 20;
const little: Amounts = { patience: 120, interruptions: 4, large: [12 * MB, 9 * MB], small: 60, line: 8 * MB, many: 2_000, samples: 200, big: 48 * MB, lines: 200_000 };
const much: Amounts = {
  patience: 1_800,
  interruptions: 20,
  large: [90 * MB, 70 * MB, 50 * MB, 30 * MB, 20 * MB, 10 * MB],
  small: 1_500,
  line: 16 * MB,
  many: 100_000,
  samples: 500,
  big: 5 * 1024 * MB,
  lines: 2_000_000,
};

export const amounts = process.env["RUSSELL_SOAK"] === "1" ? much : little;

/** Chance that can be repeated. */
export class Dice {
  readonly seed: number;
  #state: number;

  constructor() {
    this.seed = Number(process.env["RUSSELL_SEED"] ?? Math.floor(Math.random() * 1e9));
    this.#state = this.seed;
  }

  /** From 0 up to, but not, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** The same things in another order. */
  shuffled<T>(things: T[]): T[] {
    const out = [...things];
    for (let at = out.length - 1; at > 0; at -= 1) {
      const other = Math.floor(this.next() * (at + 1));
      [out[at], out[other]] = [out[other]!, out[at]!];
    }
    return out;
  }
}

/** Sizes of the folder whose upload is interrupted: large files, and small ones of 1 B to 100 kB in folders. */
export function mixed(dice: Dice): Record<string, number> {
  const sizes: Record<string, number> = {};
  amounts.large.forEach((bytes, n) => (sizes[`large/${n}.bin`] = bytes + Math.floor(dice.next() * 1_000)));
  for (let n = 0; n < amounts.small; n += 1) sizes[`data/${n % 7}/${n}.csv`] = 1 + Math.floor(dice.next() * 100_000);
  return sizes;
}

/** Says what the list of tests does not: a seed, seconds. */
export function say(words: string): void {
  console.log(`    ${words}`);
}
