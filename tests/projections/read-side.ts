import { join } from 'node:path';
import { sql } from 'kysely';
import type { Clock } from '../../src/application/ports/clock.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { ReadModelDatabase } from '../../src/infrastructure/read-models/database.js';
import { SystemClock } from '../../src/infrastructure/system/system-clock.js';
import { LiveActionIndex } from '../../src/projections/flows/live-action-index.js';
import type { Projection } from '../../src/projections/projection.js';
import { PROJECTIONS } from '../../src/projections/projections.js';
import { Projector } from '../../src/projections/projector.js';
import type { ReadTables } from '../../src/projections/read-tables.js';
import { temporaryFolder } from '../support/temporary-folder.js';

export const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An event store and read models in a folder of their own. */
export class ReadSide {
  readonly folder = temporaryFolder();
  readonly eventStore: EventStore = SqliteEventStore.open(join(this.folder.path, 'events.db'));
  readonly database = ReadModelDatabase.open(this.readPath);
  readonly liveActions = new LiveActionIndex(this.database.writer);
  projector = this.newProjector();

  get readPath(): string {
    return join(this.folder.path, 'read.db');
  }

  newProjector({
    projections = PROJECTIONS,
    eventStore = this.eventStore,
    clock = new SystemClock() as Clock,
  }: {
    projections?: readonly Projection[];
    eventStore?: EventStore;
    clock?: Clock;
  } = {}): Projector {
    const projector = new Projector(eventStore, this.database.writer, projections, clock, SILENT);
    projector.onCommit(async (changed) => {
      if (changed.has('flows')) await this.liveActions.reload();
    });
    return projector;
  }

  async remove(): Promise<void> {
    await this.database.close();
    await this.eventStore.close();
    this.folder.remove();
  }
}

/** Every table's rows, without the leases: those are no part of what events say. */
export async function dumpAll(database: ReadModelDatabase): Promise<Record<string, readonly string[]>> {
  const dump: Record<string, readonly string[]> = {};
  for (const table of PROJECTIONS.flatMap(({ tables }) => tables) as (keyof ReadTables)[]) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(database.writer);
    dump[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return dump;
}
