import type { AttemptOutcome } from '../../domain/delivery/outcome.js';

/** Is told how long things took, for whoever watches the engine. Nothing is decided by it. */
export interface Measurements {
  /** A request to a receiver was made. */
  attempted(outcome: AttemptOutcome): void;

  /** The events of a piece of work became durable, or were refused, after so many milliseconds. */
  appended(durationMs: number): void;
}

/** Where nobody watches. */
export const UNMEASURED: Measurements = { attempted: () => {}, appended: () => {} };
