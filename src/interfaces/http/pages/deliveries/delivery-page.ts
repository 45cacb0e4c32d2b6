import type { FastifyRequest } from 'fastify';
import { userContext } from '../../../../application/commands/user-context.js';
import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import { delivery, deliveryStream } from '../../../../domain/delivery/delivery.js';
import { FORGOTTEN } from '../../../../domain/kernel/forgotten.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { found } from '../../json-api.js';
import { readable } from '../../readable.js';
import { memberForm, memberPage } from '../member-page.js';
import { sendPage } from '../render.js';
import { deliveryView } from './delivery-view.js';

/** `/deliveries/:id`: what happened to one webhook, what was sent and answered, and sending it again. */
export function deliveryPage(app: HttpServer, deps: HttpDependencies): void {
  const { logIn, queries, deliveries, aggregates } = deps;

  memberPage(app, logIn, '/deliveries/:id', async (request, reply, member) => {
    const id = idIn(request);
    const view = found(await queries.activity.delivery(id), 'delivery', id);
    const { attempts, values } = await deliveryView(deps, view);
    const { attempt, signature, done } = request.query as Record<string, unknown>;
    const check = typeof signature === 'string' && signature.trim() !== '' ? signature.trim() : null;
    const checked = Number(attempt);
    return sendPage(reply, 'delivery', {
      title: `Delivery to ${hostOf(view.url)}`,
      section: 'analytics',
      crumbs: [{ label: 'Webhook Analytics', path: '/analytics' }],
      member,
      mayResend: SCOPES_OF_ROLE[member.role].has('deliveries:write'),
      notice: done === 'resent' ? 'It is sent again: the same body, now.' : undefined,
      here: request.url,
      signature: check ?? '',
      checkedAttempt: checked,
      checkedKey: check === null ? null : (attempts.keyOf(checked, check) ?? ''),
      ...values,
    });
  });

  /** A body that is too long for the page, as the file that receivers got. */
  memberPage(app, logIn, '/deliveries/:id/body', async (request, reply) => {
    const id = idIn(request);
    const { body } = await aggregates.load(delivery, deliveryStream(id));
    const text = found(body === null || body === FORGOTTEN ? undefined : body, 'body of the delivery', id);
    return reply
      .headers({
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="${id}.json"`,
      })
      .send(text);
  });

  const back = (request: FastifyRequest): string => `/deliveries/${encodeURIComponent(idIn(request))}`;
  memberForm(app, logIn, '/deliveries/:id/resend', 'deliveries:write', back, async (request, reply, member) => {
    const id = idIn(request);
    found(await queries.activity.delivery(id), 'delivery', id);
    try {
      const context = userContext(member.userId, member.email, request.id);
      await readable(deps, await deliveries.resend(id, context), 'activity');
    } catch (error) {
      // Sent twice, by a second click or by somebody else: it is on its way, which is what was wanted.
      if (!(error instanceof RuleViolation) || error.rule !== 'delivery_not_in_a_queue') throw error;
    }
    return reply.redirect(`${back(request)}?done=resent`, 303);
  });
}

const idIn = ({ params }: FastifyRequest): string => (params as { id: string }).id;

const hostOf = (url: string): string => new URL(url).host;
