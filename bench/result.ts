/** What one bench found. Absolute times mean nothing on another machine, so each is a ratio of two things in one run. */
export interface BenchResult {
  name: string;
  /** Ours against the yardstick; above 1 is faster than it. */
  ratio: number;
  /** What the ratio has to be; 0 where nothing is asked. */
  target: number;
  detail: Record<string, number | string>;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
