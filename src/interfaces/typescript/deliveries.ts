import type { DeliveryCommands } from '../../application/commands/deliveries.js';
import type { ActivityQueries, DeliveryView } from '../../projections/activity/activity-queries.js';
import { type DeliveryFilter, QUEUES } from '../../projections/activity/delivery-filter.js';
import type { Page } from '../../projections/page.js';
import type { Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** `waiting` is due, under way or waits for a retry; `failed` used up its retries; `skipped` could not be sent. */
export type QueueName = keyof typeof QUEUES;

/** What became of each webhook. */
export interface Deliveries {
  /**
   * Sends a failed or skipped delivery again: the same body, now.
   * @throws RuleViolation `delivery_unknown`, `delivery_not_in_a_queue`, `delivery_without_body`
   */
  resend(deliveryId: string, options?: RepeatableOptions): Promise<Durable>;
  /** Undefined where there is none. */
  get(deliveryId: string): Promise<DeliveryView | undefined>;
  /** The activity log: newest request first. @throws InvalidCursor */
  list(filter?: DeliveryFilter & Paging): Promise<Page<DeliveryView>>;
  /** A queue: newest request first. @throws InvalidCursor */
  queue(name: QueueName, filter?: Omit<DeliveryFilter, 'statuses'> & Paging): Promise<Page<DeliveryView>>;
  /** How many match. */
  count(filter?: DeliveryFilter): Promise<number>;
}

export const deliveriesOf = (commands: DeliveryCommands, queries: ActivityQueries, contexts: Contexts): Deliveries => ({
  async resend(deliveryId, options = {}) {
    const context = await contexts.of(options, ['deliveries.resend', deliveryId]);
    const { position } = await commands.resend(deliveryId, context);
    return { position };
  },
  get: (deliveryId) => queries.delivery(deliveryId),
  list: ({ size, cursor, ...filter } = {}) => queries.deliveries(pageRequest({ size, cursor }), filter),
  queue: (name, { size, cursor, ...filter } = {}) =>
    queries.deliveries(pageRequest({ size, cursor }), { ...filter, statuses: QUEUES[name] }),
  count: (filter = {}) => queries.count(filter),
});
