import { z } from 'zod';
import { commandContextOf } from '../command-context-of.js';
import { givenSubscription, givenSubscriptionChange } from '../given-subscription.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { checkIdOfPath, found, mapPage, type Resource, sendCollection, sendResource } from '../json-api.js';
import { newestFirst, pageRequest, paging, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import {
  FEED_SUBSCRIPTION_FIELDS,
  feedSubscriptionAttributes,
  feedSubscriptionResource,
} from '../resources/feed-subscription-resource.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { createSubscriptionBody, updateSubscriptionBody } from '../schemas/feed-schemas.js';
import { idOf } from '../schemas/fields.js';

const fieldsOfSubscription = { 'fields[feed-subscription]': sparseFields(FEED_SUBSCRIPTION_FIELDS) };
const oneSubscription = resourceAnswer('feed-subscription', feedSubscriptionAttributes);
const madeAttributes = feedSubscriptionAttributes.extend({
  secret: z.string().describe('What its requests are signed with, as Standard Webhooks writes it; shown once'),
});

/** Who wants to be told instead of asking: the outbound feed's subscriptions. */
export function feedSubscriptionRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { feeds, queries, vault } = deps;
  const tags = ['Outbound feed'];
  const refusalsAt = below('/data/attributes', { '/flowIds': '/flow_ids', '/actionIds': '/action_ids' });

  const resourceOf = async (id: string): Promise<Resource> =>
    feedSubscriptionResource(found(await queries.feed.subscription(id), 'feed subscription', id));

  app.get(
    '/api/hookledger/feed-subscriptions',
    {
      config: {
        scope: 'flows:read',
        answers: { 200: collectionAnswer('feed-subscription', feedSubscriptionAttributes) },
      },
      schema: {
        tags,
        operationId: 'getFeedSubscriptions',
        summary: 'All subscriptions to the outbound feed, newest first',
        querystring: z.strictObject({ ...paging(), ...fieldsOfSubscription, sort: newestFirst }),
      },
    },
    async (request, reply) => {
      const page = await queries.feed.subscriptions(pageRequest(request.query));
      return sendCollection(request, reply, mapPage(page, feedSubscriptionResource));
    },
  );

  app.post(
    '/api/hookledger/feed-subscriptions',
    {
      config: {
        repeats: 'refused',
        scope: 'flows:write',
        refusalsAt,
        answers: { 201: resourceAnswer('feed-subscription', madeAttributes) },
      },
      schema: {
        tags,
        operationId: 'createFeedSubscription',
        summary: 'Subscribe to the outbound feed, from now on; the signing secret is shown once',
        body: createSubscriptionBody,
      },
    },
    async (request, reply) => {
      const given = givenSubscription(request.body.data.attributes, vault);
      const made = await feeds.subscribe(given, commandContextOf(request));
      await readable(deps, made, 'feed');
      const { subscriptionId, secret } = made.result;
      const { attributes, ...shown } = await resourceOf(subscriptionId);
      return sendResource(request, reply.code(201), { ...shown, attributes: { ...attributes, secret } });
    },
  );

  app.get(
    '/api/hookledger/feed-subscriptions/:id',
    {
      config: { scope: 'flows:read', answers: { 200: oneSubscription } },
      schema: {
        tags,
        operationId: 'getFeedSubscription',
        summary: 'One subscription to the outbound feed',
        params: idOf('feed subscription'),
        querystring: z.strictObject(fieldsOfSubscription),
      },
    },
    async (request, reply) => sendResource(request, reply, await resourceOf(request.params.id)),
  );

  app.patch(
    '/api/hookledger/feed-subscriptions/:id',
    {
      config: { scope: 'flows:write', refusalsAt, answers: { 200: oneSubscription } },
      schema: {
        tags,
        operationId: 'updateFeedSubscription',
        summary: 'Change a subscription: what is given; a new URL is checked first',
        params: idOf('feed subscription'),
        body: updateSubscriptionBody,
        querystring: z.strictObject(fieldsOfSubscription),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkIdOfPath(id, request.body.data.id);
      const change = givenSubscriptionChange(request.body.data.attributes, vault);
      await readable(deps, await feeds.change(id, change, commandContextOf(request)), 'feed');
      return sendResource(request, reply, await resourceOf(id));
    },
  );

  app.delete(
    '/api/hookledger/feed-subscriptions/:id',
    {
      config: { scope: 'flows:write', answers: { 204: nothing('It is told nothing more; what waits is skipped') } },
      schema: {
        tags,
        operationId: 'deleteFeedSubscription',
        summary: 'End a subscription to the outbound feed',
        params: idOf('feed subscription'),
      },
    },
    async (request, reply) => {
      await readable(deps, await feeds.unsubscribe(request.params.id, commandContextOf(request)), 'feed');
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/hookledger/feed-subscriptions/:id/resume',
    {
      config: { repeats: 'answered', scope: 'flows:write', answers: { 200: oneSubscription } },
      schema: {
        tags,
        operationId: 'resumeFeedSubscription',
        summary: 'Set a subscription live again that was suspended; its URL is checked first',
        params: idOf('suspended feed subscription'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await readable(deps, await feeds.resume(id, commandContextOf(request)), 'feed');
      return sendResource(request, reply, await resourceOf(id));
    },
  );
}
