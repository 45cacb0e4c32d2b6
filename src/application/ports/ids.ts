/** Whatever is new each time, so that tests can repeat it. */
export interface Ids {
  /** A new UUID. */
  next(): string;
  /** A number in [0, 1). */
  random(): number;
}
