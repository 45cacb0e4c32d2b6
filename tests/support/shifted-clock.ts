import type { Clock } from '../../src/application/ports/clock.js';
import { SystemClock } from '../../src/infrastructure/system/system-clock.js';

/** The machine's clock, which a test may set forward: for a whole engine, whose timers have to go on meanwhile. */
export class ShiftedClock implements Clock {
  readonly #system = new SystemClock();
  #ahead = 0;

  now(): number {
    return this.#system.now() + this.#ahead;
  }

  /** Timers that were set before the clock was set forward keep their length. */
  at(epochMs: number, callback: () => void): () => void {
    return this.#system.at(epochMs - this.#ahead, callback);
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}
