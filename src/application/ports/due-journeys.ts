/** The read side that says whose time delay is over. */
export interface DueJourneys {
  /** The ids of those due at `now` (epoch milliseconds), the longest due first. */
  due(now: number, limit: number): Promise<readonly string[]>;

  /** When the next one falls due; epoch milliseconds, undefined where none waits. */
  nextDueAt(): Promise<number | undefined>;
}
