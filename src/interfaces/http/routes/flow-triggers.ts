import { z } from 'zod';
import type { CatalogKind } from '../../../projections/catalog/catalog-queries.js';
import type { PageRequest } from '../../../projections/page.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { found, mapPage, sendCollection, sendIdentifiers } from '../json-api.js';
import { pageRequest, paging, sparseFields } from '../query-parameters.js';
import { FLOW_FIELDS, flowAttributes, flowResource } from '../resources/flow-resource.js';
import { collectionAnswer, identifiersAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';

/** Which flows a metric, list or segment triggers. Klaviyo's calls take no size of a page, so it is a large one. */
export function flowTriggerRoutes(app: HttpServer, { queries }: HttpDependencies, kind: CatalogKind): void {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const tags = [`${name}s`];

  const flowsOf = async (id: string, page: PageRequest) => {
    found(await queries.catalog.entry(kind, id), kind, id);
    const flows = await queries.flows.flows(page, { triggerType: kind, triggerId: id });
    return mapPage(flows, (flow) => flowResource(flow));
  };

  app.get(
    `/api/${kind}s/:id/flow-triggers`,
    {
      config: { scope: 'flows:read', answers: { 200: collectionAnswer('flow', flowAttributes) } },
      schema: {
        tags,
        operationId: `getFlowsTriggeredBy${name}`,
        summary: `Get Flows Triggered by ${name}`,
        params: idOf(kind),
        querystring: z.strictObject({ ...paging(100), 'fields[flow]': sparseFields(FLOW_FIELDS) }),
      },
    },
    async (request, reply) =>
      sendCollection(request, reply, await flowsOf(request.params.id, pageRequest(request.query))),
  );

  app.get(
    `/api/${kind}s/:id/relationships/flow-triggers`,
    {
      config: { scope: 'flows:read', answers: { 200: identifiersAnswer('flow') } },
      schema: {
        tags,
        operationId: `getIdsForFlowsTriggeredBy${name}`,
        summary: `Get IDs for Flows Triggered by ${name}`,
        params: idOf(kind),
        querystring: z.strictObject(paging(100)),
      },
    },
    async (request, reply) =>
      sendIdentifiers(request, reply, await flowsOf(request.params.id, pageRequest(request.query))),
  );
}
