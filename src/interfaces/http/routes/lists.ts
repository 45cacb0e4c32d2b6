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
import { createListBody } from '../schemas/audience-schemas.js';
import { audienceMemberRoutes } from './audience-members.js';
import { catalogRoutes } from './catalog.js';
import { flowTriggerRoutes } from './flow-triggers.js';

export function listRoutes(app: HttpServer, deps: HttpDependencies): void {
  catalogRoutes(app, deps, 'list', 'lists:read', 10);
  flowTriggerRoutes(app, deps, 'list');
  audienceMemberRoutes(app, deps, 'list');

  app.post(
    '/api/lists',
    {
      config: {
        repeats: 'answered',
        scope: 'lists:write',
        refusalsAt: below('/data/attributes'),
        answers: { 201: resourceAnswer('list', catalogAttributes.list) },
      },
      schema: {
        tags: ['Lists'],
        operationId: 'createList',
        summary: 'Create List',
        body: createListBody,
        querystring: z.strictObject({ 'fields[list]': sparseFields(CATALOG_FIELDS.list) }),
      },
    },
    async (request, reply) => {
      const created = await deps.audiences.create('list', request.body.data.attributes.name, commandContextOf(request));
      await readable(deps, created, 'catalog');
      const { audienceId } = created.result;
      const entry = found(await deps.queries.catalog.entry('list', audienceId), 'list', audienceId);
      return sendResource(request, reply.code(201), catalogResource(entry));
    },
  );
}
