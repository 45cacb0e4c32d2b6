import type { Kysely } from 'kysely';
import type { ActionHealth, ActionHealthState } from '../../application/ports/action-health.js';
import type { ReadTables } from '../read-tables.js';

export class HealthQueries implements ActionHealth {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async health(actionId: string): Promise<ActionHealthState | undefined> {
    const row = await this.db
      .selectFrom('action_health')
      .selectAll()
      .where('action_id', '=', actionId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { term, failing_since, failures, last_code, final_failures } = row;
    const failing =
      failing_since === null
        ? undefined
        : { since: Date.parse(failing_since), attempts: failures, code: last_code ?? '' };
    return { term, failing, finalFailures: JSON.parse(final_failures) };
  }

  /** How many actions are suspended now, and how many alerts were given of those that there are. */
  async totals(): Promise<{ suspended: number; alerts: number }> {
    const { suspended, alerts } = await this.db
      .selectFrom('action_health')
      .select(({ fn }) => [fn.sum<number>('suspended').as('suspended'), fn.sum<number>('alerts').as('alerts')])
      .executeTakeFirstOrThrow();
    return { suspended: Number(suspended ?? 0), alerts: Number(alerts ?? 0) };
  }
}
