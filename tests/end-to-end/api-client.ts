import { ApiKeySession, EventsApi, FlowsApi, RetryWithExponentialBackoff } from 'klaviyo-api';

/** The part of a JSON:API answer that the tests read. */
interface Answered {
  data: { id: string; attributes: { totals: Record<'requested' | 'succeeded' | 'failed' | 'skipped', number> } };
}

/** What the tests ask of a running server: Klaviyo's part through Klaviyo's SDK, the rest by fetch. */
export class ApiClient {
  readonly flows: FlowsApi;
  readonly events: EventsApi;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {
    const session = new ApiKeySession(key, new RetryWithExponentialBackoff({ retryCodes: [], numRetries: 1 }));
    this.flows = new FlowsApi(session);
    this.events = new EventsApi(session);
    for (const api of [this.flows, this.events]) api.basePath = url;
  }

  /** Makes the metric known, and a live flow on it that posts each event to each of the URLs. @returns the flow's id */
  async liveFlow(metricName: string, urls: readonly string[]): Promise<string> {
    const metric = await this.ask('POST', '/api/hookledger/metrics', {
      data: { type: 'metric', attributes: { name: metricName } },
    });
    const actions = urls.map((url, index) => ({
      temporary_id: `action-${index}`,
      type: 'send-webhook',
      links: { next: index + 1 < urls.length ? `action-${index + 1}` : null },
      data: {
        status: 'live',
        message: {
          name: `Webhook ${index}`,
          url,
          headers: {},
          body: '{"event": "{{ event.n }}", "to": "{{ person.email }}"}',
        },
      },
    }));
    const created = await this.ask('POST', '/api/flows', {
      data: {
        type: 'flow',
        attributes: {
          name: `On ${metricName}`,
          definition: {
            triggers: [{ type: 'metric', id: metric.data.id }],
            entry_action_id: 'action-0',
            actions,
          },
        },
      },
    });
    await this.ask('PATCH', `/api/flows/${created.data.id}`, {
      data: { type: 'flow', id: created.data.id, attributes: { status: 'live' } },
    });
    return created.data.id;
  }

  /** @throws where the answer isn't 202 */
  async sendEvent(metricName: string, uniqueId: string, properties: object): Promise<void> {
    await this.events.createEvent({
      data: {
        type: 'event',
        attributes: {
          properties,
          uniqueId,
          metric: { data: { type: 'metric', attributes: { name: metricName } } },
          profile: { data: { type: 'profile', attributes: { email: `${uniqueId}@example.com` } } },
        },
      },
    });
  }

  /** Counts of all deliveries by status. */
  async totals(): Promise<Record<'requested' | 'succeeded' | 'failed' | 'skipped', number>> {
    const { data } = await this.ask('GET', '/api/hookledger/analytics');
    return data.attributes.totals;
  }

  async ask(method: string, path: string, body?: object): Promise<Answered> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Klaviyo-API-Key ${this.key}`,
        revision: '2026-07-15',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answered;
  }
}
