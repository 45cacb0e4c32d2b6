import type { Position } from '../../application/ports/event-store.js';

/** What goes with any command. */
export interface CommandOptions {
  /**
   * Who gives the command: another name for the program, or a member of the installation, to whom the rules of their role then
   * apply. The program, who may do everything, unless given.
   */
  actor?: string | { userId: string };
  /** What all events of this piece of work share, to find them by; a new UUID unless given. */
  correlationId?: string;
}

/** What goes with a command that would do something twice if it were given twice. */
export interface RepeatableOptions extends CommandOptions {
  /**
   * The same command under the same key is carried out once, however often it is given, and answers as the first time; a key
   * counts for good. The correlation id then follows from the key.
   */
  idempotencyKey?: string;
}

/** What every command answers with, once its events are durable. */
export interface Durable {
  /** Where its last event stands, for {@link Hookledger.caughtUp}; -1 where nothing had to be recorded. */
  position: Position;
}
