import { FeedCommands } from '../../application/commands/feeds.js';
import { AddressPolicy } from '../../infrastructure/http-sender/address-policy.js';
import { HttpsEndpointChecker } from '../../infrastructure/http-sender/https-endpoint-checker.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { feedProjection } from '../../projections/feed/feed-projection.js';
import { FeedQueries } from '../../projections/feed/feed-queries.js';
import { readSettings, type Settings, SettingsError } from '../../settings.js';
import { givenSubscription } from '../http/given-subscription.js';
import { subscriptionAttributes } from '../http/schemas/feed-schemas.js';
import { allPages } from './all-pages.js';
import { commandLineContext } from './command-line-context.js';
import { confirmed } from './confirmed.js';
import { validated } from './given-document.js';
import { headersIn } from './headers-given.js';
import { actionIdIn, flowIdIn } from './ids-given.js';
import { printList } from './print-list.js';
import { type JsonFlag, printResult } from './print-result.js';
import { type Unlocked, withExistingUnlocked } from './with-event-store.js';
import { withLook } from './with-look.js';

type Flags = JsonFlag & { data?: string };

export interface SubscriptionFlags extends Flags {
  name: string;
  url: string;
  event: readonly string[];
  header?: readonly string[];
  flow?: readonly string[];
  action?: readonly string[];
}

/** Newest first. */
export async function listSubscriptions(flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withLook(settings, [feedProjection], async (db) => {
    const feed = new FeedQueries(db);
    const all = allPages((request) => feed.subscriptions(request));
    const headings = ['id', 'status', 'told of', 'within', 'url', 'name'];
    const count = await printList(flags, all, headings, ({ flowIds, actionIds, ...one }) => {
      const within = [
        ...(flowIds ?? []).map((id) => `flow-${id}`),
        ...(actionIds ?? []).map((id) => `webhook-action-${id}`),
      ];
      return [one.subscriptionId, one.status, one.events.join(','), within.join(',') || 'all', one.url, one.name];
    });
    if (count === 0) process.stderr.write('There is no subscription to the feed.\n');
  });
}

/** Prints the signing secret alone on standard output; it can't be read again. */
export async function createSubscription(flags: SubscriptionFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { name, url, event: events, header = [], flow, action } = flags;
  const given = {
    name,
    url,
    events,
    headers: headersIn(header),
    flow_ids: flow?.map(flowIdIn),
    action_ids: action?.map(actionIdIn),
  };
  const attributes = validated(given, subscriptionAttributes, optionAt, (problems) => new SettingsError(problems));
  const { subscriptionId, secret } = await withExistingUnlocked(settings, async (unlocked) => {
    const context = commandLineContext(new RandomIds().next());
    const subscription = givenSubscription(attributes, unlocked.vault);
    return (await feedCommands(settings, unlocked).subscribe(subscription, context)).result;
  });
  if (!flags.json) process.stderr.write(`The subscription ${subscriptionId} is live; its requests are signed with:\n`);
  printResult(flags, { subscriptionId, secret }, secret);
}

/** Fails where its URL fails the set-up check, so that it stays suspended. */
export async function resumeSubscription(given: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const subscriptionId = actionIdIn(given);
  await withExistingUnlocked(settings, (unlocked) =>
    feedCommands(settings, unlocked).resume(subscriptionId, commandLineContext(new RandomIds().next())),
  );
  printResult(flags, { subscriptionId, status: 'live' }, `The subscription ${subscriptionId} is live again.`);
}

/** Ends the subscription once somebody says yes. */
export async function deleteSubscription(given: string, flags: Flags & { yes?: boolean }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const subscriptionId = actionIdIn(given);
  const sure = flags.yes || (await confirmed(`End the subscription ${subscriptionId}?`, 'end it'));
  if (!sure) {
    const sentence = `The subscription ${subscriptionId} was left as it is.`;
    printResult(flags, { subscriptionId, deleted: false }, sentence);
    return;
  }
  await withExistingUnlocked(settings, (unlocked) =>
    feedCommands(settings, unlocked).unsubscribe(subscriptionId, commandLineContext(new RandomIds().next())),
  );
  printResult(flags, { subscriptionId, deleted: true }, `The subscription ${subscriptionId} is ended.`);
}

/** The option that a place in the attributes came from. */
function optionAt(pointer: string): string {
  const [, name = ''] = /^\/([a-z]+)/.exec(pointer) ?? [];
  return `--${name.replace(/s$/, '')}`;
}

/** The commands about subscriptions, checking URLs as the server does. */
function feedCommands(settings: Settings, { aggregates }: Unlocked): FeedCommands {
  const policy = new AddressPolicy(settings.allowNetworks, settings.allowPorts);
  return new FeedCommands(aggregates, new RandomIds(), new HttpsEndpointChecker(policy, settings.extraCa));
}
