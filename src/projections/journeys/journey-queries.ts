import type { Kysely } from 'kysely';
import type { DueJourneys } from '../../application/ports/due-journeys.js';
import type { ReadTables } from '../read-tables.js';

export class JourneyQueries implements DueJourneys {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async due(now: number, limit: number): Promise<readonly string[]> {
    const rows = await this.db
      .selectFrom('journeys')
      .select('journey_id')
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .execute();
    return rows.map(({ journey_id }) => journey_id);
  }

  async nextDueAt(): Promise<number | undefined> {
    const row = await this.db
      .selectFrom('journeys')
      .select(({ fn }) => fn.min('due_at').as('due_at'))
      .executeTakeFirst();
    return row?.due_at == null ? undefined : Number(row.due_at);
  }
}
