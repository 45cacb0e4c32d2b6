import type { FastifyRequest } from 'fastify';
import type { Authenticated } from '../../../../application/commands/log-in.js';
import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import { deliveryIdOf } from '../../../../domain/delivery/delivery.js';
import { FLOW_STATUSES, type FlowStatus } from '../../../../domain/flow/flow.js';
import type { ActionView, FlowView } from '../../../../projections/flows/flow-queries.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import { found } from '../../json-api.js';
import type { Page, Problem } from '../render.js';
import { chainOf, lastPlace } from './flow-chain.js';
import { EXAMPLE_EVENT, sampleOf } from './samples.js';
import { triggerShown } from './trigger-shown.js';

/** What was typed into the page's forms, to be shown again with what is wrong with it. */
export interface TypedIntoFlow {
  name?: string;
  email?: string;
  properties?: string;
}

const MEANINGS: Readonly<Record<FlowStatus, string>> = {
  live: 'Each trigger starts it, and its live webhooks are sent.',
  manual: 'It sends nothing; what is set up stays.',
  draft: 'It sends nothing yet.',
};

/** What `/flows/:id` shows. @throws ApiError not_found */
export async function flowView(
  deps: HttpDependencies,
  request: FastifyRequest,
  member: Authenticated,
  { typed = {}, problem }: { typed?: TypedIntoFlow; problem?: Problem } = {},
): Promise<Page> {
  const { queries } = deps;
  const { id } = request.params as { id: string };
  const flow = found(await queries.flows.flow(id), 'flow', id);
  const actions = await queries.flows.actionsOf(id);
  const { done, tested } = request.query as { done?: unknown; tested?: unknown };
  return {
    title: flow.name,
    section: 'flows',
    crumbs: [{ label: 'Flows', path: '/flows' }],
    member,
    notice: typeof done === 'string' ? NOTICES[done] : undefined,
    problem,
    // A form that was refused is answered at its own address, which can't be fetched.
    here: request.method === 'GET' ? request.url : `/flows/${id}`,
    flow,
    startedBy: await triggerShown(queries.catalog, flow.trigger),
    statuses: FLOW_STATUSES,
    meaning: MEANINGS[flow.status],
    chain: chainOf(actions, flow.entryActionId),
    lastPlace: lastPlace(actions),
    isEmpty: actions.length === 0,
    figures: await figuresOf(deps, actions),
    mayWrite: SCOPES_OF_ROLE[member.role].has('flows:write'),
    typedName: typed.name ?? flow.name,
    test: await testOf(deps, flow, typed),
    tested: typeof tested === 'string' ? await deliveriesOf(deps, tested, actions) : null,
  };
}

const NOTICES: Readonly<Record<string, string>> = {
  created: 'The flow was created, as a draft. Add a webhook to it, then set it live.',
  renamed: 'The flow was renamed.',
  removed: 'The webhook was removed from the flow.',
};

/** By webhook: how its deliveries stand. */
async function figuresOf({ queries }: HttpDependencies, actions: readonly ActionView[]) {
  const webhooks = actions.filter(({ type }) => type === 'send-webhook');
  const analytics = await Promise.all(webhooks.map(({ actionId }) => queries.analytics.analytics({ actionId })));
  return Object.fromEntries(analytics.flatMap(({ actions }) => actions.map((counts) => [counts.actionId, counts])));
}

/** What the flow can be tried out by: an event of its metric, or a profile that joins its list. */
async function testOf(deps: HttpDependencies, flow: FlowView, typed: TypedIntoFlow) {
  const { trigger } = flow;
  if (trigger.type === 'list') return { kind: 'list', email: typed.email ?? '' };
  if (trigger.type !== 'metric') return undefined;
  const sample = await sampleOf(deps, flow, '');
  const isReal = sample.id !== '';
  return {
    kind: 'metric',
    isReal,
    email: typed.email ?? (isReal ? (sample.profile.email ?? '') : ''),
    properties: typed.properties ?? JSON.stringify(isReal ? sample.event : EXAMPLE_EVENT, null, 2),
  };
}

/** The deliveries that came of a trigger so far; those behind a delay come later. */
async function deliveriesOf({ queries }: HttpDependencies, triggerId: string, actions: readonly ActionView[]) {
  const found = await Promise.all(
    actions.map(({ actionId }) => queries.activity.delivery(deliveryIdOf(actionId, triggerId))),
  );
  return found.filter((delivery) => delivery !== undefined);
}
