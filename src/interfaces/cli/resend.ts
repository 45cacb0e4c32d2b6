import type { Recorded } from '../../application/aggregate-store.js';
import { DeliveryCommands, type ResentMany } from '../../application/commands/deliveries.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { ActivityQueries } from '../../projections/activity/activity-queries.js';
import type { DeliveryFilter } from '../../projections/activity/delivery-filter.js';
import { readSettings, type Settings, SettingsError } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { confirmed } from './confirmed.js';
import { counted } from './counted.js';
import { actionIdIn, deliveryIdIn, flowIdIn } from './ids-given.js';
import { type JsonFlag, printResult } from './print-result.js';
import { progressLine } from './progress-line.js';
import { sinceIn } from './since.js';
import { type Unlocked, withExistingUnlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';

export interface ResendFlags extends JsonFlag {
  data?: string;
  status?: string;
  since?: string;
  action?: string;
  flow?: string;
  yes?: boolean;
}

/** Records the wish; the running server, or the next one, sends. One delivery, or all that match. */
export async function resend(delivery: string | undefined, flags: ResendFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const filter = filterOf(flags);
  if ((delivery === undefined) === (filter === undefined)) {
    throw new SettingsError(
      'Name one delivery, or those that are meant by --status failed or --status skipped, with --since, --action and --flow.',
    );
  }
  await withExistingUnlocked(settings, async (unlocked) => {
    const deliveries = new DeliveryCommands(unlocked.aggregates, new SystemClock());
    const context = () => commandLineContext(new RandomIds().next());
    if (filter === undefined) {
      const id = deliveryIdIn(delivery as string);
      await deliveries.resend(id, context());
      if (flags.json) process.stdout.write(`${JSON.stringify({ matching: 1, resent: 1, refused: 0 })}\n`);
      else process.stderr.write(`The delivery ${id} is due again; a running server sends it now.\n`);
    } else
      await resendAll(settings, unlocked, filter, flags, (ids, onProgress) =>
        deliveries.resendMany(ids, context, onProgress),
      );
  });
}

/** Shows how many there are, and asks before anything is done. */
async function resendAll(
  settings: Settings,
  { vault }: Unlocked,
  filter: DeliveryFilter,
  flags: ResendFlags,
  again: (ids: readonly string[], onProgress: (done: number) => void) => Promise<Recorded<ResentMany>>,
): Promise<void> {
  await withReadModels(settings, async (db) => {
    const activity = new ActivityQueries(db, vault);
    const count = await activity.count(filter);
    process.stderr.write(`${counted(count, `${filter.statuses?.join()} delivery`).replace(/ys$/, 'ies')} match.\n`);
    const question = `Send ${count === 1 ? 'it' : `all ${count}`} again?`;
    if (count === 0 || !(flags.yes || (await confirmed(question, 'send them again')))) {
      if (flags.json) process.stdout.write(`${JSON.stringify({ matching: count, resent: 0, refused: 0 })}\n`);
      return;
    }
    // Taken before the first is sent, since what is sent again leaves its queue.
    const ids: string[] = [];
    for await (const some of activity.ids(filter, 1_000)) ids.push(...some);
    const line = progressLine('sent again');
    const { resent, refused } = (await again(ids, (done) => line.show(done, ids.length))).result;
    line.end();
    const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
    const others = refusals === 0 ? '' : `, and ${refusals} can't be sent again (their history says why)`;
    const result = { matching: count, resent, refused: refusals };
    printResult(flags, result, `${resent} are due again${others}; a running server sends them now.`);
  });
}

const QUEUES = ['failed', 'skipped'] as const;

function filterOf({ status, since, action, flow }: ResendFlags): DeliveryFilter | undefined {
  if (status === undefined) {
    if (since === undefined && action === undefined && flow === undefined) return undefined;
    throw new SettingsError(`--status is missing; it takes one of ${QUEUES.join(', ')}.`);
  }
  const queue = QUEUES.find((one) => one === status);
  if (queue === undefined) throw new SettingsError(`--status is '${status}'; it takes one of ${QUEUES.join(', ')}.`);
  return {
    statuses: [queue],
    ...(since === undefined ? {} : { since: sinceIn(since) }),
    ...(action === undefined ? {} : { actionId: actionIdIn(action) }),
    ...(flow === undefined ? {} : { flowId: flowIdIn(flow) }),
  };
}
