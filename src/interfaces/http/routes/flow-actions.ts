import { z } from 'zod';
import type { ActionView } from '../../../projections/flows/flow-queries.js';
import type { ListRequest } from '../../../projections/listing.js';
import type { Page } from '../../../projections/page.js';
import { checkActionPlace, DEFINITION } from '../action-place.js';
import { commandContextOf } from '../command-context-of.js';
import { ALL_OF_TIME, filterBy, textField, timeField, wordField } from '../filter-parameter.js';
import { givenActionChange } from '../given-flow.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import {
  checkIdOfPath,
  found,
  mapPage,
  sendCollection,
  sendIdentifier,
  sendIdentifiers,
  sendResource,
} from '../json-api.js';
import { type ActionField, actionTypeOf, pageOfActions } from '../page-of-actions.js';
import { listRequest, paging, someOf, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import {
  FLOW_ACTION_FIELDS,
  flowActionAttributes,
  flowActionResource,
  SHOWN_STATUSES,
} from '../resources/flow-action-resource.js';
import { FLOW_FIELDS, flowAttributes, flowResource } from '../resources/flow-resource.js';
import { setUpMeta } from '../resources/set-up-check-meta.js';
import { collectionAnswer, identifierAnswer, identifiersAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { updateFlowActionBody } from '../schemas/flow-schemas.js';

const fieldsOfAction = { 'fields[flow-action]': sparseFields(FLOW_ACTION_FIELDS) };
const fieldsOfFlow = { 'fields[flow]': sparseFields(FLOW_FIELDS) };
const oneAction = resourceAnswer('flow-action', flowActionAttributes);
const someActions = {
  ...paging(50),
  filter: filterBy(
    {
      id: textField('any', 'equals'),
      action_type: textField('any', 'equals'),
      status: wordField(SHOWN_STATUSES, 'equals'),
      created: timeField(...ALL_OF_TIME),
      updated: timeField(...ALL_OF_TIME),
    },
    `equals(action_type,"${actionTypeOf('send-webhook')}")`,
  ),
  sort: sortBy(['created', 'updated', 'action_type', 'status', 'id'], { otherwise: 'that of the flow' }),
};

export function flowActionRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { flows, queries, vault } = deps;
  const tags = ['Flow Actions'];

  const actionOf = async (id: string) => found(await queries.flows.action(id), 'flow action', id);
  const flowOf = async (actionId: string) => {
    const { flowId } = await actionOf(actionId);
    return flowResource(found(await queries.flows.flow(flowId), 'flow', flowId));
  };

  app.get(
    '/api/flow-actions/:id',
    {
      config: { scope: 'flows:read', answers: { 200: oneAction } },
      schema: {
        tags,
        operationId: 'getFlowAction',
        summary: 'Get Flow Action',
        params: idOf('flow action'),
        querystring: z.strictObject({ ...fieldsOfAction, ...fieldsOfFlow, include: someOf(['flow']) }),
      },
    },
    async (request, reply) => {
      const action = await actionOf(request.params.id);
      const included = request.query.include === undefined ? undefined : [await flowOf(action.actionId)];
      return sendResource(request, reply, flowActionResource(action), included);
    },
  );

  app.patch(
    '/api/flow-actions/:id',
    {
      config: { scope: 'flows:write', refusalsAt: below(DEFINITION), answers: { 200: oneAction } },
      schema: {
        tags,
        operationId: 'updateFlowAction',
        summary: 'Update Flow Action',
        params: idOf('flow action'),
        body: updateFlowActionBody,
        querystring: z.strictObject(fieldsOfAction),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkIdOfPath(id, request.body.data.id);
      const { definition } = request.body.data.attributes;
      if (definition.id != null) checkIdOfPath(id, definition.id, `${DEFINITION}/id`);
      checkActionPlace(definition, await actionOf(id));
      const change = givenActionChange(definition, vault);
      const updated = await flows.updateAction(id, change, commandContextOf(request));
      await readable(deps, updated, 'flows');
      return sendResource(request, reply, flowActionResource(await actionOf(id)), undefined, setUpMeta(updated.result));
    },
  );

  app.post(
    '/api/hookledger/flow-actions/:id/resume',
    {
      config: { repeats: 'answered', scope: 'flows:write', answers: { 200: oneAction } },
      schema: {
        tags,
        operationId: 'resumeFlowAction',
        summary: 'Set an action live again that was suspended; its URL is checked first',
        params: idOf('suspended flow action'),
        querystring: z.strictObject(fieldsOfAction),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const resumed = await flows.resumeAction(id, commandContextOf(request));
      await readable(deps, resumed, 'flows', 'health');
      const meta = setUpMeta(resumed.result.checks);
      return sendResource(request, reply, flowActionResource(await actionOf(id)), undefined, meta);
    },
  );

  app.delete(
    '/api/flow-actions/:id',
    {
      config: { scope: 'flows:write', answers: { 204: nothing('The action is taken out of its flow') } },
      schema: { tags, operationId: 'deleteFlowAction', summary: 'Delete Flow Action', params: idOf('flow action') },
    },
    async (request, reply) => {
      await readable(deps, await flows.removeAction(request.params.id, commandContextOf(request)), 'flows');
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/flow-actions/:id/flow',
    {
      config: { scope: 'flows:read', answers: { 200: resourceAnswer('flow', flowAttributes) } },
      schema: {
        tags,
        operationId: 'getFlowForFlowAction',
        summary: 'Get Flow for Flow Action',
        params: idOf('flow action'),
        querystring: z.strictObject(fieldsOfFlow),
      },
    },
    async (request, reply) => sendResource(request, reply, await flowOf(request.params.id)),
  );

  app.get(
    '/api/flow-actions/:id/relationships/flow',
    {
      config: { scope: 'flows:read', answers: { 200: identifierAnswer('flow') } },
      schema: {
        tags,
        operationId: 'getFlowIdForFlowAction',
        summary: 'Get Flow ID for Flow Action',
        params: idOf('flow action'),
      },
    },
    async (request, reply) => sendIdentifier(request, reply, await flowOf(request.params.id)),
  );

  const actionsOf = async (flowId: string, request: ListRequest<ActionField>): Promise<Page<ActionView>> => {
    found(await queries.flows.flow(flowId), 'flow', flowId);
    return pageOfActions(await queries.flows.actionsOf(flowId), request);
  };

  app.get(
    '/api/flows/:id/flow-actions',
    {
      config: { scope: 'flows:read', answers: { 200: collectionAnswer('flow-action', flowActionAttributes) } },
      schema: {
        tags,
        operationId: 'getActionsForFlow',
        summary: 'Get Actions for Flow, in the order of the flow unless asked otherwise',
        params: idOf('flow'),
        querystring: z.strictObject({ ...someActions, ...fieldsOfAction }),
      },
    },
    async (request, reply) => {
      const page = await actionsOf(request.params.id, listRequest(request.query));
      return sendCollection(request, reply, mapPage(page, flowActionResource));
    },
  );

  app.get(
    '/api/flows/:id/relationships/flow-actions',
    {
      config: { scope: 'flows:read', answers: { 200: identifiersAnswer('flow-action') } },
      schema: {
        tags,
        operationId: 'getActionIdsForFlow',
        summary: 'Get Action IDs for Flow, in the order of the flow unless asked otherwise',
        params: idOf('flow'),
        querystring: z.strictObject(someActions),
      },
    },
    async (request, reply) => {
      const page = await actionsOf(request.params.id, listRequest(request.query));
      return sendIdentifiers(request, reply, mapPage(page, flowActionResource));
    },
  );
}
