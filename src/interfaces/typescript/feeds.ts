import { z } from 'zod';
import type { FeedCommands } from '../../application/commands/feeds.js';
import type { NewSigningSecret } from '../../application/commands/signing-secrets.js';
import type { Vault } from '../../application/ports/vault.js';
import type { FeedEventType } from '../../domain/feed/feed-events.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import type { FeedQueries, SubscriptionView } from '../../projections/feed/feed-queries.js';
import type { Page } from '../../projections/page.js';
import { givenSubscription, givenSubscriptionChange } from '../http/given-subscription.js';
import {
  type SubscriptionAttributes,
  type SubscriptionChanges,
  subscriptionAttributes,
} from '../http/schemas/feed-schemas.js';
import { parsed } from './checked-input.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** Who is told of what, and where. */
export interface NewFeedSubscription {
  /** For people. */
  name: string;
  /** Where it is told: an https URL, which is checked as those of webhook actions are. */
  url: string;
  /** Headers of its requests; none unless given. */
  headers?: RequestHeaders;
  /** What it is told of. */
  events: readonly FeedEventType[];
  /** Told of these flows, and of what {@link actionIds} names; of all where neither is given. */
  flowIds?: readonly string[] | null;
  /** Told of these webhook actions, and of what {@link flowIds} names; of all where neither is given. */
  actionIds?: readonly string[] | null;
}

/** Subscriptions to the outbound feed: webhooks that tell what failed, was skipped or was suspended. */
export interface Feeds {
  /**
   * Makes a subscription, live from now on. Its URL is checked with a HEAD request; with a bad one nothing is made.
   * @returns its id and its signing secret, which is in the answer and nowhere else to be read
   * @throws RuleViolation `two_step_required`, `feed_url_unusable`, `flow_unknown`, `action_unknown`, `input_invalid`, … with a
   * pointer into the subscription; `idempotency_key_used` for a repetition
   */
  create(
    subscription: NewFeedSubscription,
    options?: RepeatableOptions,
  ): Promise<Durable & { subscriptionId: string; secret: string }>;
  /**
   * Changes what is given; a new URL is checked, and a bad one refused. A header value as a query showed it stands for the one
   * that is kept; null takes `flowIds` or `actionIds` away.
   * @throws RuleViolation `feed_subscription_unknown`, or what is wrong with it, with a pointer into the change
   */
  update(subscriptionId: string, change: Partial<NewFeedSubscription>, options?: CommandOptions): Promise<Durable>;
  /**
   * Sets a subscription live again that was suspended after days of failures; its URL is checked first.
   * @throws RuleViolation `feed_subscription_unknown`, `action_not_suspended`, `feed_url_unusable`
   */
  resume(subscriptionId: string, options?: CommandOptions): Promise<Durable>;
  /** Ends a subscription; what it was not told yet is skipped. @throws RuleViolation `feed_subscription_unknown` */
  delete(subscriptionId: string, options?: CommandOptions): Promise<Durable>;
  /**
   * Gives a subscription a new signing secret, which is in the answer and nowhere else to be read.
   * @param options `overlapMs`: how long the former secret signs beside it, in milliseconds; a day unless given
   * @throws RuleViolation `feed_subscription_unknown`, `signing_overlap_invalid`; `idempotency_key_used` for a repetition
   */
  rotateSigningSecret(
    subscriptionId: string,
    options?: RepeatableOptions & { overlapMs?: number },
  ): Promise<Durable & NewSigningSecret>;

  /** Undefined where it was deleted or never was. */
  get(subscriptionId: string): Promise<SubscriptionView | undefined>;
  /** Newest first. @throws InvalidCursor */
  list(paging?: Paging): Promise<Page<SubscriptionView>>;
}

export const feedsOf = (commands: FeedCommands, queries: FeedQueries, contexts: Contexts, vault: Vault): Feeds => ({
  async create(subscription, options = {}) {
    const checked = checkedSubscription(subscription);
    const context = await contexts.of(options, ['feeds.create', checked], true);
    const { result, position } = await commands.subscribe(givenSubscription(checked, vault), context);
    return { ...result, position };
  },
  async update(subscriptionId, change, options = {}) {
    const checked = checkedSubscriptionChange(change);
    const context = await contexts.of(options, ['feeds.update', subscriptionId, checked]);
    const { position } = await commands.change(subscriptionId, givenSubscriptionChange(checked, vault), context);
    return { position };
  },
  async resume(subscriptionId, options = {}) {
    const context = await contexts.of(options, ['feeds.resume', subscriptionId]);
    const { position } = await commands.resume(subscriptionId, context);
    return { position };
  },
  async delete(subscriptionId, options = {}) {
    const context = await contexts.of(options, ['feeds.delete', subscriptionId]);
    const { position } = await commands.unsubscribe(subscriptionId, context);
    return { position };
  },
  async rotateSigningSecret(subscriptionId, { overlapMs, ...options } = {}) {
    const context = await contexts.of(options, ['feeds.rotateSigningSecret', subscriptionId, overlapMs], true);
    const { result, position } = await commands.rotateSigningSecret(subscriptionId, context, overlapMs);
    return { ...result, position };
  },
  get: (subscriptionId) => queries.subscription(subscriptionId),
  list: (paging = {}) => queries.subscriptions(pageRequest(paging)),
});

const { flow_ids, action_ids, ...sameName } = subscriptionAttributes.shape;
const newSubscription = z.strictObject({ ...sameName, flowIds: flow_ids, actionIds: action_ids });

/** @throws RuleViolation input_invalid */
function checkedSubscription(given: NewFeedSubscription): SubscriptionAttributes {
  const { flowIds, actionIds, ...checked } = parsed(newSubscription, given);
  return { ...checked, flow_ids: flowIds, action_ids: actionIds };
}

/** @throws RuleViolation input_invalid */
function checkedSubscriptionChange(given: Partial<NewFeedSubscription>): SubscriptionChanges {
  const { flowIds, actionIds, ...checked } = parsed(newSubscription.partial(), given);
  return { ...checked, flow_ids: flowIds, action_ids: actionIds };
}
