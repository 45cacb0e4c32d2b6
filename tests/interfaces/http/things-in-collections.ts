import type { ShiftedClock } from '../../support/shifted-clock.js';
import type { Document, RunningServer } from './running-server.js';

/** Whose collections have three things or more. */
export interface MadeThings {
  /** With three actions. */
  flow: string;
  /** In the list and in the segment. */
  profile: string;
  /** Each with three flows that it triggers. */
  metric: string;
  list: string;
  segment: string;
  /** With three variants. */
  item: string;
}

const NAMES = ['Beta orders', 'Alpha orders', 'Gamma returns'] as const;

/** Makes three of each thing that differ in whatever they can be filtered and sorted by, and at different times. */
export async function makeThings(server: RunningServer, clock: ShiftedClock): Promise<MadeThings> {
  async function send(method: string, path: string, data: object): Promise<string> {
    clock.advance(1_000);
    const response = await server.fetch(method, path, { body: { data } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? '' : (JSON.parse(text) as Document).data.id;
  }
  const post = (path: string, type: string, attributes: object, more: object = {}): Promise<string> =>
    send('POST', path, { type, attributes, ...more });
  const patch = (path: string, type: string, id: string, attributes: object): Promise<string> =>
    send('PATCH', `${path}/${id}`, { type, id, attributes });

  async function three(make: (name: string, index: number) => Promise<string>): Promise<[string, string, string]> {
    const ids: string[] = [];
    for (const [index, name] of NAMES.entries()) ids.push(await make(name, index));
    return ids as [string, string, string];
  }

  const [metric] = await three((name) => post('/api/hookledger/metrics', 'metric', { name }));
  const [list] = await three((name) => post('/api/lists', 'list', { name }));
  const [segment] = await three((name) => post('/api/segments', 'segment', { name }));

  const profiles = await three((name, index) =>
    post('/api/profiles', 'profile', {
      email: `${name.slice(0, 4)}@example.com`,
      phone_number: `+1555555010${index}`,
      external_id: name,
    }),
  );
  for (const id of [profiles[1], profiles[2], profiles[0]]) {
    await patch('/api/profiles', 'profile', id, { first_name: 'Ana' });
    for (const path of [`/api/lists/${list}/relationships/profiles`, `/api/hookledger/segments/${segment}/members`]) {
      await send('POST', path, [{ type: 'profile', id }]);
    }
  }

  const webhook = (temporary_id: string, next: string | null) => ({
    temporary_id,
    type: 'send-webhook',
    links: { next },
    data: { message: { name: temporary_id, url: 'https://localhost:1/', body: '{}' }, status: 'draft' },
  });
  const delay = {
    temporary_id: 'b',
    type: 'time-delay',
    links: { next: 'c' },
    data: { unit: 'days', value: 1, timezone: 'profile' },
  };
  const flowsOf = (trigger: object) =>
    three((name) =>
      post('/api/flows', 'flow', {
        name,
        definition: {
          triggers: [trigger],
          entry_action_id: 'a',
          actions: [webhook('a', 'b'), delay, webhook('c', null)],
        },
      }),
    );
  const flows = await flowsOf({ type: 'metric', id: metric });
  await flowsOf({ type: 'list', id: list });
  await flowsOf({ type: 'segment', id: segment });
  await patch('/api/flows', 'flow', flows[1], { status: 'manual' });
  await patch('/api/flows', 'flow', flows[0], { status: 'live' });
  for (const { id, attributes } of (await server.get(`/api/flows/${flows[0]}/flow-actions`)).data.slice(0, 1)) {
    const { definition } = attributes as { definition: { data: object } };
    const disabled = { ...definition, data: { ...definition.data, status: 'disabled' } };
    await patch('/api/flow-actions', 'flow-action', id, { definition: disabled });
  }

  const described = (title: string) => ({
    title,
    external_id: title.slice(0, 4),
    description: title,
    url: 'https://shop.example.com/',
    published: title !== NAMES[1],
  });
  const [item] = await three((name) => post('/api/catalog-items', 'catalog-item', described(name)));
  await three((name, index) =>
    post(
      '/api/catalog-variants',
      'catalog-variant',
      { ...described(name), sku: `SKU-${index}`, price: 1, inventory_quantity: 1 },
      { relationships: { item: { data: { type: 'catalog-item', id: item } } } },
    ),
  );
  return { flow: flows[0], profile: profiles[0], metric, list, segment, item };
}
