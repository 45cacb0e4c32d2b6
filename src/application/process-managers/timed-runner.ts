import { type Clock, pause } from '../ports/clock.js';
import type { Leadership } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import type { TimedWork } from './timed-work.js';

/** How long to wait before what could not be done is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

/** The clock of the machine may be set, and timers of weeks are none; milliseconds. */
const LONGEST_SLEEP = 3_600_000;

/** Carries work out when it is due, in one process at a time. */
export class TimedRunner {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #woken = false;
  #wakeUp = (): void => {};
  #leads = false;
  #asleep = false;
  #waiting: (() => void)[] = [];

  constructor(
    private readonly work: TimedWork,
    private readonly leadership: Leadership,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#running ??= this.leadership.lead(this.work.name, this.#stop.signal, async (signal) => {
      // The lead is kept from one piece of work to the next: to give it up and get it again takes seconds.
      while (!signal.aborted) await this.run(signal);
    });
  }

  /** Finishes the piece of work in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Resolves once nothing is due, or as soon as that is not this process's to do. */
  settled(): Promise<void> {
    if (!this.#leads || (this.#asleep && !this.#woken)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** To be called when something may be due earlier than it was. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.#leads = true;
    try {
      this.#woken = false;
      const next = (await this.work.nextDueAt()) ?? Number.POSITIVE_INFINITY;
      if (next > this.clock.now()) await this.sleep(Math.min(next, this.clock.now() + LONGEST_SLEEP), signal);
      else if (!(await this.work.carryOut(signal))) await pause(this.clock, PAUSE_AFTER_ERROR, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.logger.error({ error }, `${this.work.name}: what is due could not be done; trying again in a second`);
      await pause(this.clock, PAUSE_AFTER_ERROR, signal);
    } finally {
      this.#leads = !signal.aborted;
      if (signal.aborted) this.release();
    }
  }

  private release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  private sleep(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        this.#wakeUp = () => {};
        this.#asleep = false;
        resolve();
      };
      const cancel = this.clock.at(until, end);
      signal.addEventListener('abort', end);
      this.#wakeUp = end;
      if (signal.aborted || this.#woken) end();
      else {
        this.#asleep = true;
        this.release();
      }
    });
  }
}
