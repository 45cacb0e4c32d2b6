/** Upper bounds of the classes that response times are counted in, in milliseconds: ten to a decade, up to a minute. */
const BOUNDS: readonly number[] = [
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 63, 79, 100, 126, 158, 200, 251, 316, 398, 501, 631, 794],
  ...[1_000, 1_259, 1_585, 1_995, 2_512, 3_162, 3_981, 5_012, 6_310, 7_943, 10_000, 12_589, 15_849, 19_953, 25_119],
  ...[31_623, 39_811, 50_119, 63_096],
];

const LONGEST = BOUNDS.at(-1) as number;

/** The class of a time: the least bound that is not below it; what is longer than all is counted with the longest. */
export const classOf = (ms: number): number => BOUNDS.find((bound) => ms <= bound) ?? LONGEST;

/**
 * The time that a share `p` of all was not above, from counts by class; null where there are none. Within its class
 * times are taken as evenly spread, so it is off by a quarter at the most, and far less as a rule.
 */
export function percentileMs(countOf: ReadonlyMap<number, number>, p: number): number | null {
  let total = 0;
  for (const count of countOf.values()) total += count;
  if (total === 0) return null;
  let rank = p * total;
  let below = 0;
  for (const bound of BOUNDS) {
    const count = countOf.get(bound) ?? 0;
    if (count > 0 && rank <= count) return Math.round(below + (bound - below) * (rank / count));
    rank -= count;
    below = bound;
  }
  return LONGEST;
}
