import {
  ApiKeySession,
  type EventCreateQueryV2ResourceObjectAttributes,
  EventsApi,
  type FlowDefinitionTriggersInner,
  FlowsApi,
  ListsApi,
  type ProfileCreateQueryResourceObjectAttributes,
  ProfilesApi,
} from 'klaviyo-api';
import { LEGACY_INVOICE, PRODUCT_INTEREST, WAREHOUSE_ORDER, WHOLESALE_WELCOME } from './bodies.js';
import { DemoFailure } from './demo-failure.js';
import type { DemoReceiver, DemoReceivers } from './receivers.js';
import { type Totals, totalsOf } from './totals.js';

/** What the demo's API key may do. */
export const SHOP_SCOPES = [
  ...['flows:read', 'flows:write', 'events:write', 'metrics:read', 'metrics:write'],
  ...['profiles:read', 'profiles:write', 'lists:read', 'lists:write', 'audit:read', 'deliveries:write'],
];

interface WebhookAction {
  receiver: DemoReceiver;
  path: string;
  name: string;
  body: string;
}

/** Northwind's shop: a client of hookledger by Klaviyo's own SDK, pointed at the demo's server. */
export class Shop {
  readonly #events: EventsApi;
  readonly #flows: FlowsApi;
  readonly #lists: ListsApi;
  readonly #profiles: ProfilesApi;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {
    const session = new ApiKeySession(key);
    this.#events = new EventsApi(session);
    this.#flows = new FlowsApi(session);
    this.#lists = new ListsApi(session);
    this.#profiles = new ProfilesApi(session);
    for (const api of [this.#events, this.#flows, this.#lists, this.#profiles]) api.basePath = url;
  }

  /** Makes a metric known before its first event, which Klaviyo's API has no call for. @returns its id */
  async createMetric(name: string): Promise<string> {
    const answer = await this.#fetch('/api/hookledger/metrics', { data: { type: 'metric', attributes: { name } } });
    return (answer as { data: { id: string } }).data.id;
  }

  /** @returns the profile's id */
  async createProfile(attributes: ProfileCreateQueryResourceObjectAttributes): Promise<string> {
    const what = `The profile ${attributes.externalId}`;
    const { body } = await told(what, this.#profiles.createProfile({ data: { type: 'profile', attributes } }));
    if (!body.data.id) throw new DemoFailure(`${what} was made, but the answer does not hold its id.`);
    return body.data.id;
  }

  /** @returns the list's id */
  async createList(name: string): Promise<string> {
    const created = this.#lists.createList({ data: { type: 'list', attributes: { name } } });
    return (await told(`The list '${name}'`, created)).body.data.id;
  }

  async addToList(listId: string, profileIds: readonly string[]): Promise<void> {
    const data = profileIds.map((id) => ({ type: 'profile' as const, id }));
    await told("The list's new members", this.#lists.addProfilesToList(listId, { data }));
  }

  /** Creates the demo's three flows and sets them live. */
  async createFlows(
    ids: { placedOrder: string; orderedProduct: string; wholesaleList: string },
    { warehouse, legacy, catalogue, partner }: DemoReceivers,
  ): Promise<void> {
    await this.#createFlow('Order confirmation', { type: 'metric', id: ids.placedOrder }, [
      { receiver: warehouse, path: '/orders', name: 'Tell the warehouse', body: WAREHOUSE_ORDER },
      { receiver: legacy, path: '/invoices', name: 'Tell accounting', body: LEGACY_INVOICE },
    ]);
    await this.#createFlow('Product interest', { type: 'metric', id: ids.orderedProduct }, [
      { receiver: catalogue, path: '/interests', name: 'Tell the catalogue', body: PRODUCT_INTEREST },
    ]);
    await this.#createFlow('Welcome to wholesale', { type: 'list', id: ids.wholesaleList }, [
      { receiver: partner, path: '/welcome', name: 'Tell the partner', body: WHOLESALE_WELCOME },
    ]);
  }

  async sendEvent(attributes: EventCreateQueryV2ResourceObjectAttributes): Promise<void> {
    const sent = this.#events.createEvent({ data: { type: 'event', attributes } });
    await told(`The event ${attributes.uniqueId}`, sent);
  }

  async totals(): Promise<Totals> {
    const answer = await this.#fetch('/api/hookledger/analytics');
    return totalsOf(answer);
  }

  async #createFlow(name: string, trigger: FlowDefinitionTriggersInner, webhooks: readonly WebhookAction[]) {
    const actions = webhooks.map(({ receiver, path, name: message, body }, index) => ({
      temporaryId: `action-${index + 1}`,
      type: 'send-webhook' as const,
      links: { next: index + 1 < webhooks.length ? `action-${index + 2}` : null },
      data: {
        status: 'live' as const,
        message: { name: message, url: receiver.url + path, headers: { 'x-shop': 'northwind' }, body },
      },
    }));
    const definition = { triggers: [trigger], actions, entryActionId: 'action-1' };
    const created = this.#flows.createFlow({ data: { type: 'flow', attributes: { name, definition } } });
    const { id } = (await told(`The flow '${name}'`, created)).body.data;
    const live = this.#flows.updateFlow(id, { data: { type: 'flow', id, attributes: { status: 'live' } } });
    await told(`The flow '${name}'`, live);
  }

  async #fetch(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Klaviyo-API-Key ${this.key}`,
        revision: '2026-07-15',
        ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new DemoFailure(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

/** The SDK's errors hold the whole request; people need the answer. */
async function told<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { response, message } = error as { response?: { status: number; data: unknown }; message: string };
    const reason = response === undefined ? message : `${response.status} ${JSON.stringify(response.data)}`;
    throw new DemoFailure(`${what} was refused: ${reason}`);
  }
}
