import type { Kysely } from 'kysely';
import type { Checkpoints } from '../application/ports/checkpoints.js';
import { BEFORE_ALL, type Position } from '../application/ports/event-store.js';
import type { ReadTables } from './read-tables.js';

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
