import { z } from 'zod';
import { FLOW_STATUSES } from '../../../domain/flow/flow.js';
import type { FlowView } from '../../../projections/flows/flow-queries.js';
import { commandContextOf } from '../command-context-of.js';
import { ALL_OF_TIME, filterBy, textField, timeField, truthField, wordField } from '../filter-parameter.js';
import { givenFlow } from '../given-flow.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { checkIdOfPath, found, mapPage, type Resource, sendCollection, sendResource } from '../json-api.js';
import { listRequest, paging, someOf, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import type { PlaceInDocument } from '../refusals.js';
import { FLOW_ACTION_FIELDS, flowActionResource } from '../resources/flow-action-resource.js';
import {
  FLOW_FIELDS,
  flowAttributes,
  flowDefinition,
  flowResource,
  TRIGGER_TYPE_WORDS,
} from '../resources/flow-resource.js';
import { setUpMeta } from '../resources/set-up-check-meta.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { createFlowBody, updateFlowBody } from '../schemas/flow-schemas.js';

const fieldsOfFlow = { 'fields[flow]': sparseFields(FLOW_FIELDS) };
const withDefinition = { 'additional-fields[flow]': someOf(['definition']) };
const withActions = {
  'fields[flow-action]': sparseFields(FLOW_ACTION_FIELDS),
  include: someOf(['flow-actions']),
};
const flowFilter = filterBy(
  {
    id: textField('any', 'equals'),
    name: textField('contains', 'ends-with', 'equals', 'starts-with'),
    status: wordField(FLOW_STATUSES, 'equals'),
    archived: truthField('equals'),
    created: timeField(...ALL_OF_TIME),
    updated: timeField(...ALL_OF_TIME),
    trigger_type: wordField(TRIGGER_TYPE_WORDS, 'equals'),
  },
  'equals(status,"live"),greater-than(updated,2026-07-15T00:00:00Z)',
);
const oneFlow = resourceAnswer('flow', flowAttributes);

/** A definition's refusals count from the definition, but for that of the flow's name. */
const inDefinition: PlaceInDocument = (pointer) =>
  `/data/attributes${pointer === '/name' ? '' : '/definition'}${pointer}`;

export function flowRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { flows, queries } = deps;
  const tags = ['Flows'];

  const definitionOf = async (flow: FlowView) => flowDefinition(flow, await queries.flows.actionsOf(flow.flowId));

  const actionsOf = async (flowId: string): Promise<Resource[]> =>
    (await queries.flows.actionsOf(flowId)).map((action) => flowActionResource(action));

  app.post(
    '/api/flows',
    {
      config: { repeats: 'answered', scope: 'flows:write', refusalsAt: inDefinition, answers: { 201: oneFlow } },
      schema: {
        tags,
        operationId: 'createFlow',
        summary: 'Create Flow',
        body: createFlowBody,
        querystring: z.strictObject({ ...fieldsOfFlow, ...withDefinition }),
      },
    },
    async (request, reply) => {
      const created = await flows.create(givenFlow(request.body, deps.vault), commandContextOf(request));
      await readable(deps, created, 'flows');
      const { flowId, checks } = created.result;
      const flow = found(await queries.flows.flow(flowId), 'flow', flowId);
      const shown = flowResource(flow, await definitionOf(flow));
      return sendResource(request, reply.code(201), shown, undefined, setUpMeta(checks));
    },
  );

  app.get(
    '/api/flows',
    {
      config: { scope: 'flows:read', answers: { 200: collectionAnswer('flow', flowAttributes) } },
      schema: {
        tags,
        operationId: 'getFlows',
        summary: 'Get Flows',
        querystring: z.strictObject({
          ...paging(50),
          ...fieldsOfFlow,
          ...withActions,
          filter: flowFilter,
          sort: sortBy(['created', 'updated', 'name', 'status', 'trigger_type', 'id']),
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.flows.flows(listRequest(request.query));
      const shown = mapPage(page, (flow) => flowResource(flow));
      if (request.query.include === undefined) return sendCollection(request, reply, shown);
      const included = await Promise.all(page.items.map(({ flowId }) => actionsOf(flowId)));
      return sendCollection(request, reply, shown, included.flat());
    },
  );

  app.get(
    '/api/flows/:id',
    {
      config: { scope: 'flows:read', answers: { 200: oneFlow } },
      schema: {
        tags,
        operationId: 'getFlow',
        summary: 'Get Flow',
        params: idOf('flow'),
        querystring: z.strictObject({
          ...fieldsOfFlow,
          ...withDefinition,
          ...withActions,
        }),
      },
    },
    async (request, reply) => {
      const { 'additional-fields[flow]': additional, include } = request.query;
      const flow = found(await queries.flows.flow(request.params.id), 'flow', request.params.id);
      const resource = flowResource(flow, additional === undefined ? undefined : await definitionOf(flow));
      if (include === undefined) return sendResource(request, reply, resource);
      return sendResource(request, reply, resource, await actionsOf(flow.flowId));
    },
  );

  app.patch(
    '/api/flows/:id',
    {
      config: { scope: 'flows:write', answers: { 200: oneFlow } },
      schema: {
        tags,
        operationId: 'updateFlow',
        summary: 'Update Flow Status',
        params: idOf('flow'),
        body: updateFlowBody,
        querystring: z.strictObject(fieldsOfFlow),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkIdOfPath(id, request.body.data.id);
      const changed = await flows.changeStatus(id, request.body.data.attributes.status, commandContextOf(request));
      await readable(deps, changed, 'flows');
      const shown = flowResource(found(await queries.flows.flow(id), 'flow', id));
      return sendResource(request, reply, shown, undefined, setUpMeta(changed.result));
    },
  );

  app.delete(
    '/api/flows/:id',
    {
      config: { scope: 'flows:write', answers: { 204: nothing('The flow is deleted') } },
      schema: { tags, operationId: 'deleteFlow', summary: 'Delete Flow', params: idOf('flow') },
    },
    async (request, reply) => {
      await readable(deps, await flows.delete(request.params.id, commandContextOf(request)), 'flows');
      return reply.code(204).send();
    },
  );
}
