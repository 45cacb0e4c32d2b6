import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import type { FlowView } from '../../../../projections/flows/flow-queries.js';
import { InvalidCursor, type Page } from '../../../../projections/page.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { memberPage } from '../member-page.js';
import { sendPage } from '../render.js';
import { labelOf } from './flow-chain.js';
import { triggerShown } from './trigger-shown.js';

const FLOWS_ON_A_PAGE = 25;

/** `/flows`: all flows, the newest first. */
export function flowsPage(app: HttpServer, { logIn, queries }: HttpDependencies): void {
  const shown = async (flow: FlowView) => ({
    ...flow,
    startedBy: await triggerShown(queries.catalog, flow.trigger),
    webhooks: (await queries.flows.actionsOf(flow.flowId)).flatMap((action) =>
      action.type === 'send-webhook' ? [{ label: labelOf(action), status: action.status }] : [],
    ),
  });

  memberPage(app, logIn, '/flows', async (request, reply, member) => {
    const { cursor } = request.query as { cursor?: unknown };
    const asked = typeof cursor === 'string' ? cursor : undefined;
    const { page, problem } = await pageFrom(asked);
    return sendPage(reply, 'flows', {
      title: 'Flows',
      section: 'flows',
      member,
      problem,
      here: request.url,
      flows: await Promise.all(page.items.map(shown)),
      isFirst: asked === undefined || problem !== undefined,
      nextCursor: page.nextCursor,
      mayWrite: SCOPES_OF_ROLE[member.role].has('flows:write'),
    });
  });

  async function pageFrom(
    cursor: string | undefined,
  ): Promise<{ page: Page<FlowView>; problem?: { message: string } }> {
    try {
      return { page: await queries.flows.flows({ size: FLOWS_ON_A_PAGE, cursor }) };
    } catch (error) {
      if (!(error instanceof InvalidCursor)) throw error;
      const message = 'The address names a page of the list that there is not; this is the first one.';
      return { page: await queries.flows.flows({ size: FLOWS_ON_A_PAGE }), problem: { message } };
    }
  }
}
