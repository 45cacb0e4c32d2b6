import { readHistory } from '../../../../application/queries/history.js';
import { webhookActionStream } from '../../../../domain/webhook-action/webhook-action.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { found } from '../../json-api.js';
import { memberPage } from '../member-page.js';
import { sendPage } from '../render.js';
import { labelOf } from './flow-chain.js';
import { revisionDiff } from './revision-diff.js';
import { type Revision, revisionsOf } from './revisions.js';

/** `/flows/:id/actions/:actionId/revisions`: who configured a webhook when, and what differs between any two of its revisions. */
export function revisionsPage(app: HttpServer, { logIn, queries, eventStore, vault }: HttpDependencies): void {
  memberPage(app, logIn, '/flows/:id/actions/:actionId/revisions', async (request, reply, member) => {
    const { id, actionId } = request.params as { id: string; actionId: string };
    const flow = found(await queries.flows.flow(id), 'flow', id);
    const known = await queries.flows.action(actionId);
    const isIts = known?.type === 'send-webhook' && known.flowId === id;
    const action = found(isIts ? known : undefined, 'webhook of this flow', actionId);
    const revisions = revisionsOf(await readHistory(eventStore, vault, webhookActionStream(actionId)));
    const { from, to, problem } = compared(request.query as Asked, revisions);
    const path = `/flows/${id}/actions/${actionId}`;
    return sendPage(reply, 'revisions', {
      title: 'Revisions',
      section: 'flows',
      crumbs: [
        { label: 'Flows', path: '/flows' },
        { label: flow.name, path: `/flows/${id}` },
        { label: labelOf(action), path },
      ],
      member,
      problem,
      here: `${path}/revisions`,
      revisions: revisions.toReversed(),
      from,
      to,
      parts: from === to ? [] : revisionDiff(from, to),
    });
  });
}

interface Asked {
  from?: unknown;
  to?: unknown;
}

/** The two that the address names; unless it does, the newest and the one before. */
function compared(
  asked: Asked,
  revisions: readonly Revision[],
): { from: Revision; to: Revision; problem?: { message: string } } {
  const named = (text: unknown) => revisions.find(({ revision }) => String(revision) === text);
  const to = named(asked.to) ?? (revisions.at(-1) as Revision);
  const from = named(asked.from) ?? revisions.findLast(({ revision }) => revision < to.revision) ?? to;
  const isKnown = (text: unknown): boolean => text === undefined || named(text) !== undefined;
  if (isKnown(asked.from) && isKnown(asked.to)) return { from, to };
  return { from, to, problem: { message: 'The address names a revision that there is not; choose two of the list.' } };
}
