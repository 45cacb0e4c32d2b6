import { type Compared, holds } from '../../projections/comparison.js';
import type { ActionView } from '../../projections/flows/flow-queries.js';
import { cursorOf, type ListRequest, placeOf } from '../../projections/listing.js';
import type { Page } from '../../projections/page.js';
import { actionDefinition } from './resources/flow-action-resource.js';

/** What a flow's actions can be filtered and sorted by; `flow` is the order in which the flow has them. */
export type ActionField = 'id' | 'action_type' | 'status' | 'created' | 'updated' | 'flow';

const FLOW_ORDER = { by: 'flow', descending: false } as const;

/**
 * A flow's actions are few and come all at once, in the order of the flow; so they are filtered and sorted here.
 * @throws InvalidCursor
 */
export function pageOfActions(
  actions: readonly ActionView[],
  { size, cursor, where = [], order = FLOW_ORDER }: ListRequest<ActionField>,
): Page<ActionView> {
  const places = actions
    .filter((action) => where.every((comparison) => holds(fieldOf(action, comparison.field), comparison)))
    .map((action) => ({ action, key: String(fieldOf(action, order.by)), position: actions.indexOf(action) }));
  const after = cursor === undefined ? undefined : placeOf(cursor, order);
  const sign = order.descending ? -1 : 1;
  const rows = places
    .filter((place) => after === undefined || sign * compare(place, after) > 0)
    .sort((a, b) => sign * compare(a, b));
  const last = rows.length > size ? rows[size - 1] : undefined;
  return {
    items: rows.slice(0, size).map(({ action }) => action),
    nextCursor: last && cursorOf(order, last),
  };
}

interface Place {
  key: string;
  position: number;
}

function compare(a: Place, b: Place): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.position - b.position;
}

function fieldOf(action: ActionView, field: ActionField): Compared {
  switch (field) {
    case 'id':
      return action.actionId;
    case 'action_type':
      return actionTypeOf(action.type);
    case 'status':
      return statusOf(action);
    case 'created':
      return action.createdAt;
    case 'updated':
      return action.updatedAt;
    case 'flow':
      return '';
  }
}

/** Klaviyo's word for an action's type, which its filters use: `SEND_WEBHOOK`. */
export const actionTypeOf = (type: ActionView['type']): string => type.toUpperCase().replaceAll('-', '_');

/** As it is shown; delays and splits have none. */
function statusOf(action: ActionView): string {
  const { data } = actionDefinition(action);
  return 'status' in data ? data.status : '';
}
