import { createInterface } from 'node:readline/promises';
import { DeliveryCommands } from '../../application/commands/deliveries.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { ActivityQueries, type DeliveryFilter } from '../../projections/activity/activity-queries.js';
import { readSettings, type Settings, SettingsError } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import { counted } from './counted.js';
import { progressLine } from './progress-line.js';
import { type Unlocked, withExistingUnlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';

export interface ResendFlags {
  data?: string;
  status?: string;
  since?: string;
  action?: string;
  flow?: string;
  yes?: boolean;
}

/** Appended side by side, so that they share commits. */
const AT_ONCE = 64;

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
    const again = async (id: string) => deliveries.resend(id, commandLineContext(new RandomIds().next()));
    if (filter === undefined) {
      const id = (delivery as string).replace(/^delivery-/, '');
      await again(id);
      process.stderr.write(`The delivery ${id} is due again; a running server sends it now.\n`);
    } else await resendAll(settings, unlocked, filter, flags.yes === true, again);
  });
}

/** Shows how many there are, and asks before anything is done. */
async function resendAll(
  settings: Settings,
  { vault }: Unlocked,
  filter: DeliveryFilter,
  sure: boolean,
  again: (id: string) => Promise<unknown>,
): Promise<void> {
  await withReadModels(settings, async (db) => {
    const activity = new ActivityQueries(db, vault);
    const count = await activity.count(filter);
    process.stderr.write(`${counted(count, `${filter.statuses?.join()} delivery`).replace(/ys$/, 'ies')} match.\n`);
    if (count === 0 || !(sure || (await confirmed(count)))) return;
    // Taken before the first is sent, since what is sent again leaves its queue.
    const ids: string[] = [];
    for await (const some of activity.ids(filter, 1_000)) ids.push(...some);
    const line = progressLine('sent again');
    let [done, refused] = [0, 0];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const tried = await Promise.allSettled(ids.slice(at, at + AT_ONCE).map(again));
      for (const one of tried) {
        if (one.status === 'fulfilled') done++;
        else if (one.reason instanceof RuleViolation) refused++;
        else throw one.reason;
      }
      line.show(done + refused, ids.length);
    }
    line.end();
    const others = refused === 0 ? '' : `, and ${refused} can't be sent again (their history says why)`;
    process.stdout.write(`${done} are due again${others}; a running server sends them now.\n`);
  });
}

/** @throws SettingsError where nobody can be asked */
async function confirmed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new SettingsError('Nobody can be asked whether to send them again; give --yes to say so.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Send ${count === 1 ? 'it' : `all ${count}`} again? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
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
    ...(since === undefined ? {} : { since: timeOf(since) }),
    ...(action === undefined ? {} : { actionId: action.replace(/^webhook-action-/, '') }),
    ...(flow === undefined ? {} : { flowId: flow.replace(/^flow-/, '') }),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h`, `30m`, `7d` ago, or a time. */
function timeOf(text: string): string {
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = unit === undefined ? Date.parse(text) : Date.now() - Number(number) * (UNIT_MS[unit] as number);
  if (Number.isNaN(time)) {
    throw new SettingsError(`--since is '${text}'; it takes a time such as 2026-11-24T09:30:00Z, or 30m, 2h, 7d.`);
  }
  return new Date(time).toISOString();
}
