/** Too much waits to be delivered already, so that no event is taken; nothing was recorded. See `maxBacklog`. */
export class BacklogFull extends Error {
  override readonly name = 'BacklogFull';

  constructor(
    /** When to try again. */
    readonly retryAfterSeconds: number,
  ) {
    super(
      `More deliveries wait than this hookledger takes on; nothing was recorded: try again in ${retryAfterSeconds} s.`,
    );
  }
}
