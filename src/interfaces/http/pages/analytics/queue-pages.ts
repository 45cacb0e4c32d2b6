import { SCOPES_OF_ROLE } from '../../../../domain/account/role.js';
import type { DeliveryView } from '../../../../projections/activity/activity-queries.js';
import { InvalidCursor, type Page } from '../../../../projections/page.js';
import type { HttpServer } from '../../http-server.js';
import { memberPage } from '../member-page.js';
import type { PageDependencies } from '../page-options.js';
import { sendPage } from '../render.js';
import { addressOf, analyticsView, filterOf, LISTS, type List } from './analytics-view.js';
import { frameOf, pathOf } from './frame.js';
import { namedActions } from './named-actions.js';

const PAGE_SIZE = 50;
/** A longer one stands whole on the delivery's own page. */
const LONGEST_MESSAGE = 300;

const WORDS: Readonly<Record<List, { title: string; about: string; timeLabel: string; empty: string; next: string }>> =
  {
    failed: {
      title: 'Failed deliveries',
      about: 'Their retries are used up, and nothing more is sent unless somebody sends them again.',
      timeLabel: 'Ended',
      empty: 'No delivery failed for good.',
      next: 'Those whose retries are used up come here, to be sent again.',
    },
    skipped: {
      title: 'Skipped deliveries',
      about: 'The answer was one that a retry does not mend, or there was nothing to send.',
      timeLabel: 'Ended',
      empty: 'No delivery was skipped.',
      next: 'Those that a retry does not mend come here, with the reason.',
    },
    waiting: {
      title: 'Waiting deliveries',
      about: 'Due now, under way, or waiting for their next attempt.',
      timeLabel: 'Due',
      empty: 'Nothing is waiting.',
      next: 'What is due, under way or between two attempts is shown here.',
    },
    all: {
      title: 'All deliveries',
      about: 'The newest request first.',
      timeLabel: 'Requested',
      empty: 'There is no delivery yet.',
      next: 'Set a flow with a webhook action live; each event that starts it makes a delivery.',
    },
  };

/** `/analytics/failed`, `skipped`, `waiting` and `all`: deliveries as they stand, newest request first. */
export function queuePages(app: HttpServer, { logIn, queries, clock }: PageDependencies): void {
  for (const list of LISTS) {
    memberPage(app, logIn, pathOf(list), async (request, reply, member) => {
      const view = analyticsView(request.query, clock.now(), pathOf(list));
      const filter = filterOf(list, view);
      let page: Page<DeliveryView>;
      try {
        const cursor = view.cursor === '' ? undefined : view.cursor;
        page = await queries.activity.deliveries({ size: PAGE_SIZE, cursor }, filter);
      } catch (error) {
        if (!(error instanceof InvalidCursor)) throw error;
        view.problem = { message: 'There is no such page of this list, so its first one is shown.' };
        view.cursor = '';
        page = await queries.activity.deliveries({ size: PAGE_SIZE }, filter);
      }
      const nameOf = await namedActions(queries, page.items);
      const mayResend = SCOPES_OF_ROLE[member.role].has('deliveries:write');
      const filtered = view.time !== undefined || [view.flow, view.action, view.code, view.profile].some(Boolean);
      return sendPage(reply, 'queue', {
        section: 'analytics',
        member,
        problem: view.problem,
        ...WORDS[list],
        ...(await frameOf(list, view, queries)),
        list,
        filtered,
        here: addressOf(pathOf(list), view, { cursor: view.cursor }),
        first: view.cursor === '' ? null : addressOf(pathOf(list), view),
        older: page.nextCursor === undefined ? null : addressOf(pathOf(list), view, { cursor: page.nextCursor }),
        csv: addressOf('/analytics/deliveries.csv', view, { queue: list }),
        unfiltered: pathOf(list),
        resend:
          mayResend && (list === 'failed' || list === 'skipped') ? addressOf(`${pathOf(list)}/resend`, view) : null,
        resendPath: `${pathOf(list)}/resend`,
        deliveries: page.items.map((delivery) => ({
          ...delivery,
          message: shortened(delivery.message),
          action: nameOf(delivery.actionId),
          ofProfile: addressOf('/analytics/all', view, { profile: delivery.profileId, code: '' }),
          path: `/deliveries/${delivery.deliveryId}`,
        })),
      });
    });
  }
}

const shortened = (message: string | null): string | null =>
  message !== null && message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
