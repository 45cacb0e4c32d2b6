import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { ReadTables } from '../read-tables.js';
import type { DeliveriesTable } from './activity-tables.js';

/** How a delivery stands. */
export type DeliveryStatusShown = DeliveriesTable['status'];

/** The queues that people look at, by the statuses that they hold. */
export const QUEUES = {
  waiting: ['requested', 'attempting', 'attempt_failed', 'waiting'],
  failed: ['failed'],
  skipped: ['skipped'],
} as const satisfies Record<string, readonly DeliveryStatusShown[]>;

/** Which deliveries; all that is given has to match. */
export interface DeliveryFilter {
  statuses?: readonly DeliveryStatusShown[];
  flowId?: string;
  actionId?: string;
  profileId?: string;
  /** Of the last outcome: a status code, an error, or the reason of a skip. */
  code?: string;
  /** Those that changed at this time or later; ISO 8601, UTC. */
  since?: string;
  /** Those that changed at this time or before; ISO 8601, UTC. */
  until?: string;
  /** Those that were requested in this time; ISO 8601, UTC. */
  requestedFrom?: string;
  requestedUntil?: string;
}

type Where = ExpressionBuilder<ReadTables, 'deliveries'>;

/**
 * Each filter is led by one index: that of the profile, of the queues, of the action or of the flow, whichever comes first.
 * What else has to match is looked at on the way and, put in brackets of `|| ''`, takes no index for itself: a planner that
 * doesn't know how the values are spread would rather read a million deliveries of one action than ten that failed.
 */
export const matching =
  (filter: DeliveryFilter) =>
  (where: Where): Expression<SqlBool> => {
    const { statuses, flowId, actionId, profileId, code, since, until } = filter;
    const all: Expression<SqlBool>[] = [];
    const ofQueues = statuses?.includes('succeeded') === false;
    const besides = (column: 'status' | 'action_id' | 'flow_id') => sql<string>`${sql.ref(column)} || ''`;
    if (profileId !== undefined) all.push(where('deliveries.profile_id', '=', profileId));
    if (statuses !== undefined) {
      all.push(where(profileId === undefined ? 'status' : besides('status'), 'in', statuses));
      // A constant, by which a planner sees that the index on queues has them all.
      if (ofQueues) all.push(sql<SqlBool>`status <> 'succeeded'`);
    }
    const led = profileId !== undefined || ofQueues;
    if (actionId !== undefined) all.push(where(led ? besides('action_id') : 'action_id', '=', actionId));
    if (flowId !== undefined) {
      all.push(where(led || actionId !== undefined ? besides('flow_id') : 'flow_id', '=', flowId));
    }
    if (code !== undefined) all.push(where('code', '=', code));
    if (since !== undefined) all.push(where('deliveries.updated_at', '>=', since));
    if (until !== undefined) all.push(where('deliveries.updated_at', '<=', until));
    return where.and(all);
  };
