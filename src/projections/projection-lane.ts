import type { Kysely } from 'kysely';
import { type Clock, pause } from '../application/ports/clock.js';
import { BEFORE_ALL, type EventStore, type Position } from '../application/ports/event-store.js';
import type { Logger } from '../application/ports/logger.js';
import type { ProjectedEvent, Projection } from './projection.js';
import type { ReadTables } from './read-tables.js';

/** Events in a transaction at the most: large enough to rebuild fast, small enough to let others in. */
export const BATCH = 1_000;

/** How long to wait before a batch that could not be applied is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

/** Called with the projections that a committed batch meant something to. */
export type CommitListener = (changed: ReadonlySet<string>) => void | Promise<void>;

/**
 * Projections that go along together. A batch of events, the rows of all of them and their checkpoints are one transaction,
 * so that each event takes effect exactly once, whenever the process dies.
 */
export class ProjectionLane {
  readonly #stop = new AbortController();
  readonly #positions = new Map<string, Position>();
  #waiting: { position: Position; resolve: () => void; reject: (error: Error) => void }[] = [];
  #error: string | null = null;
  #running: Promise<void> | undefined;

  /** @param everyMs the least time from the beginning of a batch to that of the next, in milliseconds */
  constructor(
    private readonly projections: readonly Projection[],
    private readonly everyMs: number,
    private readonly eventStore: EventStore,
    private readonly db: Kysely<ReadTables>,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly committed: CommitListener,
  ) {}

  /** The position up to which all of its projections have taken in the events. */
  get position(): Position {
    return Math.min(...this.#positions.values());
  }

  /** What it is stuck at; null while it is not. */
  get error(): string | null {
    return this.#error;
  }

  /** Reads the checkpoints. */
  async prepare(): Promise<void> {
    const names = this.projections.map(({ name }) => name);
    const rows = await this.db.selectFrom('projection_checkpoints').selectAll().where('name', 'in', names).execute();
    for (const { name, position } of rows) this.#positions.set(name, Number(position));
  }

  start(): void {
    this.#running ??= this.run();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const stopped = new Error('The read models are not kept any more: the engine is stopping.');
    for (const { reject } of this.#waiting.splice(0)) reject(stopped);
  }

  caughtUpTo(position: Position): Promise<void> {
    if (this.position >= position) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ position, resolve, reject }));
  }

  /** Takes in a batch of events; those that it knows already mean nothing to it. */
  async take(events: readonly ProjectedEvent[]): Promise<void> {
    const last = events.at(-1) as ProjectedEvent;
    const changed = new Set<string>();
    await this.db.transaction().execute(async (transaction) => {
      for (const { name, handles, apply } of this.projections) {
        const from = this.#positions.get(name) ?? BEFORE_ALL;
        const its = events.filter(({ type, position }) => position > from && handles.has(type));
        if (its.length === 0) continue;
        changed.add(name);
        await apply(its, transaction);
      }
      await transaction
        .updateTable('projection_checkpoints')
        .set({ position: last.position, event_id: last.id, error: null })
        .where('name', 'in', [...this.#positions.keys()])
        .where('position', '<', last.position)
        .execute();
    });
    for (const [name, position] of this.#positions) {
      if (position < last.position) this.#positions.set(name, last.position);
    }
    this.#error = null;
    await this.committed(changed);
    const position = this.position;
    const reached = this.#waiting.filter((waiting) => waiting.position <= position);
    if (reached.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.position > position);
    for (const { resolve } of reached) resolve();
  }

  private async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const { events } of this.eventStore.subscribe({ after: this.position, batchSize: BATCH, signal })) {
          const began = this.clock.now();
          await this.take(events as readonly ProjectedEvent[]);
          if (signal.aborted) return;
          const left = began + this.everyMs - this.clock.now();
          // A full batch has more behind it, and nothing is won by waiting.
          if (left > 0 && events.length < BATCH) await pause(this.clock, left, signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        await this.stuck(error);
        await pause(this.clock, PAUSE_AFTER_ERROR, signal);
      }
    }
  }

  /** Nothing was written of the batch; that it failed is, so that `projections status` can tell. */
  private async stuck(error: unknown): Promise<void> {
    this.#error = error instanceof Error ? error.message : String(error);
    this.logger.error({ error, after: this.position }, 'events could not be projected; trying again in a second');
    await this.db
      .updateTable('projection_checkpoints')
      .set({ error: this.#error })
      .where('name', 'in', [...this.#positions.keys()])
      .execute()
      .catch(() => {});
  }
}
