import { z } from 'zod';
import type { AnalyticsFilter } from '../../../projections/analytics/analytics-queries.js';
import { equalsFilter } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendResource } from '../json-api.js';
import { sparseFields, timeParameter } from '../query-parameters.js';
import { analyticsAttributes, analyticsResource } from '../resources/analytics-resource.js';
import { resourceAnswer } from '../schemas/answers.js';

export function analyticsRoutes(app: HttpServer, { queries }: HttpDependencies): void {
  app.get(
    '/api/hookledger/analytics',
    {
      config: { scope: 'audit:read', answers: { 200: resourceAnswer('webhook-analytics', analyticsAttributes) } },
      schema: {
        tags: ['Analytics'],
        operationId: 'getWebhookAnalytics',
        summary: 'Counts of deliveries: of all, of a flow or of an action; from and to count whole hours',
        querystring: z.strictObject({
          filter: equalsFilter(['flow_id', 'action_id'], ['flow_id', '{flow_id}']),
          from: timeParameter('from', 'The first hour to count'),
          to: timeParameter('to', 'The hour before which to stop', '2026-07-16T00:00:00Z'),
          'fields[webhook-analytics]': sparseFields(Object.keys(analyticsAttributes.shape)),
        }),
      },
    },
    async (request, reply) => {
      const { filter: { flow_id, action_id } = {}, from, to } = request.query;
      const filter: AnalyticsFilter = {};
      if (flow_id !== undefined) filter.flowId = flow_id;
      if (action_id !== undefined) filter.actionId = action_id;
      if (from !== undefined) filter.from = from;
      if (to !== undefined) filter.to = to;
      const analytics = await queries.analytics.analytics(filter);
      return sendResource(request, reply, analyticsResource(action_id ?? flow_id ?? 'all', analytics));
    },
  );
}
