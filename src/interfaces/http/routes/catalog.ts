import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiScope } from '../../../domain/account/api-key.js';
import type { CatalogKind } from '../../../projections/catalog/catalog-queries.js';
import { requireScope } from '../authentication.js';
import { filterBy, textField, timeField, truthField } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, type Resource, sendCollection, sendResource } from '../json-api.js';
import { listRequest, paging, someOf, sortBy, sparseFields } from '../query-parameters.js';
import { CATALOG_FIELDS, catalogAttributes, catalogResource } from '../resources/catalog-resource.js';
import { FLOW_FIELDS, flowResource } from '../resources/flow-resource.js';
import { collectionAnswer, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';

/** Included flows of one thing, at the most; all of them are under its flow-triggers. */
const MOST_INCLUDED = 100;

const withFlows = { 'fields[flow]': sparseFields(FLOW_FIELDS), include: someOf(['flow-triggers']) };

const fieldsOfAll = {
  name: textField('any', 'equals'),
  id: textField('any', 'equals'),
  created: timeField('greater-than'),
  updated: timeField('greater-than'),
};
const NO_INTEGRATION = 'metrics belong to no integration here';
const filters = {
  metric: filterBy(fieldsOfAll, 'equals(name,"Placed Order")', {
    'integration.name': NO_INTEGRATION,
    'integration.category': NO_INTEGRATION,
  }),
  list: filterBy(fieldsOfAll, 'any(name,["Newsletter","Wholesale"])'),
  segment: filterBy(
    { ...fieldsOfAll, is_active: truthField('any', 'equals'), is_starred: truthField('equals') },
    'equals(is_active,true)',
  ),
};

/** What metrics, lists and segments have in common: one of them, and a page of them. */
export function catalogRoutes(
  app: HttpServer,
  { queries }: HttpDependencies,
  kind: CatalogKind,
  scope: ApiScope,
  pageSize: number,
): void {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const tags = [`${name}s`];
  const fields = { [`fields[${kind}]`]: sparseFields(CATALOG_FIELDS[kind]) };

  const additional = kind === 'metric' ? {} : { [`additional-fields[${kind}]`]: someOf(['profile_count']) };

  const flowsOf = async (request: FastifyRequest, id: string): Promise<Resource[]> => {
    requireScope(request, 'flows:read');
    const { items } = await queries.flows.flows({ size: MOST_INCLUDED }, { triggerType: kind, triggerId: id });
    return items.map((flow) => flowResource(flow));
  };

  app.get(
    `/api/${kind}s`,
    {
      config: { scope, answers: { 200: collectionAnswer(kind, catalogAttributes[kind]) } },
      schema: {
        tags,
        operationId: `get${name}s`,
        summary: `Get ${name}s`,
        querystring: z.strictObject({
          ...paging(pageSize),
          ...fields,
          ...withFlows,
          filter: filters[kind],
          sort: sortBy(['created', 'updated', 'name', 'id']),
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.catalog.entries(kind, listRequest(request.query));
      const shown = mapPage(page, (entry) => catalogResource(entry));
      if (request.query.include === undefined) return sendCollection(request, reply, shown);
      const included = await Promise.all(page.items.map(({ id }) => flowsOf(request, id)));
      return sendCollection(request, reply, shown, included.flat());
    },
  );

  app.get(
    `/api/${kind}s/:id`,
    {
      config: { scope, answers: { 200: resourceAnswer(kind, catalogAttributes[kind]) } },
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `Get ${name}`,
        params: idOf(kind),
        querystring: z.strictObject({ ...fields, ...withFlows, ...additional }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const entry = found(await queries.catalog.entry(kind, id), kind, id);
      const isCounted = `additional-fields[${kind}]` in request.query;
      const resource = catalogResource(entry, isCounted ? await queries.catalog.profileCount(id) : undefined);
      if (request.query.include === undefined) return sendResource(request, reply, resource);
      return sendResource(request, reply, resource, await flowsOf(request, id));
    },
  );
}
