import { z } from 'zod';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, sendResource } from '../json-api.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { catalogAttributes, catalogResource } from '../resources/catalog-resource.js';
import { resourceAnswer } from '../schemas/answers.js';
import { createMetricBody } from '../schemas/audience-schemas.js';
import { catalogRoutes } from './catalog.js';
import { flowTriggerRoutes } from './flow-triggers.js';

export function metricRoutes(app: HttpServer, deps: HttpDependencies): void {
  catalogRoutes(app, deps, 'metric', 'metrics:read', 100);
  flowTriggerRoutes(app, deps, 'metric');
  const metric = resourceAnswer('metric', catalogAttributes.metric);

  app.post(
    '/api/hookledger/metrics',
    {
      config: {
        repeats: 'answered',
        scope: 'metrics:write',
        refusalsAt: below('/data/attributes'),
        answers: { 200: metric, 201: metric },
      },
      schema: {
        tags: ['Metrics'],
        operationId: 'createMetric',
        summary: 'Make a metric known before its first event; 200 where it is known already',
        body: createMetricBody,
        querystring: z.strictObject({}),
      },
    },
    async (request, reply) => {
      const created = await deps.events.createMetric(request.body.data.attributes.name, commandContextOf(request));
      await readable(deps, created, 'catalog');
      const { metricId, created: isNew } = created.result;
      const entry = found(await deps.queries.catalog.entry('metric', metricId), 'metric', metricId);
      return sendResource(request, reply.code(isNew ? 201 : 200), catalogResource(entry));
    },
  );
}
