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
