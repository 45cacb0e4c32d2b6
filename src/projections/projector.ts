import type { Kysely } from 'kysely';
import type { Clock } from '../application/ports/clock.js';
import { BEFORE_ALL, type EventStore, type Position } from '../application/ports/event-store.js';
import type { Logger } from '../application/ports/logger.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { prepareTables } from './projection-tables.js';
import type { ReadTables } from './read-tables.js';

/** Events in a transaction at the most: large enough to rebuild fast, small enough to let others in. */
const BATCH = 1_000;

/** How long to wait before a batch that could not be applied is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

export interface ProjectionStatus {
  name: string;
  version: number;
  /** The last event that it took in; {@link BEFORE_ALL} at the start. */
  position: Position;
  /** Why it is stuck; null while it is not. */
  error: string | null;
}

/** Called with the projections that a committed batch meant something to. */
export type CommitListener = (changed: ReadonlySet<string>) => void | Promise<void>;

/**
 * Keeps the read models up to date. A batch of events, the rows of every projection and their checkpoints are one
 * transaction, so that each event takes effect exactly once, whenever the process dies.
 */
export class Projector implements ReadModels {
  readonly #stop = new AbortController();
  readonly #positions = new Map<string, Position>();
  readonly #listeners: CommitListener[] = [];
  #waiting: { position: Position; resolve: () => void; reject: (error: Error) => void }[] = [];
  #error: string | null = null;
  #running: Promise<void> | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly db: Kysely<ReadTables>,
    private readonly projections: readonly Projection[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The position up to which every projection has taken in the events. */
  get position(): Position {
    return Math.min(...this.#positions.values());
  }

  /** What the projections are stuck at; null while they are not. */
  get error(): string | null {
    return this.#error;
  }

  /** After each committed batch, before {@link caughtUpTo} lets anybody go on. */
  onCommit(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  /** Makes the tables ready. @throws EventStoreUnusable, or what the database says */
  async prepare(): Promise<void> {
    const renewed = await prepareTables(this.db, this.projections, this.eventStore);
    for (const [projection, { reason }] of renewed) {
      if (reason !== 'new') this.logger.warn({ projection, reason }, 'a read model is built anew');
    }
    for (const { name, position } of await this.checkpoints()) this.#positions.set(name, Number(position));
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

  /** Takes in what stands in the event store now, without going live. @param progress is told each position reached */
  async catchUp(progress: (position: Position) => void = () => {}): Promise<void> {
    for await (const events of this.eventStore.readAll({ after: this.position, batchSize: BATCH })) {
      await this.take(events as readonly ProjectedEvent[]);
      progress(this.position);
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const { events } of this.eventStore.subscribe({ after: this.position, batchSize: BATCH, signal })) {
          await this.take(events as readonly ProjectedEvent[]);
          if (signal.aborted) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        await this.stuck(error);
        await new Promise<void>((resolve) => {
          this.clock.at(this.clock.now() + PAUSE_AFTER_ERROR, resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    }
  }

  private async take(events: readonly ProjectedEvent[]): Promise<void> {
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
        .where('position', '<', last.position)
        .execute();
    });
    for (const [name, position] of this.#positions) {
      if (position < last.position) this.#positions.set(name, last.position);
    }
    this.#error = null;
    for (const listener of this.#listeners) await listener(changed);
    const position = this.position;
    const reached = this.#waiting.filter((waiting) => waiting.position <= position);
    if (reached.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.position > position);
    for (const { resolve } of reached) resolve();
  }

  /** Nothing was written of the batch; that it failed is, so that `projections status` can tell. */
  private async stuck(error: unknown): Promise<void> {
    this.#error = error instanceof Error ? error.message : String(error);
    this.logger.error({ error, after: this.position }, 'events could not be projected; trying again in a second');
    await this.db
      .updateTable('projection_checkpoints')
      .set({ error: this.#error })
      .execute()
      .catch(() => {});
  }

  private checkpoints() {
    return this.db.selectFrom('projection_checkpoints').selectAll().execute();
  }
}

/** How far each projection is, as its checkpoint says. */
export async function readStatus(db: Kysely<ReadTables>): Promise<readonly ProjectionStatus[]> {
  const rows = await db.selectFrom('projection_checkpoints').selectAll().orderBy('name').execute();
  return rows.map(({ name, version, position, error }) => ({ name, version, position: Number(position), error }));
}
