import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../../../../application/command-context.js';
import { userContext } from '../../../../application/commands/user-context.js';
import { FLOW_STATUSES } from '../../../../domain/flow/flow.js';
import type { FlowTrigger } from '../../../../domain/flow/flow-trigger.js';
import type { JsonObject } from '../../../../domain/kernel/json.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import { findJsonFault } from '../../../../infrastructure/templating/json-syntax.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { found } from '../../json-api.js';
import { readable } from '../../readable.js';
import { customProperties } from '../../schemas/custom-properties.js';
import { fieldOf } from '../form-body.js';
import { memberForm, memberPage } from '../member-page.js';
import { sendPage } from '../render.js';
import { flowView } from './flow-view.js';
import { formProblem } from './form-problem.js';

/** `/flows/:id`: a flow with its chain of actions, and what can be done with it. */
export function flowPage(app: HttpServer, deps: HttpDependencies): void {
  const { logIn, flows, events, audiences, profiles, queries } = deps;

  memberPage(app, logIn, '/flows/:id', async (request, reply, member) =>
    sendPage(reply, 'flow', await flowView(deps, request, member)),
  );

  /** One of the page's forms; it leads back to the page, or to where `act` says. */
  function form(
    path: string,
    act: (request: FastifyRequest, ids: Ids, context: CommandContext) => Promise<string>,
  ): void {
    const back = ({ params }: FastifyRequest): string => `/flows/${encodeURIComponent((params as Ids).id)}`;
    memberForm(app, logIn, path, 'flows:write', back, async (request, reply, member): Promise<FastifyReply> => {
      const context = userContext(member.userId, member.email, request.id);
      try {
        return reply.redirect(await act(request, request.params as Ids, context), 303);
      } catch (error) {
        if (!(error instanceof RuleViolation) || LEADS_AWAY.has(error.rule)) throw error;
        const typed = Object.fromEntries(
          ['name', 'email', 'properties'].flatMap((name) => {
            const text = fieldOf(request, name);
            return text === '' ? [] : [[name, text]];
          }),
        );
        return sendPage(
          reply.code(400),
          'flow',
          await flowView(deps, request, member, {
            typed,
            problem: formProblem(error, ['name', 'email', 'properties']),
          }),
        );
      }
    });
  }

  form('/flows/:id/status', async (request, { id }, context) => {
    const asked = fieldOf(request, 'status');
    const status = FLOW_STATUSES.find((one) => one === asked);
    if (status === undefined) throw unknownButton();
    await readable(deps, await flows.changeStatus(id, status, context), 'flows');
    return `/flows/${id}`;
  });

  form('/flows/:id/name', async (request, { id }, context) => {
    await readable(deps, await flows.rename(id, fieldOf(request, 'name').trim(), context), 'flows');
    return `/flows/${id}?done=renamed`;
  });

  form('/flows/:id/delete', async (_request, { id }, context) => {
    await readable(deps, await flows.delete(id, context), 'flows');
    return '/flows';
  });

  form('/flows/:id/actions/:actionId/status', async (request, { id, actionId }, context) => {
    await actionOf(id, actionId);
    const asked = fieldOf(request, 'status');
    if (asked === 'resume') await readable(deps, await flows.resumeAction(actionId, context), 'flows', 'health');
    else if (asked === 'live' || asked === 'disabled') {
      await readable(deps, await flows.updateAction(actionId, { status: asked }, context), 'flows');
    } else throw unknownButton();
    return `/flows/${id}`;
  });

  form('/flows/:id/actions/:actionId/remove', async (_request, { id, actionId }, context) => {
    await actionOf(id, actionId);
    await readable(deps, await flows.removeAction(actionId, context), 'flows');
    return `/flows/${id}?done=removed`;
  });

  form('/flows/:id/test', async (request, { id }, context) => {
    const { trigger } = found(await queries.flows.flow(id), 'flow', id);
    const email = fieldOf(request, 'email').trim();
    if (email === '')
      throw new RuleViolation('profile_identifier_missing', "Give the profile's e-mail address.", '/email');
    const triggerId = await started(request, trigger, email, context);
    return triggerId === undefined ? `/flows/${id}` : `/flows/${id}?tested=${triggerId}`;
  });

  /** Sends an event of the flow's metric, or adds a profile to its list; undefined where that started nothing. */
  async function started(
    request: FastifyRequest,
    trigger: FlowTrigger,
    email: string,
    context: CommandContext,
  ): Promise<string | undefined> {
    const profile = { attributes: { email } };
    if (trigger.type === 'metric') {
      const metric = found(await queries.catalog.entry('metric', trigger.id), 'metric', trigger.id);
      const properties = propertiesOf(fieldOf(request, 'properties'));
      const event = { metricName: metric.name, profile, properties, uniqueId: request.id };
      const received = await events.receive(event, context);
      await readable(deps, received, 'activity');
      return received.result.triggerId;
    }
    if (trigger.type !== 'list') throw unknownButton();
    const { profileId } = (await profiles.createOrUpdate(profile, context)).result;
    const added = await audiences.addProfiles('list', trigger.id, [profileId], context);
    await readable(deps, added, 'activity');
    if (added.result.length > 0) return added.result[0]?.triggerId;
    throw new RuleViolation(
      'member_already',
      `${email} is in the list already, and only joining it starts the flow; give another address.`,
      '/email',
    );
  }

  /** An action of another flow is none of this one's. @throws ApiError not_found */
  async function actionOf(flowId: string, actionId: string): Promise<void> {
    const action = await queries.flows.action(actionId);
    found(action?.flowId === flowId ? action : undefined, 'flow action', actionId);
  }
}

interface Ids {
  id: string;
  actionId: string;
}

/** Refusals that are answered by another page. */
const LEADS_AWAY: ReadonlySet<string> = new Set([
  'two_step_required',
  'flow_unknown',
  'flow_deleted',
  'action_unknown',
]);

const unknownButton = (): RuleViolation =>
  new RuleViolation('button_unknown', 'The form names nothing that this page can do; use its buttons.');

/** @throws RuleViolation properties_invalid */
function propertiesOf(text: string): JsonObject {
  const invalid = (message: string): RuleViolation => new RuleViolation('properties_invalid', message, '/properties');
  if (text.trim() === '') return {};
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    throw invalid(`The properties are not JSON: ${fault.message} (line ${fault.line}, column ${fault.column}).`);
  }
  const parsed = customProperties.safeParse(JSON.parse(text));
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'The properties can not be taken.');
  return parsed.data;
}
