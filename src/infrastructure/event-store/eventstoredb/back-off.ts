/** How long is waited before the next try: doubled each time, up to a cap, and a random part of it. */
export interface BackOff {
  firstMs: number;
  mostMs: number;
}

export const DEFAULT_BACK_OFF: BackOff = { firstMs: 50, mostMs: 2_000 };

/** @param tries how many came to nothing so far, without a break */
export function waitMs({ firstMs, mostMs }: BackOff, tries: number, random: number = Math.random()): number {
  const longest = Math.min(firstMs * 2 ** (tries - 1), mostMs);
  // At least half of it: those who lost the same server come back spread out, and never at once.
  return (longest / 2) * (1 + random);
}
