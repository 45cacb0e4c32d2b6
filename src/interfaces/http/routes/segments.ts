import { z } from 'zod';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, sendResource } from '../json-api.js';
import { sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { CATALOG_FIELDS, catalogAttributes, catalogResource } from '../resources/catalog-resource.js';
import { resourceAnswer } from '../schemas/answers.js';
import { createSegmentBody } from '../schemas/audience-schemas.js';
import { filterOf } from '../schemas/filter-schemas.js';
import { audienceMemberRoutes } from './audience-members.js';
import { catalogRoutes } from './catalog.js';
import { flowTriggerRoutes } from './flow-triggers.js';

export function segmentRoutes(app: HttpServer, deps: HttpDependencies): void {
  catalogRoutes(app, deps, 'segment', 'segments:read', 10);
  flowTriggerRoutes(app, deps, 'segment');
  audienceMemberRoutes(app, deps, 'segment');

  app.post(
    '/api/segments',
    {
      config: {
        repeats: 'answered',
        scope: 'segments:write',
        refusalsAt: below('/data/attributes'),
        answers: { 201: resourceAnswer('segment', catalogAttributes.segment) },
      },
      schema: {
        tags: ['Segments'],
        operationId: 'createSegment',
        summary: 'Create Segment',
        body: createSegmentBody,
        querystring: z.strictObject({ 'fields[segment]': sparseFields(CATALOG_FIELDS.segment) }),
      },
    },
    async (request, reply) => {
      const { name, definition } = request.body.data.attributes;
      // Klaviyo's client can't leave the definition out.
      const conditions = definition?.condition_groups.length ? filterOf(definition) : undefined;
      const created = await deps.audiences.create('segment', name, commandContextOf(request), conditions);
      await readable(deps, created, 'catalog');
      const { audienceId } = created.result;
      const entry = found(await deps.queries.catalog.entry('segment', audienceId), 'segment', audienceId);
      return sendResource(request, reply.code(201), catalogResource(entry));
    },
  );
}
