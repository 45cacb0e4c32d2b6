import { expect } from 'chai';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import {
  type EventStoreServerProcess,
  startEventStoreServerProcess,
} from '../support/event-store-server/event-store-server-process.js';
import { eventually } from '../support/eventually.js';
import { Installation } from '../support/installation.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';
import type { ServerProcess } from '../support/server-process.js';
import { ApiClient } from './api-client.js';

const SCOPES =
  'flows:write,flows:read,events:write,metrics:write,profiles:write,profiles:read,segments:write,segments:read,catalogs:write,audit:read';
const PROFILES = 30;

/** A part of a millisecond, in days: an action is suspended by its second failed attempt. */
const SUSPENDED_AT_ONCE = '1e-12';

interface Shown {
  id: string;
  attributes: Record<string, unknown>;
}

/** What one process knows by being the only one has to hold over EventStoreDB, PostgreSQL and several processes too. */
describe('Flows and all that starts them, over an event store server, PostgreSQL and several processes', function () {
  this.timeout(120_000);
  let eventStore: EventStoreServerProcess;
  let installation: Installation;
  let receiver: Receiver;
  /** Processes of every role, by the name that PostgreSQL knows their connections by. */
  const processes = new Map<string, ServerProcess>();
  let clients: readonly ApiClient[];
  let key: string;

  before(async () => {
    eventStore = await startEventStoreServerProcess();
    installation = await Installation.make({
      HOOKLEDGER_EVENT_STORE: eventStore.url,
      HOOKLEDGER_RETRY_SCALE: '0',
      HOOKLEDGER_SUSPEND_AFTER: SUSPENDED_AT_ONCE,
    });
    receiver = await startReceiver({
      ca: installation.ca,
      answer: ({ path }) => ({ status: path === '/down' ? 503 : 200 }),
      keepRequests: 10_000,
    });
    key = await installation.apiKey(SCOPES);
    await Promise.all([startNamed('one'), startNamed('two')]);
    clients = [...processes.values()].map(({ url }) => new ApiClient(url, key));
  });
  after(async () => {
    await installation.remove();
    await eventStore.end();
    await receiver.close();
  });

  const startNamed = async (name: string): Promise<ServerProcess> => {
    const url = `${installation.env.HOOKLEDGER_READ_MODELS}&application_name=${name}`;
    const started = await installation.start(['api', 'worker', 'projector'], { HOOKLEDGER_READ_MODELS: url });
    processes.set(name, started);
    return started;
  };

  /** The name of the process that does this work. */
  const leaderOf = async (work: string): Promise<string | undefined> => {
    const client = new pg.Client({ connectionString: installation.env.HOOKLEDGER_READ_MODELS });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>(
        `select application_name as name from pg_locks join pg_stat_activity using (pid)
          where locktype = 'advisory' and granted and objid = hashtext($1)::bigint & 4294967295`,
        [work],
      );
      return rows[0]?.name;
    } finally {
      await client.end();
    }
  };

  const client = (n = 0): ApiClient => clients[n % clients.length] as ApiClient;
  const ask = async (method: string, path: string, data?: object, by = client()): Promise<Shown & Shown[]> =>
    (await by.ask(method, path, data && { data })).data as unknown as Shown & Shown[];
  const at = (path: string): readonly ReceivedRequest[] => receiver.requests.filter((request) => request.path === path);

  /** How many different webhooks came there about each `n`. */
  const timesOf = (...paths: string[]): ReadonlyMap<number, number> => {
    const idsOf = new Map<number, Set<string>>();
    for (const { body, webhookId } of paths.flatMap(at)) {
      const { n } = JSON.parse(body) as { n: number };
      idsOf.set(n, (idsOf.get(n) ?? new Set()).add(webhookId));
    }
    return new Map([...idsOf].map(([n, ids]) => [n, ids.size]));
  };

  const webhook = (path: string, next: string | null = null, body = '{"n": {{ event.n }}}') => ({
    temporary_id: path,
    type: 'send-webhook',
    links: { next },
    data: { status: 'live', message: { name: path, url: receiver.url + path, body } },
  });
  const isGold = {
    condition_groups: [
      {
        conditions: [
          {
            type: 'profile-property',
            property: "properties['tier']",
            filter: { type: 'string', operator: 'equals', value: 'gold' },
          },
        ],
      },
    ],
  };
  const liveFlow = async (trigger: object, entry: string, actions: readonly object[]): Promise<string> => {
    const definition = { triggers: [trigger], entry_action_id: entry, actions };
    const { id } = await ask('POST', '/api/flows', { type: 'flow', attributes: { name: 'A flow', definition } });
    await ask('PATCH', `/api/flows/${id}`, { type: 'flow', id, attributes: { status: 'live' } });
    return id;
  };
  const metric = async (name: string): Promise<{ type: string; id: string }> => {
    const { id } = await ask('POST', '/api/hookledger/metrics', { type: 'metric', attributes: { name } });
    return { type: 'metric', id };
  };
  const profile = (n: number, tier: string, by = client(n)) =>
    ask(
      'POST',
      '/api/profiles',
      { type: 'profile', attributes: { email: `p${n}@example.com`, properties: { tier } } },
      by,
    );
  const report = (metricName: string, n: number, properties: object = { n }): Promise<void> =>
    eventually(`event ${n} is taken`, async () => {
      const attributes = {
        properties,
        unique_id: `${metricName} ${n}`,
        metric: { data: { type: 'metric', attributes: { name: metricName } } },
        profile: { data: { type: 'profile', attributes: { email: `p${n}@example.com` } } },
      };
      try {
        await ask('POST', '/api/events', { type: 'event', attributes }, client(n));
        return true;
      } catch (error) {
        if (/answered 503/.test(String(error))) return false;
        throw error;
      }
    }).then(() => {});

  it('go on after a delay, each profile once, though the process that lets them was killed while they waited', async () => {
    await liveFlow(await metric('Placed Order'), '/first', [
      webhook('/first', 'delay'),
      {
        temporary_id: 'delay',
        type: 'time-delay',
        links: { next: 'split' },
        data: { unit: 'seconds', value: 1 },
      },
      {
        temporary_id: 'split',
        type: 'conditional-split',
        links: { next_if_true: '/gold', next_if_false: '/others' },
        data: { profile_filter: isGold },
      },
      webhook('/gold'),
      webhook('/others'),
    ]);
    const numbers = Array.from({ length: PROFILES }, (_, n) => n);
    await Promise.all(numbers.map((n) => profile(n, n % 2 === 0 ? 'gold' : 'silver')));
    await Promise.all(numbers.map((n) => report('Placed Order', n)));
    await eventually('the first ones go on', () => at('/gold').length + at('/others').length > 0);
    const leader = (await leaderOf('journeys')) as string;
    await processes.get(leader)?.end('SIGKILL');
    processes.delete(leader);
    await startNamed('three');
    clients = [...processes.values()].map(({ url }) => new ApiClient(url, key));
    await eventually('all went on', () => timesOf('/gold', '/others').size === PROFILES).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await installation.standing()}`);
    });
    const once = new Map(numbers.map((n) => [n, 1]));
    expect(timesOf('/first')).to.deep.equal(once);
    expect(timesOf('/gold', '/others')).to.deep.equal(once);
    expect([...timesOf('/gold').keys()].every((n) => n % 2 === 0)).to.equal(true);
  });

  it('find the members of a segment by its definition, while profiles change in another process', async () => {
    const ids = new Map<number, string>();
    const numbers = Array.from({ length: PROFILES }, (_, n) => 1_000 + n);
    for (const { n, id } of await Promise.all(
      numbers.map(async (n) => ({ n, id: (await profile(n, n % 2 === 0 ? 'gold' : 'silver')).id })),
    )) {
      ids.set(n, id);
    }
    const tierOf = (n: number): string => (n % 3 === 0 ? 'gold' : 'silver');
    const [segment] = await Promise.all([
      ask('POST', '/api/segments', { type: 'segment', attributes: { name: 'Gold', definition: isGold } }),
      ...numbers.map((n) => {
        const data = { type: 'profile', id: ids.get(n), attributes: { properties: { tier: tierOf(n) } } };
        return ask('PATCH', `/api/profiles/${ids.get(n)}`, data, client(1));
      }),
    ]);
    const members = async (): Promise<string[]> => {
      const found = await ask('GET', `/api/segments/${segment.id}/profiles?page[size]=100`);
      return found.map(({ id }) => id).filter((id) => [...ids.values()].includes(id));
    };
    const expected = numbers.filter((n) => tierOf(n) === 'gold').map((n) => ids.get(n) as string);
    await eventually('those are in who are meant', async () => {
      const found = await members();
      return found.length === expected.length && expected.every((id) => found.includes(id));
    });
  });

  it('start for whoever looked at a product when its price drops', async () => {
    const attributes = { external_id: 'CHAI', title: 'Chai', description: '', url: 'https://shop.example.com/chai' };
    const item = { type: 'catalog-item', attributes: { ...attributes, price: 20 } };
    const { id } = await ask('POST', '/api/catalog-items', item);
    await metric('Viewed Product');
    for (const n of [2_001, 2_002]) await report('Viewed Product', n, { ProductID: 'CHAI' });
    const trigger = { type: 'price-drop', price_drop_amount_value: 5, audience: ['viewed'] };
    await liveFlow(trigger, '/drop', [webhook('/drop', null, '{"n": {{ event.Price }}, "to": "{{ person.email }}"}')]);
    const path = `/api/catalog-items/${encodeURIComponent(id)}`;
    for (const price of [16, 11, 20]) {
      await ask('PATCH', path, { type: 'catalog-item', id, attributes: { price } }, client(price));
    }
    await eventually('both are told', () => new Set(at('/drop').map(({ webhookId }) => webhookId)).size >= 2);
    const told = new Map(at('/drop').map(({ webhookId, body }) => [webhookId, body]));
    expect([...told.values()].sort()).to.deep.equal([
      '{"n": 11, "to": "p2001@example.com"}',
      '{"n": 11, "to": "p2002@example.com"}',
    ]);
  });

  it('are suspended where nobody answers, and subscribers are told of it, signed', async () => {
    const feed = await ask('POST', '/api/hookledger/feed-subscriptions', {
      type: 'feed-subscription',
      attributes: { name: 'On-call', url: `${receiver.url}/feed`, events: ['delivery.failed', 'action.suspended'] },
    });
    const secret = feed.attributes.secret as string;
    const flowId = await liveFlow(await metric('Cancelled Order'), '/down', [webhook('/down')]);
    await report('Cancelled Order', 3_000);
    await eventually('both are told', () => new Set(at('/feed').map(({ webhookId }) => webhookId)).size === 2);
    const told = at('/feed').map(({ body, headers }) => {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return JSON.parse(body) as { type: string; data: Record<string, unknown> };
    });
    expect(told.map(({ type }) => type)).to.have.members(['action.suspended', 'delivery.failed']);
    expect(told.every(({ data }) => data.flow_id === flowId)).to.equal(true);
    expect(told.find(({ type }) => type === 'delivery.failed')?.data).to.deep.include({ attempts: 18, code: '503' });
    const [action] = await ask('GET', `/api/flows/${flowId}/flow-actions`);
    expect(action?.attributes.definition).to.have.nested.property('data.status', 'disabled');
  });
});
