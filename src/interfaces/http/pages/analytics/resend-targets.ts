import type { ActionDeliveries, DeliveryView } from '../../../../projections/activity/activity-queries.js';
import type { PageDependencies } from '../page-options.js';
import { namedActions } from './named-actions.js';

const MOST_ACTIONS = 50;

/** The code of what was skipped since its template could not be rendered: it has no body to send. */
export const NOT_RENDERED = 'not_rendered';

export function countedByAction(deliveries: readonly DeliveryView[]): ActionDeliveries[] {
  const counted = new Map<string, ActionDeliveries>();
  for (const { actionId, flowId } of deliveries) {
    const known = counted.get(actionId);
    if (known === undefined) counted.set(actionId, { actionId, flowId, count: 1 });
    else known.count++;
  }
  return [...counted.values()];
}

/** Where they would go: an attempt goes where its action points at that time. */
export async function targets(queries: PageDependencies['queries'], counted: readonly ActionDeliveries[]) {
  const shown = counted.slice(0, MOST_ACTIONS);
  const nameOf = await namedActions(queries, shown);
  return shown.map(({ actionId, count }) => ({ ...nameOf(actionId), count }));
}
