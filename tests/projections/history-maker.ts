import fc from 'fast-check';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { ApiKeyCommands } from '../../src/application/commands/api-keys.js';
import { AudienceCommands } from '../../src/application/commands/audiences.js';
import { EventCommands } from '../../src/application/commands/events.js';
import { FeedCommands } from '../../src/application/commands/feeds.js';
import { FlowCommands } from '../../src/application/commands/flows.js';
import { ProductCommands } from '../../src/application/commands/products.js';
import { ProfileCommands } from '../../src/application/commands/profiles.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { FlowOfAction } from '../../src/application/ports/flow-of-action.js';
import type { LiveFlows } from '../../src/application/ports/live-flows.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { JourneyProcess } from '../../src/application/process-managers/journey-process.js';
import { NO_SEGMENTS } from '../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import { apiKey, apiKeyStream } from '../../src/domain/account/api-key.js';
import { type DeliveryCommand, delivery, deliveryStream } from '../../src/domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../src/domain/delivery/outcome.js';
import { DEFAULT_RETRY_POLICY } from '../../src/domain/delivery/retry-policy.js';
import type { FeedEventType } from '../../src/domain/feed/feed-events.js';
import { journeyIdOf } from '../../src/domain/journey/journey.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { catalogIdOf } from '../../src/domain/product/catalog-id.js';
import { profile, profileStream } from '../../src/domain/profile/profile.js';
import { webhookAction, webhookActionStream } from '../../src/domain/webhook-action/webhook-action.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { EVERY_ENDPOINT_IS_GOOD } from '../support/endpoints.js';
import { definition, webhook } from '../support/flow-definition.js';
import { NO_STEPS } from '../support/live-flows.js';
import { ManualClock } from '../support/manual-clock.js';
import { TEST_VAULT } from '../support/test-vault.js';

const context: CommandContext = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'test',
  causationId: 'test',
};

const described = (title: string) => ({
  title,
  description: '',
  url: `https://shop.example.com/${title}`,
  image_full_url: null,
  image_thumbnail_url: null,
  images: [],
  custom_metadata: {},
  published: true,
});

const ok: AttemptOutcome = { kind: 'answer', statusCode: 200, durationMs: 12 };
const unavailable: AttemptOutcome = { kind: 'answer', statusCode: 503, durationMs: 150 };
const gone: AttemptOutcome = { kind: 'answer', statusCode: 410, durationMs: 3 };
const refused: AttemptOutcome = { kind: 'no-answer', error: 'connection_refused', message: 'refused', durationMs: 1 };

/** Something that may happen; which of the things there are it happens to is counted modulo by `of`. */
export type Step =
  | { do: 'create-flow'; actions: number; broken: boolean }
  | { do: 'set-flow'; of: number; status: 'live' | 'draft' }
  | { do: 'move-action'; of: number; port: number }
  | { do: 'add-action' | 'rename-flow' | 'remove-action' | 'delete-flow'; of: number }
  | { do: 'report'; profile: number; city: number }
  | { do: 'join' | 'leave' | 'forget'; profile: number }
  | { do: 'attempt'; of: number; outcome: 'ok' | 'unavailable' | 'gone' | 'refused' }
  | { do: 'begin-attempt' | 'retry' | 'resend' | 'skip'; of: number }
  | { do: 'view' | 'check-out'; profile: number; product: number; variant: boolean; daysAgo: number }
  | { do: 'create-item' | 'change-item'; product: number; price: number; published: boolean }
  | { do: 'create-variant' | 'change-variant'; product: number; price: number; quantity: number }
  | { do: 'remove-item' | 'remove-variant'; product: number }
  | { do: 'issue-key'; expires: boolean }
  | { do: 'use-key' | 'revoke-key'; of: number }
  | { do: 'subscribe' }
  | { do: 'suspend' | 'alert' | 'resume' | 'unsubscribe'; of: number }
  | { do: 'wait'; minutes: number };

const of = fc.nat({ max: 50 });
const person = fc.nat({ max: 3 });
const product = fc.nat({ max: 2 });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('create-flow' as const),
        actions: fc.integer({ min: 1, max: 3 }),
        broken: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('set-flow' as const),
        of,
        status: fc.constantFrom('live' as const, 'live' as const, 'draft' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('move-action' as const), of, port: fc.integer({ min: 1001, max: 1003 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'add-action' as const,
          'rename-flow' as const,
          'remove-action' as const,
          'delete-flow' as const,
        ),
        of,
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('report' as const), profile: person, city: fc.nat({ max: 2 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('join' as const, 'join' as const, 'leave' as const),
        profile: person,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), profile: person }) },
    {
      weight: 10,
      arbitrary: fc.record({
        do: fc.constant('attempt' as const),
        of,
        outcome: fc.constantFrom('ok' as const, 'unavailable' as const, 'gone' as const, 'refused' as const),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'begin-attempt' as const,
          'retry' as const,
          'retry' as const,
          'resend' as const,
          'skip' as const,
        ),
        of,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom('view' as const, 'check-out' as const),
        profile: person,
        product,
        variant: fc.boolean(),
        daysAgo: fc.constantFrom(0, 0, 1, 400),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('create-item' as const, 'change-item' as const),
        product,
        price: fc.nat({ max: 2 }),
        published: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('create-variant' as const, 'change-variant' as const),
        product,
        price: fc.nat({ max: 2 }),
        quantity: fc.nat({ max: 2 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('remove-item' as const, 'remove-variant' as const), product }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('issue-key' as const), expires: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('use-key' as const, 'use-key' as const, 'revoke-key' as const), of }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('subscribe' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('suspend' as const, 'alert' as const, 'resume' as const, 'unsubscribe' as const),
        of,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        minutes: fc.constantFrom(1, 30, 90, 1_440, 200 * 1_440),
      }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

/** Lets things happen through the real commands, so that every history is one that can come about. */
export class HistoryMaker {
  readonly clock = new ManualClock('2026-03-01T08:00:00.000Z');
  readonly aggregates: AggregateStore;
  readonly events: EventCommands;
  readonly feeds: FeedCommands;
  readonly flows: FlowCommands;
  readonly apiKeys: ApiKeyCommands;
  readonly audiences: AudienceCommands;
  readonly products: ProductCommands;
  readonly profiles: ProfileCommands;
  readonly flowIds: string[] = [];
  readonly actionIds: string[] = [];
  readonly deliveryIds: string[] = [];
  readonly profileIds: string[] = [];
  readonly keyIds: string[] = [];
  readonly subscriptionIds: string[] = [];
  metricId = '';
  listId = '';
  readonly #journeys: JourneyProcess;
  readonly #delayedFlowIds: string[] = [];
  readonly #triggerIds: string[] = [];
  #reported = 0;

  constructor(
    readonly eventStore: EventStore,
    liveFlows: LiveFlows,
    flowOfAction: FlowOfAction = NO_STEPS,
  ) {
    const [ids, templates] = [new RandomIds(), new DjangoTemplateEngine(this.clock)];
    this.aggregates = new AggregateStore(eventStore, this.clock, ids);
    const steps = new FlowSteps(templates, 'Northwind');
    const triggers = new TriggerProcess(liveFlows, steps);
    this.#journeys = new JourneyProcess(this.aggregates, eventStore, steps);
    this.events = new EventCommands(this.aggregates, triggers, this.clock, ids, NO_SEGMENTS);
    this.feeds = new FeedCommands(this.aggregates, ids, EVERY_ENDPOINT_IS_GOOD);
    this.flows = new FlowCommands(this.aggregates, templates, ids, EVERY_ENDPOINT_IS_GOOD, flowOfAction);
    this.apiKeys = new ApiKeyCommands(this.aggregates, ids, this.clock);
    this.audiences = new AudienceCommands(this.aggregates, triggers, ids, NO_SEGMENTS);
    this.profiles = new ProfileCommands(this.aggregates, ids, TEST_VAULT, NO_SEGMENTS);
    this.products = new ProductCommands(this.aggregates);
  }

  async begin(): Promise<void> {
    this.metricId = (await this.events.createMetric('Placed Order', context)).result.metricId;
    this.listId = (await this.audiences.create('list', 'Wholesale', context)).result.audienceId;
  }

  /** What is refused by a rule does not happen; anything else that goes wrong is passed on. */
  async take(step: Step): Promise<void> {
    try {
      await this.happen(step);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
    }
  }

  async createFlow(actions: number, body = '{"city": "{{ person.city }}"}'): Promise<string> {
    const definition = {
      name: `Flow ${this.flowIds.length}`,
      trigger:
        this.flowIds.length % 3 === 2
          ? ({ type: 'list', id: this.listId } as const)
          : ({ type: 'metric', id: this.metricId } as const),
      entryActionId: 'a0',
      actions: Array.from({ length: actions }, (_, index) => ({
        temporaryId: `a${index}`,
        type: 'send-webhook' as const,
        next: index + 1 < actions ? `a${index + 1}` : null,
        status: 'live' as const,
        configuration: {
          name: `Action ${index}`,
          url: `https://127.0.0.1:${1001 + index}/hook`,
          headers: { 'x-key': 'secret' },
          body,
        },
      })),
    };
    const { result } = await this.flows.create(definition, context);
    this.flowIds.push(result.flowId);
    this.actionIds.push(...result.actionIds);
    return result.flowId;
  }

  /** Before all others, and live. */
  async addAction(flowId: string): Promise<string> {
    const configuration = { name: 'Added', url: 'https://127.0.0.1:1001/added', headers: {}, body: '{}' };
    const place = { after: null, link: 'next' } as const;
    const { result } = await this.flows.addWebhook(flowId, place, { configuration, status: 'live' }, context);
    this.actionIds.push(result.actionId);
    return result.actionId;
  }

  async setFlow(flowId: string, status: 'live' | 'draft'): Promise<void> {
    await this.flows.changeStatus(flowId, status, context);
  }

  /** One whose only webhook comes an hour after the event. */
  async createDelayedFlow(): Promise<string> {
    const trigger = { type: 'metric', id: this.metricId } as const;
    const delay = { unit: 'hours', value: 1, timezone: 'UTC' } as const;
    const actions = [{ temporaryId: 'd', type: 'time-delay' as const, next: 'w', delay }, webhook('w', null)];
    const { result } = await this.flows.create(definition(trigger, actions), context);
    this.flowIds.push(result.flowId);
    this.#delayedFlowIds.push(result.flowId);
    this.actionIds.push(result.actionIds[1] as string);
    return result.flowId;
  }

  /** Lets those go on who waited long enough. */
  async resumeJourneys(): Promise<void> {
    for (const flowId of this.#delayedFlowIds) {
      for (const triggerId of this.#triggerIds) await this.#journeys.resume(journeyIdOf(flowId, triggerId));
    }
  }

  async report(profileNumber: number, city = 0): Promise<readonly string[]> {
    const { result } = await this.events.receive(
      {
        metricName: 'Placed Order',
        profile: { attributes: { email: `Person-${profileNumber}@example.com`, properties: { city: `City ${city}` } } },
        properties: { n: this.#reported },
        uniqueId: `event-${this.#reported++}`,
      },
      context,
    );
    this.deliveryIds.push(...result.deliveryIds);
    this.#triggerIds.push(result.triggerId);
    return result.deliveryIds;
  }

  async view(
    profileNumber: number,
    product: number,
    { metricName = 'Viewed Product', variant = false, daysAgo = 0 } = {},
  ): Promise<void> {
    const thing = { ProductID: `P-${product}`, ...(variant ? { VariantID: `V-${product}` } : {}) };
    await this.events.receive(
      {
        metricName,
        profile: { attributes: { email: `person-${profileNumber}@example.com` } },
        properties: metricName === 'Viewed Product' ? thing : { Items: [thing, { ProductID: 'P-0' }] },
        time: new Date(this.clock.now() - daysAgo * 86_400_000).toISOString(),
        uniqueId: `view-${this.#reported++}`,
      },
      context,
    );
  }

  async createItem(product: number, price: number | null = 20, published = true): Promise<string> {
    const attributes = { ...described(`Product ${product}`), price, published };
    return (await this.products.createItem(`P-${product}`, attributes, context)).result.itemId;
  }

  async createVariant(product: number, { price = 20, quantity = 10, name = `V-${product}` } = {}): Promise<string> {
    const attributes = {
      ...described(name),
      sku: name,
      inventory_policy: 0 as const,
      inventory_quantity: quantity,
      price,
    };
    return (await this.products.createVariant(name, catalogIdOf(`P-${product}`), attributes, context)).result.variantId;
  }

  async decide(deliveryId: string, command: DeliveryCommand): Promise<void> {
    await this.aggregates.execute(delivery, deliveryStream(deliveryId), command, context);
  }

  async attempt(deliveryId: string, outcome: AttemptOutcome): Promise<void> {
    const { result } = await this.aggregates.execute(
      delivery,
      deliveryStream(deliveryId),
      { type: 'StartAttempt', url: 'https://127.0.0.1:1001/hook', workerId: 'worker' },
      context,
    );
    await this.decide(deliveryId, { type: 'RecordOutcome', attempt: result.attempts, outcome, at: this.now() });
  }

  async retry(deliveryId: string): Promise<void> {
    const { attempts } = await this.aggregates.load(delivery, deliveryStream(deliveryId));
    await this.decide(deliveryId, {
      type: 'ScheduleRetry',
      attempt: attempts,
      policy: DEFAULT_RETRY_POLICY,
      random: 0.5,
    });
  }

  async issueKey(expiresAt?: string): Promise<string> {
    const name = `Key ${this.keyIds.length}`;
    const given = { name, scopes: ['events:write', 'flows:read'] as const, ...(expiresAt && { expiresAt }) };
    const { keyId } = (await this.apiKeys.issue(given, context)).result;
    this.keyIds.push(keyId);
    return keyId;
  }

  async useKey(keyId: string): Promise<void> {
    const command = { type: 'RecordApiKeyUse', at: this.now() } as const;
    await this.aggregates.execute(apiKey, apiKeyStream(keyId), command, context);
  }

  async revokeKey(keyId: string): Promise<void> {
    await this.apiKeys.revoke(keyId, context);
  }

  async subscribe(...events: FeedEventType[]): Promise<string> {
    const { result } = await this.feeds.subscribe(
      { name: 'On-call', url: 'https://127.0.0.1:1009/feed', headers: { 'x-key': 'secret' }, events },
      context,
    );
    this.subscriptionIds.push(result.subscriptionId);
    return result.subscriptionId;
  }

  async suspend(actionId: string): Promise<void> {
    const { term } = await this.aggregates.load(webhookAction, webhookActionStream(actionId));
    const since = { failingSince: this.now(), failures: 3, code: '503' };
    const command = { type: 'SuspendWebhookAction', term, ...since } as const;
    await this.aggregates.execute(webhookAction, webhookActionStream(actionId), command, context);
  }

  async alert(actionId: string): Promise<void> {
    const command = { type: 'AlertWebhookAction', failures: 3, windowMinutes: 60, at: this.now() } as const;
    await this.aggregates.execute(webhookAction, webhookActionStream(actionId), command, context);
  }

  now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  private async happen(step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        this.clock.advance(step.minutes * 60_000);
        return this.resumeJourneys();
      case 'create-flow':
        if (step.actions === 3) await this.createDelayedFlow();
        else await this.createFlow(step.actions, step.broken ? '{"n": {{ event.n }}' : undefined);
        return;
      case 'report':
        await this.report(step.profile, step.city);
        return;
      case 'join':
      case 'leave':
      case 'forget':
        return this.toProfile(step);
      case 'view':
        return this.view(step.profile, step.product, step);
      case 'check-out':
        return this.view(step.profile, step.product, { ...step, metricName: 'Started Checkout' });
      case 'create-item':
        await this.createItem(step.product, step.price, step.published);
        return;
      case 'create-variant':
        await this.createVariant(step.product, step);
        return;
      case 'change-item': {
        const { price, published } = step;
        await this.products.updateItem(catalogIdOf(`P-${step.product}`), { price, published }, context);
        return;
      }
      case 'change-variant': {
        const changes = { price: step.price, inventory_quantity: step.quantity };
        await this.products.updateVariant(catalogIdOf(`V-${step.product}`), changes, context);
        return;
      }
      case 'remove-item':
        await this.products.removeItem(catalogIdOf(`P-${step.product}`), context);
        return;
      case 'remove-variant':
        await this.products.removeVariant(catalogIdOf(`V-${step.product}`), context);
        return;
      case 'issue-key': {
        await this.issueKey(step.expires ? new Date(this.clock.now() + 3_600_000).toISOString() : undefined);
        return;
      }
      case 'use-key':
        return this.withOne(this.keyIds, step.of, (id) => this.useKey(id));
      case 'revoke-key':
        return this.withOne(this.keyIds, step.of, (id) => this.revokeKey(id));
      case 'subscribe':
        await this.subscribe('delivery.failed', 'action.suspended');
        return;
      case 'unsubscribe':
        return this.withOne(this.subscriptionIds, step.of, (id) => this.feeds.unsubscribe(id, context));
      case 'suspend':
        return this.withOne([...this.actionIds, ...this.subscriptionIds], step.of, (id) => this.suspend(id));
      case 'alert':
        return this.withOne(this.actionIds, step.of, (id) => this.alert(id));
      case 'resume':
        return this.withOne([...this.actionIds, ...this.subscriptionIds], step.of, (id) =>
          this.subscriptionIds.includes(id) ? this.feeds.resume(id, context) : this.flows.resumeAction(id, context),
        );
      case 'set-flow':
        return this.withOne(this.flowIds, step.of, (id) => this.setFlow(id, step.status));
      case 'delete-flow':
        return this.withOne(this.flowIds, step.of, (id) => this.flows.delete(id, context));
      case 'add-action':
        return this.withOne(this.flowIds, step.of, (id) => this.addAction(id));
      case 'rename-flow':
        return this.withOne(this.flowIds, step.of, (id) => this.flows.rename(id, `Flow ${step.of}`, context));
      case 'remove-action':
        return this.withOne(this.actionIds, step.of, (id) => this.flows.removeAction(id, context));
      case 'move-action':
        return this.withOne(this.actionIds, step.of, (id) => {
          const url = `https://127.0.0.1:${step.port}/moved`;
          return this.flows.updateAction(id, { configure: (present) => ({ ...present, url }) }, context);
        });
      default:
        return this.withOne(this.deliveryIds, step.of, (id) => this.toDelivery(id, step));
    }
  }

  private async toProfile({
    do: what,
    profile: number,
  }: Step & { do: 'join' | 'leave' | 'forget'; profile: number }): Promise<void> {
    const attributes = { email: `person-${number}@example.com` };
    const { result } = await this.profiles.createOrUpdate({ attributes }, context);
    const { profileId } = result;
    if (what === 'forget') {
      // Forgetting has no command of its own yet; the projections know the event all the same.
      await this.aggregates.execute(profile, profileStream(profileId), { type: 'ForgetProfile' }, context);
    } else if (what === 'join') {
      const joined = await this.audiences.addProfiles('list', this.listId, [profileId], context);
      this.deliveryIds.push(...joined.result.flatMap(({ deliveryIds }) => deliveryIds));
    } else await this.audiences.removeProfiles('list', this.listId, [profileId], context);
  }

  private async toDelivery(id: string, step: Step): Promise<void> {
    switch (step.do) {
      case 'attempt':
        return this.attempt(id, { ok, unavailable, gone, refused }[step.outcome]);
      case 'begin-attempt':
        return this.decide(id, { type: 'StartAttempt', url: 'https://127.0.0.1:1001/hook', workerId: 'worker' });
      case 'retry':
        return this.retry(id);
      case 'resend':
        return this.decide(id, { type: 'ResendDelivery', at: this.now() });
      case 'skip':
        return this.decide(id, { type: 'SkipDelivery', reason: 'action_removed', message: 'The action was removed.' });
      default:
    }
  }

  private async withOne(ids: readonly string[], of: number, act: (id: string) => Promise<unknown>): Promise<void> {
    const id = ids[of % Math.max(1, ids.length)];
    if (id !== undefined) await act(id);
  }
}

export const OUTCOMES = { ok, unavailable, gone, refused };
