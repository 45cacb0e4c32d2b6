import { activityProjection } from '../../projections/activity/activity-projection.js';
import { ActivityQueries, type DeliveryView } from '../../projections/activity/activity-queries.js';
import { type DeliveryFilter, QUEUES } from '../../projections/activity/delivery-filter.js';
import { profileProjection } from '../../projections/profiles/profile-projection.js';
import { readSettings } from '../../settings.js';
import { allPages } from './all-pages.js';
import { fields } from './fields.js';
import { actionIdIn, deliveryIdIn, flowIdIn } from './ids-given.js';
import { printList } from './print-list.js';
import type { JsonFlag } from './print-result.js';
import { sinceIn } from './since.js';
import { withLook } from './with-look.js';
import { WorkFailed } from './work-failed.js';

type Flags = JsonFlag & { data?: string };

/** As people ask for them: `waiting` is whatever has not come to its end. */
const STATUSES = { ...QUEUES, succeeded: ['succeeded'] } as const;

export interface DeliveryListFlags extends Flags {
  status?: keyof typeof STATUSES;
  flow?: string;
  action?: string;
  since?: string;
  limit: number;
}

/** Newest first. */
export async function listDeliveries(flags: DeliveryListFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { status, flow, action, since, limit } = flags;
  const filter: DeliveryFilter = {
    ...(status === undefined ? {} : { statuses: STATUSES[status] }),
    ...(flow === undefined ? {} : { flowId: flowIdIn(flow) }),
    ...(action === undefined ? {} : { actionId: actionIdIn(action) }),
    ...(since === undefined ? {} : { since: sinceIn(since) }),
  };
  await withLook(settings, [activityProjection], async (db, vault) => {
    const activity = new ActivityQueries(db, vault);
    const some = allPages((request) => activity.deliveries(request, filter), limit);
    const headings = ['id', 'status', 'attempts', 'last answer', 'updated', 'next due', 'recipient', 'url'];
    const count = await printList(flags, some, headings, (delivery) => [
      delivery.deliveryId,
      delivery.status,
      String(delivery.attempts),
      delivery.code ?? '-',
      delivery.updatedAt,
      nextDue(delivery) ?? '-',
      delivery.recipient ?? '-',
      delivery.url,
    ]);
    if (count === 0) process.stderr.write('No delivery matches.\n');
    else if (count === limit) {
      const all = await activity.count(filter);
      if (all > count) process.stderr.write(`${count} of ${all}; --limit shows more.\n`);
    }
  });
}

export async function showDelivery(given: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const id = deliveryIdIn(given);
  const projections = [activityProjection, profileProjection];
  const delivery = await withLook(settings, projections, (db, vault) => new ActivityQueries(db, vault).delivery(id));
  if (delivery === undefined) {
    throw new WorkFailed(`There is no delivery with the id '${id}'; hookledger delivery list shows the newest.`);
  }
  process.stdout.write(flags.json ? `${JSON.stringify(delivery)}\n` : fields(factsOf(delivery)));
  if (!flags.json) process.stderr.write(`Its history: hookledger history delivery-${id}\n`);
}

const factsOf = (delivery: DeliveryView): readonly (readonly [string, string | null])[] => [
  ['id', delivery.deliveryId],
  ['status', delivery.status],
  ['attempts', String(delivery.attempts)],
  ['last answer', [delivery.code, delivery.message].filter((part) => part !== null && part !== '').join(': ')],
  ['next due', nextDue(delivery)],
  ['recipient', delivery.recipient],
  ['url', delivery.url],
  ['requested', delivery.requestedAt],
  ['updated', delivery.updatedAt],
  ['action', delivery.actionId],
  ['flow', delivery.flowId],
  ['trigger', delivery.triggerId],
  ['profile', delivery.profileId],
];

/** What came to its end is due no more. */
function nextDue({ status, dueAt }: DeliveryView): string | null {
  return (QUEUES.waiting as readonly string[]).includes(status) ? dueAt : null;
}
