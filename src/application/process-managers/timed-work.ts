/** Work that time brings about. Whatever it does may be done again: after a crash it is. */
export interface TimedWork {
  /** For logs, and to be led by. */
  readonly name: string;

  /** When there is something to do next; epoch milliseconds, undefined while nothing is known of. */
  nextDueAt(): Promise<number | undefined>;

  /**
   * Does what is due. What it did is on the read side once this resolves.
   * @returns whether anything could be done; where it couldn't, it is tried again in a second
   */
  carryOut(signal: AbortSignal): Promise<boolean>;
}
