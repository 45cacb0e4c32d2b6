/** The read side that says how many deliveries wait. */
export interface Backlog {
  /** Deliveries that are due at `now` (epoch milliseconds) and not under way; counted no further than `atMost`. */
  due(now: number, atMost: number): Promise<number>;
}
