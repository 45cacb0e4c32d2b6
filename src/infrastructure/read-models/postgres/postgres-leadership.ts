import { type Clock, pause } from '../../../application/ports/clock.js';
import type { Leadership } from '../../../application/ports/leadership.js';
import type { ControlConnection } from './control-connection.js';

/** How often those who don't lead ask for the lead: a leader that died is replaced within about this time; milliseconds. */
const POLL_MS = 1_000;

/** Who leads much already asks later, so that the work spreads over processes that start together; milliseconds. */
const PAUSE_FOR_EACH_HELD_MS = 250;

/** Leads by advisory locks: a process that dies loses them with its connection. */
export class PostgresLeadership implements Leadership {
  readonly #held = new Set<string>();

  constructor(
    private readonly control: ControlConnection,
    private readonly clock: Clock,
  ) {}

  /** What this process leads now. */
  get held(): readonly string[] {
    return [...this.#held];
  }

  async lead(name: string, stop: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (!stop.aborted) {
      await pause(this.clock, this.#held.size * PAUSE_FOR_EACH_HELD_MS, stop);
      const { session } = this.control;
      if (session === undefined || !(await session.tryLock(name).catch(() => false))) {
        await pause(this.clock, POLL_MS, stop);
        continue;
      }
      this.#held.add(name);
      try {
        // Work that ends by itself has failed; then another process may have better luck.
        await work(AbortSignal.any([stop, session.ended]));
      } finally {
        this.#held.delete(name);
        await session.unlock(name);
      }
    }
  }
}
