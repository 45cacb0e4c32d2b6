import { join } from 'node:path';
import { sql } from 'kysely';
import type { Clock } from '../../src/application/ports/clock.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { SILENT } from '../../src/application/ports/logger.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { PostgresReadModels } from '../../src/infrastructure/read-models/postgres/postgres-read-models.js';
import type { ReadModelDatabase } from '../../src/infrastructure/read-models/read-model-database.js';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { SealingEventStore } from '../../src/infrastructure/security/sealing-event-store.js';
import { SystemClock } from '../../src/infrastructure/system/system-clock.js';
import { LiveFlowIndex } from '../../src/projections/flows/live-flow-index.js';
import type { Projection } from '../../src/projections/projection.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import { PROJECTIONS } from '../../src/projections/projections.js';
import { Projector } from '../../src/projections/projector.js';
import type { ReadTables } from '../../src/projections/read-tables.js';
import { postgres } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TEST_VAULT } from '../support/test-vault.js';

export { SILENT };

/** What read models can be in; a suite that runs on each is run once for each. */
export const DATABASES = ['SQLite', 'PostgreSQL'] as const;
export type DatabaseKind = (typeof DATABASES)[number];

/** An event store and read models of their own. */
export class ReadSide {
  readonly vault = TEST_VAULT;
  /** Events are sealed when they are appended, and opened when they are read. */
  readonly eventStore: EventStore;
  readonly liveFlows: LiveFlowIndex;
  projector: Projector;

  private constructor(
    private readonly folder: ReturnType<typeof temporaryFolder>,
    /** The folder's path, or the URL. */
    readonly location: string,
    /** Events as they are stored. */
    readonly sealed: EventStore,
    readonly database: ReadModelDatabase,
    readonly progress: ProjectionProgress,
    private readonly removeData: () => Promise<void>,
  ) {
    this.eventStore = new SealingEventStore(sealed, this.vault);
    this.liveFlows = new LiveFlowIndex(database.writer);
    progress.onCommit(async (changed) => {
      if (changed.has('flows')) await this.liveFlows.reload();
    });
    this.projector = this.newProjector();
  }

  static async make(kind: DatabaseKind = 'SQLite', clock: Clock = new SystemClock()): Promise<ReadSide> {
    const folder = temporaryFolder();
    const eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
    const progress = new ProjectionProgress(PROJECTIONS.map(({ name }) => name));
    let [location, remove] = [join(folder.path, 'read.db'), async () => {}];
    if (kind === 'PostgreSQL') {
      const schema = await (await postgres()).newSchema();
      [location, remove] = [schema.url, schema.remove];
    }
    const database = await openDatabase(kind, location, clock);
    await database.prepare(eventStore);
    await database.follow(progress);
    const side = new ReadSide(folder, location, eventStore, database, progress, remove);
    await side.projector.prepare();
    return side;
  }

  newProjector({
    projections = PROJECTIONS,
    eventStore = this.sealed,
    clock = new SystemClock() as Clock,
  }: {
    projections?: readonly Projection[];
    eventStore?: EventStore;
    clock?: Clock;
  } = {}): Projector {
    const lanes = [projections.filter(({ inBulk }) => !inBulk), projections.filter(({ inBulk }) => inBulk)];
    const { leadership, news, writer: db } = this.database;
    return new Projector(
      lanes.filter(({ length }) => length > 0),
      {
        eventStore,
        db,
        vault: this.vault,
        leadership,
        // Told here at once, whatever way news take between processes.
        news: { ...news, afterCommit: (commit) => this.progress.committed(commit) },
        progress: this.progress,
        clock,
        logger: SILENT,
      },
    );
  }

  async remove(): Promise<void> {
    await this.database.close();
    await this.eventStore.close();
    await this.removeData();
    this.folder.remove();
  }
}

export const openDatabase = (
  kind: DatabaseKind,
  location: string,
  clock: Clock = new SystemClock(),
): Promise<ReadModelDatabase> =>
  kind === 'SQLite'
    ? Promise.resolve(SqliteReadModels.open(location))
    : PostgresReadModels.open(location, location, clock, SILENT);

/** Every table's rows, without the leases: those are no part of what events say. */
export async function dumpAll({ writer }: ReadModelDatabase): Promise<Record<string, readonly string[]>> {
  const dump: Record<string, readonly string[]> = {};
  for (const table of PROJECTIONS.flatMap(({ tables }) => tables) as (keyof ReadTables)[]) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(writer);
    dump[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return dump;
}
