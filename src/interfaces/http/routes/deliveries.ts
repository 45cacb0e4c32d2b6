import { z } from 'zod';
import { deliveryStream } from '../../../domain/delivery/delivery.js';
import { type DeliveryFilter, QUEUES } from '../../../projections/activity/delivery-filter.js';
import { ApiError } from '../api-error.js';
import { commandContextOf } from '../command-context-of.js';
import { equalsFilter } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, onePage, sendCollection, sendResource } from '../json-api.js';
import { newestFirst, pageRequest, paging, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import {
  DELIVERY_FIELDS,
  DELIVERY_STATUSES,
  deliveryAttributes,
  deliveryResource,
} from '../resources/delivery-resource.js';
import { historyEntryAttributes, historyEntryResource } from '../resources/history-entry-resource.js';
import { collectionAnswer, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';
import { asOfParameter, historyOf } from './streams.js';

const fieldsOfDelivery = { 'fields[delivery]': sparseFields(DELIVERY_FIELDS) };
const ofWhat = ['flow_id', 'action_id', 'profile_id'] as const;

/** What became of each webhook: the activity log, the queues, and sending again. */
export function deliveryRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { deliveries, queries } = deps;
  const tags = ['Deliveries'];

  app.get(
    '/api/hookledger/deliveries',
    {
      config: { scope: 'audit:read', answers: { 200: collectionAnswer('delivery', deliveryAttributes) } },
      schema: {
        tags,
        operationId: 'getDeliveries',
        summary: 'The activity log, newest request first',
        querystring: z.strictObject({
          ...paging(),
          ...fieldsOfDelivery,
          filter: equalsFilter(['status', ...ofWhat], ['status', 'failed']),
          sort: newestFirst,
        }),
      },
    },
    async (request, reply) => {
      const { status, ...wanted } = request.query.filter ?? {};
      const filter = filterOf(wanted);
      if (status !== undefined) filter.statuses = [knownStatus(status)];
      const page = await queries.activity.deliveries(pageRequest(request.query), filter);
      return sendCollection(request, reply, mapPage(page, deliveryResource));
    },
  );

  app.get(
    '/api/hookledger/queues/:queue',
    {
      config: { scope: 'audit:read', answers: { 200: collectionAnswer('delivery', deliveryAttributes) } },
      schema: {
        tags,
        operationId: 'getQueue',
        summary: `A queue (${Object.keys(QUEUES).join(', ')}), newest request first`,
        params: z.strictObject({
          queue: withExample(z.string(), 'failed').describe(`Of ${Object.keys(QUEUES).join(', ')}`),
        }),
        querystring: z.strictObject({
          ...paging(),
          ...fieldsOfDelivery,
          filter: equalsFilter(ofWhat, ['flow_id', '{flow_id}']),
          sort: newestFirst,
        }),
      },
    },
    async (request, reply) => {
      const { queue } = request.params;
      if (!Object.hasOwn(QUEUES, queue)) {
        const detail = `There is no queue '${queue}'; there are ${Object.keys(QUEUES).join(', ')}.`;
        throw new ApiError('not_found', { detail });
      }
      const filter = { ...filterOf(request.query.filter ?? {}), statuses: QUEUES[queue as keyof typeof QUEUES] };
      const page = await queries.activity.deliveries(pageRequest(request.query), filter);
      return sendCollection(request, reply, mapPage(page, deliveryResource));
    },
  );

  const resourceOf = async (id: string) => deliveryResource(found(await queries.activity.delivery(id), 'delivery', id));

  app.get(
    '/api/hookledger/deliveries/:id',
    {
      config: { scope: 'audit:read', answers: { 200: resourceAnswer('delivery', deliveryAttributes) } },
      schema: {
        tags,
        operationId: 'getDelivery',
        summary: 'A delivery',
        params: idOf('delivery'),
        querystring: z.strictObject(fieldsOfDelivery),
      },
    },
    async (request, reply) => sendResource(request, reply, await resourceOf(request.params.id)),
  );

  app.get(
    '/api/hookledger/deliveries/:id/history',
    {
      config: { scope: 'audit:read', answers: { 200: collectionAnswer('history-entry', historyEntryAttributes) } },
      schema: {
        tags,
        operationId: 'getDeliveryHistory',
        summary: "A delivery's history, oldest first",
        params: idOf('delivery'),
        querystring: z.strictObject({ as_of: asOfParameter }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const entries = await historyOf(deps, deliveryStream(id), request.query.as_of);
      return sendCollection(request, reply, onePage(found(entries, 'delivery', id).map(historyEntryResource)));
    },
  );

  app.post(
    '/api/hookledger/deliveries/:id/resend',
    {
      config: {
        repeats: 'answered',
        scope: 'deliveries:write',
        answers: { 202: resourceAnswer('delivery', deliveryAttributes) },
      },
      schema: {
        tags,
        operationId: 'resendDelivery',
        summary: 'Send a failed or skipped delivery again: the same body, now',
        params: idOf('delivery'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await readable(deps, await deliveries.resend(id, commandContextOf(request)), 'activity');
      return sendResource(request, reply.code(202), await resourceOf(id));
    },
  );
}

function filterOf(wanted: Partial<Record<(typeof ofWhat)[number], string>>): DeliveryFilter {
  const filter: DeliveryFilter = {};
  if (wanted.flow_id !== undefined) filter.flowId = wanted.flow_id;
  if (wanted.action_id !== undefined) filter.actionId = wanted.action_id;
  if (wanted.profile_id !== undefined) filter.profileId = wanted.profile_id;
  return filter;
}

function knownStatus(given: string): (typeof DELIVERY_STATUSES)[number] {
  const status = DELIVERY_STATUSES.find((known) => known === given);
  if (status !== undefined) return status;
  const detail = `There is no status '${given}'; there are ${DELIVERY_STATUSES.join(', ')}.`;
  throw new ApiError('invalid', { detail, source: { parameter: 'filter' } });
}
