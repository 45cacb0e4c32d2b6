import type { FastifyRequest } from 'fastify';
import type { ResentMany } from '../../../../application/commands/deliveries.js';
import { BEFORE_ALL } from '../../../../application/ports/event-store.js';
import type { DeliveryFilter } from '../../../../projections/activity/delivery-filter.js';
import { fieldOf } from '../form-body.js';

/** As many as a page of a queue has to choose from. */
const MOST_CHOSEN = 50;

/** Why a delivery can't be sent again, in words, by the rule that forbids it. */
export const REFUSALS: Readonly<Record<string, string>> = {
  delivery_without_body: 'have no body, since the template could not be rendered: mend it and send the event again',
  delivery_forgotten: 'belong to a profile that was forgotten',
  delivery_not_in_a_queue: 'were not in the queue any more: somebody else has sent them again',
  delivery_unknown: 'are not known any more',
};

/** How far it is: in the form from portion to portion, since no server has to remember it then. */
export interface Progress extends ResentMany {
  /** The position of the last one that was tried. */
  after: number;
  total: number;
}

/** What the next portion needs, as hidden fields. */
export function fieldsOf(
  filter: DeliveryFilter,
  { after, total, resent, refused }: Progress,
): { name: string; value: string }[] {
  const { flowId, actionId, profileId, code, since, until } = filter;
  const given = { flow: flowId, action: actionId, profile: profileId, code, since, until };
  return [
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    ...Object.entries({ after, total, resent }).map(([name, value]) => ({ name, value: String(value) })),
    ...[...refused].map(([rule, count]) => ({ name: `refused_${rule}`, value: String(count) })),
  ];
}

/** What such fields say. */
export function formOf(
  request: FastifyRequest,
  queue: 'failed' | 'skipped',
): { filter: DeliveryFilter; progress: Progress } {
  const filter: DeliveryFilter = { statuses: [queue] };
  const [flow, action, profile] = (['flow', 'action', 'profile'] as const).map((name) => fieldOf(request, name));
  const [code, since, until] = (['code', 'since', 'until'] as const).map((name) => fieldOf(request, name));
  if (flow) filter.flowId = flow;
  if (action) filter.actionId = action;
  if (profile) filter.profileId = profile;
  if (code) filter.code = code;
  if (since) filter.since = since;
  // Without an end, what fails again meanwhile would be sent again and again.
  filter.until = until || new Date(0).toISOString();
  const refused = Object.keys(REFUSALS).flatMap((rule): [string, number][] => {
    const count = wholeNumber(fieldOf(request, `refused_${rule}`));
    return count > 0 ? [[rule, count]] : [];
  });
  const [total, resent] = [wholeNumber(fieldOf(request, 'total')), wholeNumber(fieldOf(request, 'resent'))];
  const after = fieldOf(request, 'after');
  const progress = {
    after: /^\d{1,15}$/.test(after) ? Number(after) : BEFORE_ALL,
    total,
    resent,
    refused: new Map(refused),
  };
  return { filter, progress };
}

const wholeNumber = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : 0);

/** Undefined where nothing was to be chosen: all that match are meant. */
export function chosenIn(query: unknown): string[] | undefined {
  const { id = [], chosen } = query as { id?: unknown; chosen?: unknown };
  if (chosen === undefined) return undefined;
  const given = Array.isArray(id) ? id : [id];
  return [...new Set(given.filter((one): one is string => typeof one === 'string'))].slice(0, MOST_CHOSEN);
}

export const idsIn = ({ body }: FastifyRequest): string[] =>
  body instanceof URLSearchParams ? [...new Set(body.getAll('id'))].slice(0, MOST_CHOSEN) : [];
