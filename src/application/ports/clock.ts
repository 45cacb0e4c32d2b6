/** Time, so that tests can drive it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, not before `epochMs`; the function returned calls it off. */
  at(epochMs: number, callback: () => void): () => void;
}
