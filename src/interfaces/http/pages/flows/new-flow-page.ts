import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../../../../application/command-context.js';
import type { Authenticated } from '../../../../application/commands/log-in.js';
import { userContext } from '../../../../application/commands/user-context.js';
import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import { FLOW_TRIGGER_TYPES, type FlowTriggerType } from '../../../../domain/flow/flow-trigger.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import type { CatalogEntry } from '../../../../projections/catalog/catalog-queries.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { readable } from '../../readable.js';
import { fieldOf, fieldsOf } from '../form-body.js';
import { memberForm, memberPage } from '../member-page.js';
import { type Problem, sendPage } from '../render.js';
import { formProblem } from './form-problem.js';
import { FRESH, isTriggerType, triggerOfForm, typedTrigger } from './trigger-form.js';

const PATH = '/flows/new';

/** As many metrics, lists or segments are offered; the newest. */
const MOST_CHOICES = 100;

const LABELS: Readonly<Record<FlowTriggerType, string>> = {
  metric: 'A metric',
  list: 'A list',
  segment: 'A segment',
  date: 'A date',
  'price-drop': 'A price drop',
  'low-inventory': 'Low inventory',
};

/** What a form that isn't filled in has for its values. */
const EMPTY = { name: '', metric: '', id: '', newList: '', audience: ['viewed'] as readonly string[], ...FRESH };

/** `/flows/new`: a flow's name and what starts it; its webhooks are added on its own page. */
export function newFlowPage(app: HttpServer, deps: HttpDependencies): void {
  const { logIn, flows, events, audiences, queries } = deps;

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    member: Authenticated,
    values: Readonly<Record<string, unknown>>,
    problem?: Problem,
  ): Promise<FastifyReply> {
    const asked = (request.query as { trigger?: unknown }).trigger;
    const type = isTriggerType(asked) ? asked : 'metric';
    const unknown = asked !== undefined && asked !== type;
    return sendPage(reply, 'new-flow', {
      title: 'New flow',
      section: 'flows',
      crumbs: [{ label: 'Flows', path: '/flows' }],
      member,
      problem: unknown ? { message: 'The address names no such trigger; this form is for a metric.' } : problem,
      mayWrite: SCOPES_OF_ROLE[member.role].has('flows:write'),
      type,
      types: FLOW_TRIGGER_TYPES.map((name) => ({ name, label: LABELS[name] })),
      choices: await choicesOf(type),
      values,
    });
  }

  async function choicesOf(type: FlowTriggerType): Promise<readonly CatalogEntry[]> {
    if (type !== 'metric' && type !== 'list' && type !== 'segment') return [];
    const { items } = await queries.catalog.entries(type, { size: MOST_CHOICES });
    return items.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** The metric of that name, the list chosen or a new one, the segment chosen. */
  async function sourceOf(request: FastifyRequest, type: FlowTriggerType, context: CommandContext): Promise<string> {
    if (type === 'metric') {
      const name = fieldOf(request, 'metric').trim();
      return (await about('metric', events.createMetric(name, context))).result.metricId;
    }
    const newList = fieldOf(request, 'newList').trim();
    if (type === 'list' && newList !== '') {
      return (await about('newList', audiences.create('list', newList, context))).result.audienceId;
    }
    return fieldOf(request, 'id');
  }

  memberPage(app, logIn, PATH, (request, reply, member) => show(request, reply, member, EMPTY));

  const back = ({ url }: FastifyRequest): string => url;
  memberForm(app, logIn, PATH, 'flows:write', back, async (request, reply, member) => {
    const asked = fieldOf(request, 'trigger');
    const type = isTriggerType(asked) ? asked : 'metric';
    const name = fieldOf(request, 'name').trim();
    const context = userContext(member.userId, member.email, request.id);
    try {
      if (name === '') throw new RuleViolation('flow_name_missing', 'The flow needs a name.', '/name');
      const trigger = triggerOfForm(request, type, await sourceOf(request, type, context));
      const created = await flows.createEmpty(name, trigger, context);
      await readable(deps, created, 'flows', 'catalog');
      return reply.redirect(`/flows/${created.result.flowId}?done=created`, 303);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      const typed = {
        name,
        metric: fieldOf(request, 'metric'),
        id: fieldOf(request, 'id'),
        newList: fieldOf(request, 'newList'),
        audience: fieldsOf(request, 'audience'),
        ...typedTrigger(request, type),
      };
      return show(request, reply.code(400), member, typed, formProblem(error, Object.keys(typed)));
    }
  });
}

/** A refusal of what is made on the way is shown at the field that names it. */
async function about<T>(field: string, made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    throw error instanceof RuleViolation ? new RuleViolation(error.rule, error.message, `/${field}`) : error;
  }
}
