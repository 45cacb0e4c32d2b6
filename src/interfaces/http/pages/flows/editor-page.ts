import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../../../../application/commands/log-in.js';
import { userContext } from '../../../../application/commands/user-context.js';
import { listVariables } from '../../../../application/queries/template-preview.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import { hasEventVariables } from '../../../../domain/trigger/trigger.js';
import type { FlowView, WebhookActionView } from '../../../../projections/flows/flow-queries.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { found } from '../../json-api.js';
import { readable } from '../../readable.js';
import { fieldOf } from '../form-body.js';
import { memberForm, memberPage } from '../member-page.js';
import { TEMPLATE_FORM } from '../page-options.js';
import { type Problem, sendPage } from '../render.js';
import { twoStepReminder } from '../two-step-reminder.js';
import { bodyPreview } from './body-preview.js';
import { configurationOf, type EditorForm, EMPTY_ROW, freshForm, savedForm, typedForm } from './editor-form.js';
import { labelOf, lastPlace, placeOf, placesIn } from './flow-chain.js';
import { formProblem } from './form-problem.js';
import { sampleChoices, sampleOf } from './samples.js';

const NEW = '/flows/:id/actions/new';
const EXISTING = '/flows/:id/actions/:actionId';

/** A sample's value is shown up to here; characters. */
const LONGEST_VALUE = 200;

/** What the editor works on: a webhook of a flow, or a new one. */
interface Edited {
  flow: FlowView;
  action: WebhookActionView | undefined;
}

/** Where a webhook action is set up: its address, headers and body, with a preview by real samples. */
export function editorPage(app: HttpServer, deps: HttpDependencies): void {
  const { logIn, flows, queries, vault } = deps;

  async function editedBy(request: FastifyRequest): Promise<Edited> {
    const { id, actionId } = request.params as { id: string; actionId?: string };
    const flow = found(await queries.flows.flow(id), 'flow', id);
    if (actionId === undefined) return { flow, action: undefined };
    const action = await queries.flows.action(actionId);
    const isIts = action?.type === 'send-webhook' && action.flowId === id;
    return { flow, action: found(isIts ? action : undefined, 'webhook of this flow', actionId) };
  }

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    member: Authenticated,
    { flow, action }: Edited,
    { form, sampleId, problem }: { form: EditorForm; sampleId: string; problem?: Problem },
  ): Promise<FastifyReply> {
    const sample = await sampleOf(deps, flow, sampleId);
    const { saved } = request.query as { saved?: unknown };
    const search = textOf(request.query, 'search');
    return sendPage(reply, 'editor', {
      title: action === undefined ? 'New webhook' : labelOf(action),
      section: 'flows',
      crumbs: [
        { label: 'Flows', path: '/flows' },
        { label: flow.name, path: `/flows/${flow.flowId}` },
      ],
      member,
      here: pathOf({ flow, action }),
      flow,
      action: action ?? null,
      // What is shown is what was just saved, unless the form was sent again since.
      saved: saved !== undefined && request.method === 'GET',
      access: await twoStepReminder(deps.twoStep, member, request.log),
      form,
      places: action === undefined ? placesIn(await queries.flows.actionsOf(flow.flowId)) : [],
      problem,
      hasEvent: hasEventVariables(flow.trigger.type),
      choices: await sampleChoices(deps, flow),
      sample,
      search,
      variables: listVariables(deps.organization, sample)
        .filter(({ variable }) => variable.toLowerCase().includes(search.toLowerCase()))
        .map(({ variable, sample: value }) => ({ tag: `{{ ${variable} }}`, value: shortened(JSON.stringify(value)) })),
      preview: bodyPreview(deps, sample, form.body),
    });
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, member: Authenticated): Promise<FastifyReply> {
    const edited = await editedBy(request);
    const asked = textOf(request.query, 'place');
    const place = placeOf(asked) === undefined ? lastPlace(await queries.flows.actionsOf(edited.flow.flowId)) : asked;
    const form = edited.action === undefined ? freshForm(edited.flow, place) : savedForm(edited.action);
    return show(request, reply, member, edited, { form, sampleId: textOf(request.query, 'sample') });
  }

  /** The form's buttons: all but «Save» show it again, so that it works without a script. */
  async function act(request: FastifyRequest, reply: FastifyReply, member: Authenticated): Promise<FastifyReply> {
    const edited = await editedBy(request);
    const form = typedForm(request);
    const sampleId = fieldOf(request, 'sample');
    const button = fieldOf(request, 'do');
    if (button === 'add-header') {
      const headers = [...form.headers, EMPTY_ROW];
      return show(request, reply, member, edited, { form: { ...form, headers }, sampleId });
    }
    const [, row] = /^remove-header-(\d+)$/.exec(button) ?? [];
    if (row !== undefined) {
      const headers = form.headers.toSpliced(Number(row), 1);
      return show(request, reply, member, edited, { form: { ...form, headers }, sampleId });
    }
    if (button === 'preview') return show(request, reply, member, edited, { form, sampleId });
    try {
      const actionId = await save(request, member, edited, form);
      return reply.redirect(`/flows/${edited.flow.flowId}/actions/${actionId}?saved=yes`, 303);
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.rule === 'two_step_required') throw error;
      const problem = formProblem(error, ['name', 'url', 'headers', 'body', 'place']);
      return show(request, reply.code(400), member, edited, { form, sampleId, problem });
    }
  }

  /** A good save sets the webhook live. Source: Klaviyo, "How to add a webhook action to a flow". */
  async function save(
    request: FastifyRequest,
    { userId, email }: Authenticated,
    { flow, action }: Edited,
    form: EditorForm,
  ): Promise<string> {
    const context = userContext(userId, email, request.id);
    if (action !== undefined) {
      const configure = (present: { headers: Readonly<Record<string, string>> }) =>
        configurationOf(form, present.headers, vault);
      await readable(deps, await flows.updateAction(action.actionId, { configure, status: 'live' }, context), 'flows');
      return action.actionId;
    }
    const place = placeOf(form.place);
    if (place === undefined) throw new RuleViolation('place_unknown', 'Choose where in the flow it stands.', '/place');
    const configuration = configurationOf(form, {}, vault);
    const added = await flows.addWebhook(flow.flowId, place, { configuration, status: 'live' }, context);
    await readable(deps, added, 'activity');
    return added.result.actionId;
  }

  for (const path of [NEW, EXISTING]) {
    memberPage(app, logIn, path, answer);
    memberForm(app, logIn, path, 'flows:write', ({ url }) => url, act, TEMPLATE_FORM);
  }

  const backToFlow = ({ params }: FastifyRequest): string => `/flows/${(params as { id: string }).id}`;
  memberForm(
    app,
    logIn,
    '/flows/:id/preview',
    'flows:write',
    backToFlow,
    async (request, reply) => {
      const { flow } = await editedBy(request);
      const sample = await sampleOf(deps, flow, fieldOf(request, 'sample'));
      const preview = bodyPreview(deps, sample, typedForm(request).body);
      return sendPage(reply, 'preview', { title: 'Preview', preview });
    },
    TEMPLATE_FORM,
  );
}

const pathOf = ({ flow, action }: Edited): string => `/flows/${flow.flowId}/actions/${action?.actionId ?? 'new'}`;

function textOf(query: unknown, name: string): string {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

const shortened = (text: string): string => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
