import type { Checkpoints } from '../ports/checkpoints.js';
import { type Clock, pause } from '../ports/clock.js';
import { BEFORE_ALL, type EventStore, type Position } from '../ports/event-store.js';
import type { Leadership } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import type { ProcessManager } from './process-manager.js';

/** How long to wait before a batch that could not be dealt with is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

/** The checkpoint is only a head start, so it is kept when something was done, or after this many events. */
const EVENTS_BETWEEN_CHECKPOINTS = 10_000;

/**
 * Runs process managers from one subscription, with one checkpoint, in one process at a time. What takes long runs under a name of
 * its own, so that nothing else waits for it.
 */
export class ProcessRunner {
  /** Events since the checkpoint was kept; positions don't tell how many: EventStoreDB's are bytes of its log. */
  #unsaved = 0;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** Up to where everything is dealt with; undefined while another process leads, or none. */
  #position: Position | undefined;
  #waiting: { position: Position; resolve: () => void }[] = [];

  /** @param eventStore events as they are stored: process managers need nothing that is sealed */
  constructor(
    private readonly eventStore: EventStore,
    private readonly managers: readonly ProcessManager[],
    private readonly checkpoints: Checkpoints,
    private readonly leadership: Leadership,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Of its checkpoint, and of the lead. */
    private readonly name = 'process-managers',
  ) {}

  start(): void {
    this.#running ??= this.leadership.lead(this.name, this.#stop.signal, (signal) => this.run(signal));
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Resolves once what follows from the events up to `position` is done, or as soon as that is not this process's to do. */
  caughtUpTo(position: Position): Promise<void> {
    if (this.#position === undefined || this.#position >= position) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ position, resolve }));
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.reached(BEFORE_ALL);
    try {
      const saved: Position = await this.checkpoints.load(this.name);
      this.reached(saved);
      for await (const { events, position } of this.eventStore.subscribe({ after: saved, signal })) {
        let reacted = false;
        for (const manager of this.managers) if (await manager.react(events)) reacted = true;
        this.#unsaved += events.length;
        if (reacted || this.#unsaved >= EVENTS_BETWEEN_CHECKPOINTS) {
          await this.checkpoints.save(this.name, position);
          this.#unsaved = 0;
        }
        this.reached(position);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.logger.error({ error }, 'what follows from events could not be done; trying again in a second');
      await pause(this.clock, PAUSE_AFTER_ERROR, signal);
    } finally {
      if (signal.aborted) this.reached(undefined);
    }
  }

  private reached(position: Position | undefined): void {
    this.#position = position;
    const waiting = this.#waiting.splice(0);
    for (const one of waiting) {
      if (position === undefined || position >= one.position) one.resolve();
      else this.#waiting.push(one);
    }
  }
}
