import type { DeliveryFilter } from '../../../../projections/activity/delivery-filter.js';
import { scaleOf, type TimeRange } from '../../../../projections/analytics/analytics-scale.js';
import type { HttpServer } from '../../http-server.js';
import { memberPage } from '../member-page.js';
import type { PageDependencies } from '../page-options.js';
import { analyticsView, countedOf, filterOf, LISTS } from './analytics-view.js';
import { csvLine, sendCsv } from './csv.js';

/** Deliveries read and sent at a time. */
const PORTION = 500;

const DELIVERY_COLUMNS = [
  ...['delivery_id', 'status', 'recipient', 'profile_id', 'flow_id', 'action_id', 'trigger_id', 'url', 'attempts'],
  ...['code', 'message', 'requested_at', 'due_at', 'updated_at'],
];

const SUMMARY_COLUMNS = ['from', 'to', 'requested', 'succeeded', 'failed', 'skipped', 'attempts', 'retried'];

/** What a page of analytics shows, as a file: its address has the same fields. */
export function analyticsExports(app: HttpServer, { logIn, queries, clock }: PageDependencies): void {
  async function* deliveries(filter: DeliveryFilter): AsyncGenerator<string> {
    yield csvLine(DELIVERY_COLUMNS);
    for (let cursor: string | undefined; ; ) {
      const { items, nextCursor } = await queries.activity.deliveries({ size: PORTION, cursor }, filter);
      const lines = items.map((one) =>
        csvLine([
          ...[one.deliveryId, one.status, one.recipient, one.profileId || null, one.flowId, one.actionId],
          ...[one.triggerId, one.url, one.attempts, one.code, one.message, one.requestedAt, one.dueAt, one.updatedAt],
        ]),
      );
      if (lines.length > 0) yield lines.join('');
      if (nextCursor === undefined) return;
      cursor = nextCursor;
    }
  }

  memberPage(app, logIn, '/analytics/deliveries.csv', (request, reply) => {
    const now = clock.now();
    const view = analyticsView(request.query, now, '/analytics/deliveries.csv');
    const { queue } = request.query as { queue?: unknown };
    const list = LISTS.find((one) => one === queue) ?? 'all';
    return sendCsv(reply, `deliveries-${list}-${dayOf(now)}.csv`, deliveries(filterOf(list, view)));
  });

  memberPage(app, logIn, '/analytics/summary.csv', async (request, reply) => {
    const now = clock.now();
    const view = analyticsView(request.query, now, '/analytics/summary.csv');
    const range = view.time as TimeRange;
    const { steps } = await queries.analytics.inRange(range, scaleOf(range, now), countedOf(view));
    const lines = steps.map(({ from, to, requested, succeeded, failed, skipped, attempts, retried }) =>
      csvLine([
        ...[new Date(from).toISOString(), new Date(to).toISOString()],
        ...[requested, succeeded, failed, skipped, attempts, retried],
      ]),
    );
    return sendCsv(reply, `webhook-analytics-${dayOf(now)}.csv`, [csvLine(SUMMARY_COLUMNS), ...lines]);
  });
}

const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
