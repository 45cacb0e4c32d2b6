import type { Backlog } from './ports/backlog.js';
import type { Clock } from './ports/clock.js';
import type { Logger } from './ports/logger.js';

/** How often the backlog is looked at, at the most. */
const EVERY_MS = 1_000;
/** Of the time, looking may take no more than one part in so many. */
const SHARE = 20;

/** How long callers are told to wait: while nobody knows how quickly it shrinks, and at the most; seconds. */
const FIRST_WAIT = 5;
const LONGEST_WAIT = 60;

/** Deliveries counted where there is no limit. */
const MOST_COUNTED = 1_000_000;

interface Sample {
  at: number;
  /** What waits: deliveries that are due, and events that the read models have still to take in. */
  waiting: number;
}

/**
 * Says when no more events are taken because too much waits already. What is taken is recorded, however much waits; so callers
 * are refused before anything is. It looks at the backlog beside the requests, so that they may overshoot by what comes within
 * a second.
 */
export class BackPressure {
  #sample: Sample | undefined;
  /** By how much the backlog shrinks in a second while nothing is taken; undefined while that isn't known. */
  #drain: number | undefined;
  #nextLookAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(
    /** What may wait; 0 for no limit. */
    private readonly limit: number,
    private readonly queue: Backlog,
    /** Events that the read models are behind. */
    private readonly lag: () => Promise<number>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Seconds after which to come again; undefined where events are taken. */
  async retryAfter(): Promise<number | undefined> {
    if (this.limit === 0) return undefined;
    if (this.isLookDue) {
      const looked = this.look();
      // Nobody is refused for what was so long ago, and nobody who may go on waits for a look.
      if (this.#sample === undefined || this.isOver(this.#sample)) await looked;
    }
    const sample = this.#sample;
    if (sample === undefined || !this.isOver(sample)) return undefined;
    if (this.#drain === undefined) return FIRST_WAIT;
    const seconds = Math.ceil((sample.waiting - this.limit) / Math.max(this.#drain, Number.MIN_VALUE));
    return Math.min(Math.max(seconds, 1), LONGEST_WAIT);
  }

  /** What waits, for people; no look of its own is taken for it more often than for anybody. */
  async waiting(): Promise<number> {
    if (this.isLookDue) await this.look();
    return this.#sample?.waiting ?? Number.NaN;
  }

  private get isLookDue(): boolean {
    return this.clock.now() >= this.#nextLookAt;
  }

  private isOver({ waiting }: Sample): boolean {
    return waiting > this.limit;
  }

  /** One look at a time, for all who ask meanwhile. */
  private look(): Promise<void> {
    this.#looking ??= this.takeSample().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  private async takeSample(): Promise<void> {
    const began = this.clock.now();
    try {
      const before = this.#sample;
      const sample = await this.measure();
      const seconds = (sample.at - (before?.at ?? sample.at)) / 1000;
      if (before === undefined || !this.isOver(before) || !this.isOver(sample)) this.#drain = undefined;
      else if (seconds > 0) this.#drain = Math.max(0, (before.waiting - sample.waiting) / seconds);
      this.#sample = sample;
    } catch (error) {
      // Events can be recorded while the read models are away; what is recorded isn't lost.
      this.#sample = undefined;
      this.logger.warn({ error }, 'the backlog can not be looked at');
    } finally {
      const now = this.clock.now();
      this.#nextLookAt = now + Math.max(EVERY_MS, (now - began) * SHARE);
    }
  }

  private async measure(): Promise<Sample> {
    const at = this.clock.now();
    // Twice the limit, so that it can be seen to shrink from above.
    const atMost = this.limit === 0 ? MOST_COUNTED : this.limit * 2;
    const [due, behind] = await Promise.all([this.queue.due(at, atMost), this.lag()]);
    return { at, waiting: due + behind };
  }
}
