import type { Kysely } from 'kysely';
import type { ReadTables } from '../read-tables.js';

/** A trigger that a preview can be made with; its properties are in its stream. */
export interface TriggerSample {
  triggerId: string;
  profileId: string;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

export class SampleQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  /**
   * The last events of a metric, or the last triggers of a flow that price drops or low inventory start; the newest first.
   * @param sourceId the metric, or the flow
   */
  async newest(sourceId: string): Promise<readonly TriggerSample[]> {
    const rows = await this.db
      .selectFrom('trigger_samples')
      .select(['trigger_id', 'profile_id', 'occurred_at'])
      .where('source_id', '=', sourceId)
      .orderBy('position', 'desc')
      .execute();
    return rows.map((row) => ({
      triggerId: row.trigger_id,
      profileId: row.profile_id,
      occurredAt: row.occurred_at,
    }));
  }
}
