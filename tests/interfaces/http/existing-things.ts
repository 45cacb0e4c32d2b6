import { AggregateStore } from '../../../src/application/aggregate-store.js';
import { webhookAction, webhookActionStream } from '../../../src/domain/webhook-action/webhook-action.js';
import { eventually } from '../../support/eventually.js';
import { PASSWORD, Person } from './person.js';
import { type Document, OPERATOR, type RunningServer } from './running-server.js';

let count = 0;

/** Makes what a request's placeholders stand for, such as `{flow_id}`: each thing anew, and the same one all through a request. */
export class ExistingThings {
  readonly #made = new Map<string, Promise<string>>();

  constructor(
    private readonly server: RunningServer,
    /** Whoever makes the request. */
    private readonly person: Person,
  ) {}

  /** A text with its placeholders filled. */
  async fill(text: string): Promise<string> {
    let filled = text;
    for (const [placeholder, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
      filled = filled.replaceAll(placeholder, await this.#thing(name));
    }
    return filled;
  }

  #thing(name: string): Promise<string> {
    const make = this.#makers[name];
    if (make === undefined) throw new Error(`An example has the placeholder {${name}}, and nothing is made for it.`);
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }

  readonly #makers: Readonly<Record<string, () => Promise<string>>> = {
    new_uuid: async () => crypto.randomUUID(),
    metric_id: () => this.#post('/api/hookledger/metrics', 'metric', { name: `Metric ${++count}` }),
    list_id: () => this.#post('/api/lists', 'list', { name: 'List' }),
    segment_id: () => this.#post('/api/segments', 'segment', { name: 'Segment' }),
    profile_id: () => this.#post('/api/profiles', 'profile', { email: `profile-${++count}@example.com` }),
    catalog_item_id: () => this.#catalogItem(),
    catalog_variant_id: async () => {
      const item = await this.#catalogItem();
      const attributes = { ...this.#described(), sku: 'CHAI-20', price: 18, inventory_quantity: 39 };
      const relationships = { item: { data: { type: 'catalog-item', id: item } } };
      return this.#post('/api/catalog-variants', 'catalog-variant', attributes, relationships);
    },
    flow_id: () => this.#flow(`Metric ${++count}`),
    flow_action_id: async () => {
      const flow = await this.#flow(`Metric ${++count}`);
      return (await this.server.get(`/api/flows/${flow}/flow-actions`)).data[0]?.id as string;
    },
    suspended_flow_action_id: async () => this.#suspended(await this.#thing('flow_action_id')),
    feed_subscription_id: () => this.#subscription(),
    suspended_feed_subscription_id: async () => this.#suspended(await this.#subscription()),
    delivery_id: () => this.#failedDelivery(),
    email: async () => this.person.email,
    password: async () => PASSWORD,
    one_time_code: async () => this.person.code(),
    session_id: async () => (await this.person.document('GET', '/api/hookledger/sessions')).data[0]?.id as string,
    member_id: async () => {
      const member = await Person.join(this.server, { email: `member-${++count}@example.com`, role: 'support' });
      return member.userId;
    },
    invitation_id: async () => (await this.#invitation()).userId,
    invitation_token: async () => (await this.#invitation()).token,
    password_link_token: async () => {
      const { userId } = this.person;
      return (await this.server.members.offerPasswordReset(userId, OPERATOR)).result.token;
    },
    api_key_id: async () => {
      return (await this.server.apiKeys.issue({ name: 'Shop', scopes: ['events:write'] }, OPERATOR)).result.keyId;
    },
  };

  #subscription(): Promise<string> {
    return this.#post('/api/hookledger/feed-subscriptions', 'feed-subscription', {
      name: 'On-call',
      url: 'https://localhost:1/feed',
      events: ['delivery.failed'],
    });
  }

  /** As the engine does it after days of failure. */
  async #suspended(actionId: string): Promise<string> {
    const aggregates = this.server.container.get(AggregateStore);
    const stream = webhookActionStream(actionId);
    const since = { failingSince: '2026-01-01T00:00:00.000Z', failures: 3, code: '503' };
    await aggregates.execute(webhookAction, stream, { type: 'SetWebhookActionLive' }, OPERATOR);
    const { term } = await aggregates.load(webhookAction, stream);
    await aggregates.execute(webhookAction, stream, { type: 'SuspendWebhookAction', term, ...since }, OPERATOR);
    return actionId;
  }

  async #invitation() {
    return (await this.server.members.invite(`invited-${++count}@example.com`, 'support', OPERATOR)).result;
  }

  #catalogItem(): Promise<string> {
    return this.#post('/api/catalog-items', 'catalog-item', this.#described());
  }

  readonly #described = () => ({
    external_id: `CHAI-${++count}`,
    title: 'Chai',
    description: '10 boxes of 20 bags',
    url: 'https://shop.example.com/chai',
  });

  async #post(path: string, type: string, attributes: object, relationships?: object): Promise<string> {
    const data = { type, attributes, ...(relationships === undefined ? {} : { relationships }) };
    const response = await this.server.fetch('POST', path, { body: { data } });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
    return text === '' ? '' : (JSON.parse(text) as Document).data.id;
  }

  /** With one action, whose requests nobody takes. */
  async #flow(metricName: string, status = 'draft'): Promise<string> {
    const metric = await this.#post('/api/hookledger/metrics', 'metric', { name: metricName });
    const message = { url: 'https://localhost:1/', body: '{"n": {{ event.n }}}', headers: { 'x-token': 'secret' } };
    return this.#post('/api/flows', 'flow', {
      name: 'Orders',
      definition: {
        triggers: [{ type: 'metric', id: metric }],
        entry_action_id: 'only',
        actions: [{ temporary_id: 'only', type: 'send-webhook', data: { message, status } }],
      },
    });
  }

  async #failedDelivery(): Promise<string> {
    const name = `Metric ${++count}`;
    const flow = await this.#flow(name, 'live');
    const live = { data: { type: 'flow', id: flow, attributes: { status: 'live' } } };
    await this.server.fetch('PATCH', `/api/flows/${flow}`, { body: live });
    await this.#post('/api/events', 'event', {
      properties: { n: 1 },
      metric: { data: { type: 'metric', attributes: { name } } },
      profile: { data: { type: 'profile', attributes: { email: `failed-${++count}@example.com` } } },
    });
    const failed = `/api/hookledger/queues/failed?filter=equals(flow_id,"${flow}")`;
    return eventually(`a delivery of ${flow} failed`, async () => (await this.server.get(failed)).data[0]?.id);
  }
}
