import { type Kysely, sql } from 'kysely';
import type { Backlog } from '../../application/ports/backlog.js';
import type { ReadTables } from '../read-tables.js';

export class QueueQueries implements Backlog {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async due(now: number, atMost: number): Promise<number> {
    // Counted no further than is asked for, so that it costs no more the longer the queue is.
    const { rows } = await sql<{ due: number }>`
      SELECT count(*) AS due FROM (SELECT 1 FROM delivery_queue WHERE claimable_at <= ${now} LIMIT ${atMost}) AS waiting
    `.execute(this.db);
    return Number(rows[0]?.due ?? 0);
  }
}
