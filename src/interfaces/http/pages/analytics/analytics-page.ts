import type { DeliveryCounts } from '../../../../projections/analytics/analytics-queries.js';
import { scaleOf, type TimeRange } from '../../../../projections/analytics/analytics-scale.js';
import type { HttpServer } from '../../http-server.js';
import { memberPage } from '../member-page.js';
import type { PageDependencies } from '../page-options.js';
import { sendPage } from '../render.js';
import { addressOf, analyticsView, countedOf, rangeInWords, timeInField } from './analytics-view.js';
import { frameOf } from './frame.js';
import { namedActions } from './named-actions.js';

/** Rows of a table at the most: the CSV has all that are in the plot, and a filter shows the others. */
const MOST_ACTIONS = 100;
const MOST_CODES = 30;
const MOST_ORIGINS = 10;

/** `/analytics`: what became of deliveries in a range of time, of all, a flow or an action. */
export function analyticsPage(app: HttpServer, { logIn, queries, clock }: PageDependencies): void {
  memberPage(app, logIn, '/analytics', async (request, reply, member) => {
    const now = clock.now();
    const view = analyticsView(request.query, now, '/analytics');
    const range = view.time as TimeRange;
    const figures = await queries.analytics.inRange(range, scaleOf(range, now), countedOf(view));
    const { totals, codes, failingOrigins, attemptsToEnd, responseTime } = figures;
    const actions = [...figures.actions].sort((a, b) => b.requested - a.requested);
    const nameOf = await namedActions(queries, actions.slice(0, MOST_ACTIONS));
    return sendPage(reply, 'analytics', {
      title: 'Webhook Analytics',
      section: 'analytics',
      member,
      problem: view.problem,
      ...(await frameOf('overview', view, queries)),
      here: addressOf('/analytics', view),
      csv: addressOf('/analytics/summary.csv', view),
      rangeInWords: rangeInWords(view),
      totals: { ...totals, ended: endedOf(totals), successRate: successRate(totals) },
      attemptsADelivery: mean(attemptsToEnd),
      responseTime,
      steps: figures.steps.map((step) => ({
        ...step,
        at: new Date(step.from).toISOString(),
        path: addressOf('/analytics', view, {
          range: 'custom',
          from: timeInField(step.from),
          to: timeInField(step.to),
        }),
      })),
      codes: codes.slice(0, MOST_CODES),
      origins: failingOrigins.slice(0, MOST_ORIGINS),
      actions: actions.slice(0, MOST_ACTIONS).map((action) => ({
        ...action,
        ...nameOf(action.actionId),
        successRate: successRate(action),
        here: addressOf('/analytics', view, { flow: action.flowId, action: action.actionId }),
        failedPath: addressOf('/analytics/failed', view, { flow: action.flowId, action: action.actionId }),
        skippedPath: addressOf('/analytics/skipped', view, { flow: action.flowId, action: action.actionId }),
      })),
      actionsLeftOut: Math.max(0, actions.length - MOST_ACTIONS),
    });
  });
}

type Ends = Pick<DeliveryCounts, 'succeeded' | 'failed' | 'skipped'>;

const endedOf = ({ succeeded, failed, skipped }: Ends): number => succeeded + failed + skipped;

/** Of those that came to their end, in per cent; rounded down, so that 100 % means all. Null where none did. */
function successRate(counts: Ends): number | null {
  const ended = endedOf(counts);
  return ended === 0 ? null : Math.floor((counts.succeeded / ended) * 10_000) / 100;
}

function mean(attemptsToEnd: readonly { attempts: number; count: number }[]): number | null {
  let [ended, attempts] = [0, 0];
  for (const some of attemptsToEnd) {
    ended += some.count;
    attempts += some.attempts * some.count;
  }
  return ended === 0 ? null : Math.round((attempts / ended) * 100) / 100;
}
