/** Sums of series, as the measures print them. */

/** The middle of a series. */
export function median(series: number[]): number {
  const sorted = [...series].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** "median (least to most)". */
export function spread(series: number[], digits = 0): string {
  return `${median(series).toFixed(digits)} (${Math.min(...series).toFixed(digits)} to ${Math.max(...series).toFixed(digits)})`;
}

/** A line about a goal: a figure that has to be `over` or `under` a bound. */
export function goal(what: string, figure: number, side: "over" | "under", bound: number, digits = 2): string {
  const met = side === "over" ? figure >= bound : figure < bound;
  return `${what}: ${figure.toFixed(digits)} (goal: ${side === "over" ? "at least" : "under"} ${bound}: ${met ? "met" : "MISSED"})`;
}

/** Series by name, in the order in which they began. */
export class Table {
  readonly #series = new Map<string, number[]>();

  add(name: string, figure: number): void {
    this.#series.set(name, [...(this.#series.get(name) ?? []), figure]);
  }

  of(name: string): number[] {
    const series = this.#series.get(name);
    if (!series) throw new Error(`no figures of ${name}`);
    return series;
  }

  median(name: string): number {
    return median(this.of(name));
  }

  most(name: string): number {
    return Math.max(...this.of(name));
  }

  /** Median of the ratios of the rounds: what else the machine does meets both of a round. */
  ratio(name: string, to: string): number {
    return median(this.of(name).map((figure, round) => figure / this.of(to)[round]!));
  }

  /** A line for each series. */
  lines(digits = 0): string {
    const width = Math.max(...[...this.#series.keys()].map((name) => name.length));
    return [...this.#series].map(([name, series]) => `${name.padEnd(width)}  ${spread(series, digits)}`).join("\n");
  }
}
