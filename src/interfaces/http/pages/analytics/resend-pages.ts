import type { ResentMany } from '../../../../application/commands/deliveries.js';
import { userContext } from '../../../../application/commands/user-context.js';
import { BEFORE_ALL } from '../../../../application/ports/event-store.js';
import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import type { DeliveryView } from '../../../../projections/activity/activity-queries.js';
import type { HttpServer } from '../../http-server.js';
import { readable } from '../../readable.js';
import { memberForm, memberPage } from '../member-page.js';
import type { PageDependencies } from '../page-options.js';
import { type Page, sendPage } from '../render.js';
import { type AnalyticsView, addressOf, analyticsView, filterOf } from './analytics-view.js';
import { pathOf } from './frame.js';
import { chosenIn, fieldsOf, formOf, idsIn, REFUSALS } from './resend-form.js';
import { countedByAction, NOT_RENDERED, targets } from './resend-targets.js';

/** Sent again by one request; then the page says how far it is, and goes on by another one. */
const PORTION = 1_000;

const QUEUES = ['failed', 'skipped'] as const;

/**
 * Sending deliveries of a queue again: a page that says what will be sent where, and a form that does it, a portion a request,
 * so that the server has its hands free, progress is seen, and whoever closes the page has stopped it. Everything that a
 * portion needs is in the form; what was sent since the confirmation is not among what is meant.
 */
export function resendPages(app: HttpServer, deps: PageDependencies): void {
  const { logIn, queries, clock } = deps;
  for (const queue of QUEUES) {
    const path = `${pathOf(queue)}/resend`;

    memberPage(app, logIn, path, async (request, reply, member) => {
      const view = analyticsView(request.query, clock.now(), path);
      const common = {
        title: 'Send again',
        section: 'analytics',
        crumbs: [
          { label: 'Webhook Analytics', path: '/analytics' },
          { label: queue === 'failed' ? 'Failed' : 'Skipped', path: addressOf(pathOf(queue), view) },
        ],
        member,
        here: path,
        back: addressOf(pathOf(queue), view),
        mayResend: SCOPES_OF_ROLE[member.role].has('deliveries:write'),
      } as const;
      const chosen = chosenIn(request.query);
      // Nothing chosen is not everything.
      if (chosen !== undefined) {
        const all = await Promise.all(chosen.map((id) => queries.activity.delivery(id)));
        const deliveries = all.filter((one): one is DeliveryView => one?.status === queue);
        const gone = chosen.length - deliveries.length;
        return sendPage(reply, 'resend', {
          ...common,
          problem:
            chosen.length === 0
              ? { message: 'Nothing was chosen; mark what is to be sent again.' }
              : gone === 0
                ? undefined
                : { message: `${gone} of those that were chosen are not in the queue any more.` },
          count: deliveries.length,
          withoutBody: deliveries.filter(({ code }) => code === NOT_RENDERED).length,
          actions: await targets(queries, countedByAction(deliveries)),
          fields: deliveries.map(({ deliveryId }) => ({ name: 'id', value: deliveryId })),
        });
      }
      const filter = { ...filterOf(queue, view), until: untilOf(view, clock.now()) };
      const count = await queries.activity.count(filter);
      const unrendered = view.code === '' || view.code === NOT_RENDERED;
      return sendPage(reply, 'resend', {
        ...common,
        problem: view.problem,
        count,
        withoutBody: unrendered ? await queries.activity.count({ ...filter, code: NOT_RENDERED }) : 0,
        actions: await targets(queries, await queries.activity.countByAction(filter)),
        fields: fieldsOf(filter, { after: BEFORE_ALL, total: count, resent: 0, refused: new Map() }),
      });
    });

    memberForm(
      app,
      logIn,
      path,
      'deliveries:write',
      () => pathOf(queue),
      async (request, reply, member) => {
        const context = () => userContext(member.userId, member.email, request.id);
        const page: Page = {
          title: 'Send again',
          section: 'analytics',
          crumbs: [{ label: 'Webhook Analytics', path: '/analytics' }],
          member,
          here: path,
          queuePath: pathOf(queue),
        };
        const chosen = idsIn(request);
        if (chosen.length > 0) {
          const { result, position } = await deps.deliveries.resendMany(chosen, context);
          if (result.resent > 0) await readable(deps, { position }, 'activity', 'analytics');
          return sendPage(reply, 'resent', {
            ...page,
            ...outcome(result, chosen.length),
            done: chosen.length,
            fields: [],
          });
        }
        const { filter, progress } = formOf(request, queue);
        const some = await queries.activity.idsAfter(progress.after, filter, PORTION);
        const { result, position } = await deps.deliveries.resendMany(
          some.map(({ deliveryId }) => deliveryId),
          context,
        );
        if (result.resent > 0) await readable(deps, { position }, 'activity', 'analytics');
        const refused = new Map(progress.refused);
        for (const [rule, count] of result.refused) refused.set(rule, (refused.get(rule) ?? 0) + count);
        const sum = { resent: progress.resent + result.resent, refused };
        const done = sum.resent + sumOf(refused);
        const last = some.at(-1);
        const over = last === undefined || some.length < PORTION;
        return sendPage(reply, 'resent', {
          ...page,
          ...outcome(sum, Math.max(progress.total, done)),
          done,
          fields: over ? [] : fieldsOf(filter, { ...progress, ...sum, after: last.position }),
        });
      },
    );
  }
}

/** Those that are meant came to their end by now. */
const untilOf = ({ time }: AnalyticsView, now: number): string =>
  new Date(Math.min(time?.to ?? now, now)).toISOString();

const sumOf = (refused: ReadonlyMap<string, number>): number =>
  [...refused.values()].reduce((sum, one) => sum + one, 0);

const outcome = ({ resent, refused }: ResentMany, total: number) => ({
  resent,
  total,
  refused: [...refused].map(([rule, count]) => ({ count, why: REFUSALS[rule] ?? rule })),
});
