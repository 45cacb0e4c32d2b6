import type { Kysely } from 'kysely';
import type { Position } from '../application/ports/event-store.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { BATCH, type LaneParts, ProjectionLane } from './projection-lane.js';
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

/** Keeps the read models up to date, in lanes that go by themselves. */
export class Projector {
  readonly #lanes: readonly ProjectionLane[];

  /** @param lanes projections that share their transactions, and their leader */
  constructor(
    lanes: readonly (readonly Projection[])[],
    private readonly parts: LaneParts,
  ) {
    this.#lanes = lanes.map(
      (its) => new ProjectionLane(its, its.every(({ inBulk }) => inBulk) ? BULK_EVERY : 0, parts),
    );
  }

  /** The position up to which every projection has taken in the events. */
  get position(): Position {
    return Math.min(...this.#lanes.map(({ position }) => position));
  }

  /** Reads the checkpoints. */
  async prepare(): Promise<void> {
    for (const lane of this.#lanes) await lane.prepare();
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** Finishes the batches in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  /** Takes in what stands in the event store now, without going live. @param progress is told each position reached */
  async catchUp(progress: (position: Position) => void = () => {}): Promise<void> {
    for await (const events of this.parts.eventStore.readAll({ after: this.position, batchSize: BATCH })) {
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
