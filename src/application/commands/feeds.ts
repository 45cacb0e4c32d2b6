import type { FeedEventType } from '../../domain/feed/feed-events.js';
import type { FeedScope } from '../../domain/feed/feed-scope.js';
import { flow, flowStream } from '../../domain/flow/flow.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import {
  type WebhookActionConfiguration,
  webhookAction,
  webhookActionStream,
} from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore, Recorded, UnitOfWork } from '../aggregate-store.js';
import { type CommandContext, newId } from '../command-context.js';
import type { EndpointChecker } from '../ports/endpoint-checker.js';
import type { Ids } from '../ports/ids.js';
import { requireActionAuthor } from './action-author.js';
import { SetUpChecks } from './set-up-checks.js';
import { DEFAULT_OVERLAP_MS, type NewSigningSecret, randomSecret, rotateSecret } from './signing-secrets.js';

export interface NewSubscription extends FeedScope {
  name: string;
  url: string;
  headers: RequestHeaders;
  events: readonly FeedEventType[];
}

/** What isn't given stays as it is. */
export interface SubscriptionChange {
  name?: string;
  url?: string;
  /** Makes the new headers from the present ones, whose values nobody is shown. */
  headers?: (present: RequestHeaders) => RequestHeaders;
  events?: readonly FeedEventType[];
  /** Null takes the list away. */
  flowIds?: readonly string[] | null;
  actionIds?: readonly string[] | null;
}

/**
 * Subscriptions to the outbound feed. Each is a webhook action that belongs to no flow, so that all that is true of those is
 * true of it: the set-up check, the sealing, the signatures, the retries, the queues, the suspension.
 */
export class FeedCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly ids: Ids,
    private readonly endpoints: EndpointChecker,
  ) {}

  /**
   * Makes a subscription, live from now on. Its URL is checked; with a bad one nothing is made.
   * @returns its id and its signing secret, which is nowhere else to be read
   * @throws RuleViolation two_step_required, … (see {@link requireActionAuthor}), feed_url_unusable, flow_unknown,
   * action_unknown (pointers: `/flowIds/<index>`, `/actionIds/<index>`), or what is wrong with the rest
   */
  async subscribe(
    { name, url, headers, events, ...scope }: NewSubscription,
    context: CommandContext,
  ): Promise<Recorded<{ subscriptionId: string; secret: string }>> {
    const subscriptionId = newId(context, this.ids, 'feed subscription');
    const key = { keyId: this.ids.next(), secret: randomSecret() };
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      await checkScope(work, scope);
      await this.configure(work, subscriptionId, { name, url, headers, body: '', feed: events, ...scoped(scope) });
      await rotateSecret(work, subscriptionId, key, 0);
      await this.goLive(work, subscriptionId, checks);
      return { subscriptionId, secret: key.secret };
    });
  }

  /** Changes what is given. @throws RuleViolation feed_subscription_unknown, feed_url_unusable, or what is wrong with the rest */
  async change(subscriptionId: string, change: SubscriptionChange, context: CommandContext): Promise<Recorded<void>> {
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      const present = await this.present(work, subscriptionId);
      const { name = present.name, url = present.url, headers = (kept) => kept, events = present.feed } = change;
      // What it was narrowed to before may be gone by now, and is left as it is.
      await checkScope(work, change);
      const scope = scoped({ ...present.feedScope, ...change });
      const feed = events === undefined ? {} : { feed: events };
      const configuration = { name, url, headers: headers(present.headers), body: '', ...feed, ...scope };
      await this.configure(work, subscriptionId, configuration);
      if (url !== present.url) await this.check(work, subscriptionId, checks);
    });
  }

  /** Sets a suspended subscription live again. @throws RuleViolation feed_subscription_unknown, feed_url_unusable, action_not_suspended */
  async resume(subscriptionId: string, context: CommandContext): Promise<Recorded<void>> {
    const checks = new SetUpChecks(this.endpoints);
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      checks.begin();
      await this.present(work, subscriptionId);
      const { status } = await work.load(webhookAction, webhookActionStream(subscriptionId));
      if (status !== 'suspended') {
        throw new RuleViolation(
          'action_not_suspended',
          `Only a subscription that was suspended can be resumed; this one is ${status}.`,
        );
      }
      await this.goLive(work, subscriptionId, checks);
    });
  }

  /** Ends it; what it was not told yet is skipped. @throws RuleViolation feed_subscription_unknown */
  async unsubscribe(subscriptionId: string, context: CommandContext): Promise<Recorded<void>> {
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      await this.present(work, subscriptionId);
      await work.decide(webhookAction, webhookActionStream(subscriptionId), { type: 'RemoveWebhookAction' });
    });
  }

  /** Gives it a new signing secret, which is nowhere else to be read; the former one signs beside it for a while. */
  async rotateSigningSecret(
    subscriptionId: string,
    context: CommandContext,
    overlapMs = DEFAULT_OVERLAP_MS,
  ): Promise<Recorded<NewSigningSecret>> {
    const key = { keyId: this.ids.next(), secret: randomSecret() };
    return this.aggregates.transact(context, async (work) => {
      await requireActionAuthor(work, context.actor);
      await this.present(work, subscriptionId);
      return rotateSecret(work, subscriptionId, key, overlapMs);
    });
  }

  private async configure(work: UnitOfWork, id: string, configuration: WebhookActionConfiguration): Promise<void> {
    const command = { type: 'ConfigureWebhookAction', flowId: id, configuration } as const;
    await work.decide(webhookAction, webhookActionStream(id), command);
  }

  private async goLive(work: UnitOfWork, id: string, checks: SetUpChecks): Promise<void> {
    await this.check(work, id, checks);
    await work.decide(webhookAction, webhookActionStream(id), { type: 'SetWebhookActionLive' });
  }

  private async check(work: UnitOfWork, id: string, checks: SetUpChecks): Promise<void> {
    await checks.check(work, id);
    const failed = checks.results.find(({ verified }) => !verified);
    if (failed !== undefined) throw new RuleViolation('feed_url_unusable', failed.detail, '/url');
  }

  private async present(work: UnitOfWork, id: string): Promise<WebhookActionConfiguration> {
    const { configuration, status } = await work.load(webhookAction, webhookActionStream(id));
    if (configuration?.feed !== undefined && status !== 'removed') return configuration;
    throw new RuleViolation('feed_subscription_unknown', `There is no feed subscription with the id '${id}'.`);
  }
}

/** It names what is there: what never was can never be told of. */
async function checkScope(work: UnitOfWork, { flowIds, actionIds }: SubscriptionChange): Promise<void> {
  for (const [index, flowId] of (flowIds ?? []).entries()) {
    const { status } = await work.load(flow, flowStream(flowId));
    if (status !== 'none' && status !== 'deleted') continue;
    throw new RuleViolation('flow_unknown', `There is no flow with the id '${flowId}'.`, `/flowIds/${index}`);
  }
  for (const [index, actionId] of (actionIds ?? []).entries()) {
    const { configuration, status } = await work.load(webhookAction, webhookActionStream(actionId));
    if (configuration !== undefined && configuration.feed === undefined && status !== 'removed') continue;
    const detail = `There is no webhook action with the id '${actionId}'.`;
    throw new RuleViolation('action_unknown', detail, `/actionIds/${index}`);
  }
}

/** Nothing where it is told of all, as of those that were made before they could be narrowed. */
function scoped({ flowIds, actionIds }: Pick<SubscriptionChange, 'flowIds' | 'actionIds'>): { feedScope?: FeedScope } {
  if (flowIds == null && actionIds == null) return {};
  return { feedScope: { ...(flowIds == null ? {} : { flowIds }), ...(actionIds == null ? {} : { actionIds }) } };
}
