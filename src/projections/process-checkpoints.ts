import type { Kysely } from 'kysely';
import type { Checkpoints } from '../application/ports/checkpoints.js';
import { BEFORE_ALL, type Position } from '../application/ports/event-store.js';
import type { ReadTables } from './read-tables.js';

/** How far a process manager is known to have read. */
export interface ProcessStatus {
  name: string;
  position: Position;
}

/** Process managers' checkpoints, beside those of the projections. */
export class ProcessCheckpoints implements Checkpoints {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async load(name: string): Promise<Position> {
    const row = await this.db
      .selectFrom('process_checkpoints')
      .select('position')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.position ?? BEFORE_ALL;
  }

  async save(name: string, position: Position): Promise<void> {
    await this.db
      .insertInto('process_checkpoints')
      .values({ name, position })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ position }))
      .execute();
  }
}

/** The checkpoints of all process managers that have one. */
export async function readProcesses(db: Kysely<ReadTables>): Promise<readonly ProcessStatus[]> {
  const rows = await db.selectFrom('process_checkpoints').selectAll().orderBy('name').execute();
  return rows.map(({ name, position }) => ({ name, position: Number(position) }));
}
