import type { Kysely } from 'kysely';
import type { Clock } from '../application/ports/clock.js';
import type { EventStore, Position } from '../application/ports/event-store.js';
import type { Logger } from '../application/ports/logger.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { BATCH, type CommitListener, ProjectionLane } from './projection-lane.js';
import { prepareTables } from './projection-tables.js';
import type { ReadTables } from './read-tables.js';

/** How late projections may be that take events in bulk; milliseconds. */
const BULK_EVERY = 100;

export interface ProjectionStatus {
  name: string;
  version: number;
  /** The last event that it took in; -1 at the start. */
  position: Position;
  /** Why it is stuck; null while it is not. */
  error: string | null;
}

/** Keeps the read models up to date: at once what deliveries wait for, in bulk what people look at. */
export class Projector implements ReadModels {
  readonly #lanes: readonly ProjectionLane[];
  readonly #listeners: CommitListener[] = [];

  constructor(
    private readonly eventStore: EventStore,
    private readonly db: Kysely<ReadTables>,
    private readonly projections: readonly Projection[],
    clock: Clock,
    private readonly logger: Logger,
  ) {
    const committed: CommitListener = async (changed) => {
      for (const listener of this.#listeners) await listener(changed);
    };
    const lane = (its: readonly Projection[], everyMs: number): ProjectionLane[] =>
      its.length === 0 ? [] : [new ProjectionLane(its, everyMs, eventStore, db, clock, logger, committed)];
    this.#lanes = [
      ...lane(
        projections.filter(({ inBulk }) => !inBulk),
        0,
      ),
      ...lane(
        projections.filter(({ inBulk }) => inBulk),
        BULK_EVERY,
      ),
    ];
  }

  /** The position up to which every projection has taken in the events. */
  get position(): Position {
    return Math.min(...this.#lanes.map(({ position }) => position));
  }

  /** What any of the projections is stuck at; null while none is. */
  get error(): string | null {
    return this.#lanes.find(({ error }) => error !== null)?.error ?? null;
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
    for (const lane of this.#lanes) await lane.prepare();
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** Finishes the batches in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  async caughtUpTo(position: Position): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.caughtUpTo(position)));
  }

  /** Takes in what stands in the event store now, without going live. @param progress is told each position reached */
  async catchUp(progress: (position: Position) => void = () => {}): Promise<void> {
    for await (const events of this.eventStore.readAll({ after: this.position, batchSize: BATCH })) {
      for (const lane of this.#lanes) await lane.take(events as readonly ProjectedEvent[]);
      progress(this.position);
    }
  }
}

/** How far each projection is, as its checkpoint says. */
export async function readStatus(db: Kysely<ReadTables>): Promise<readonly ProjectionStatus[]> {
  const rows = await db.selectFrom('projection_checkpoints').selectAll().orderBy('name').execute();
  return rows.map(({ name, version, position, error }) => ({ name, version, position: Number(position), error }));
}
