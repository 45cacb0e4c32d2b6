import { join } from 'node:path';
import { expect } from 'chai';
import type { NewEvent, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { KeysUnusable } from '../../../src/application/ports/vault.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { KeyVault } from '../../../src/infrastructure/security/key-vault.js';
import { SealingEventStore } from '../../../src/infrastructure/security/sealing-event-store.js';
import { rejection } from '../../contract/rejection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { newKeyRing } from '../../support/test-vault.js';

const ACTION = { flowId: 'f', revision: 1, name: 'n', url: 'https://example.com/', body: '{}' };
const PERSON = { profileId: 'ana', actionId: 'a', flowId: 'f' };

/** One of each that holds something to be sealed: what stands in the place of the secret, and after forgetting. */
const CASES: readonly [stream: string, type: string, data: object, forgotten: object | undefined][] = [
  ['webhook-action-a', 'WebhookActionConfigured', { ...ACTION, headers: { 'x-key': 'planted' } }, undefined],
  ['profile-ana', 'ProfileCreated', { attributes: { email: 'planted' } }, { attributes: {} }],
  [
    'profile-ana',
    'ProfileChanged',
    { attributes: { first_name: 'planted' }, removedProperties: ['planted'] },
    { attributes: {}, removedProperties: [] },
  ],
  [
    'trigger-t',
    'TriggerReceived',
    { profileId: 'ana', kind: 'metric', properties: { what: 'planted' }, uniqueId: 'planted' },
    { profileId: 'ana', kind: 'metric', properties: {}, uniqueId: '«forgotten»' },
  ],
  ['delivery-d', 'DeliveryRequested', { ...PERSON, body: '"planted"' }, { ...PERSON, body: '«forgotten»' }],
  [
    'delivery-d',
    'DeliverySucceeded',
    { ...PERSON, statusCode: 200, responseBody: 'planted' },
    { ...PERSON, statusCode: 200, responseBody: '«forgotten»' },
  ],
  [
    'delivery-d',
    'DeliveryAttemptFailed',
    { ...PERSON, outcome: { kind: 'answer', statusCode: 503, responseBody: 'planted' } },
    { ...PERSON, outcome: { kind: 'answer', statusCode: 503, responseBody: '«forgotten»' } },
  ],
];
/** Nothing in them is secret, so they are stored as they are. */
const CLEAR: readonly [stream: string, type: string, data: object][] = [
  ['delivery-d', 'DeliveryRequested', { ...PERSON, body: null }],
  ['delivery-d', 'DeliverySucceeded', { actionId: 'a', flowId: 'f', statusCode: 200 }],
  ['delivery-d', 'DeliveryAttemptFailed', { actionId: 'a', flowId: 'f', outcome: { kind: 'no-answer', error: 'dns' } }],
  ['metric-m', 'MetricCreated', { name: 'Placed Order' }],
];

describe('The sealing event store', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let inner: SqliteEventStore;
  let vault: KeyVault;
  let store: SealingEventStore;

  beforeEach(async () => {
    folder = temporaryFolder();
    inner = SqliteEventStore.open(join(folder.path, 'events.db'));
    vault = new KeyVault(await newKeyRing());
    store = new SealingEventStore(inner, vault);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const event = (type: string, data: object): NewEvent => ({
    id: crypto.randomUUID(),
    type,
    data,
    metadata: {
      correlationId: 'c',
      causationId: 'c',
      actor: { kind: 'cli', id: 'test', name: 'test' },
      time: '2026-01-01T00:00:00.000Z',
      schemaVersion: 1,
    },
  });
  const stored = async (): Promise<RecordedEvent[]> => (await Array.fromAsync(inner.readAll())).flat();

  it('stores nothing in clear that is secret, and reads it as it was, by each way of reading', async () => {
    for (const [stream, type, data] of CASES) await store.append(stream, 'any', [event(type, data)]);
    const sealed = await stored();
    expect(JSON.stringify(sealed)).not.to.include('planted');
    expect(sealed.map(({ data }) => '$sealed' in data)).to.deep.equal(CASES.map(() => true));
    const expected = CASES.map(([, , data]) => data);
    const data = (events: readonly RecordedEvent[]) => events.map((event) => event.data);
    expect(data((await Array.fromAsync(store.readAll())).flat())).to.deep.equal(expected);
    const signal = AbortSignal.timeout(10_000);
    for await (const { events } of store.subscribe({ signal })) {
      expect(data(events)).to.deep.equal(expected);
      break;
    }
    const read = data(await store.readStream('profile-ana'));
    expect(read).to.deep.equal(CASES.filter(([stream]) => stream === 'profile-ana').map(([, , its]) => its));
  });

  it('leaves everything else as it is', async () => {
    for (const [stream, type, data] of CLEAR) await store.append(stream, 'any', [event(type, data)]);
    expect((await stored()).map(({ data }) => data)).to.deep.equal(CLEAR.map(([, , data]) => data));
  });

  it('opens what was sealed before the keys were rotated', async () => {
    const keys = await newKeyRing();
    store = new SealingEventStore(inner, new KeyVault(keys));
    const [stream, type, data] = CASES[0] as (typeof CASES)[0];
    await store.append(stream, 'any', [event(type, data)]);
    await keys.rotate();
    await store.append(stream, 'any', [event(type, data)]);
    expect((await store.readStream(stream)).map((one) => one.data)).to.deep.equal([data, data]);
    const [one, two] = (await stored()).map((of) => (of.data as { $sealed: string }).$sealed.split('.')[1]);
    expect(one).not.to.equal(two);
  });

  it('reads what was forgotten as such, and keeps nothing more of the profile, while others stay readable', async () => {
    for (const [stream, type, data] of CASES) await store.append(stream, 'any', [event(type, data)]);
    const other = { attributes: { email: 'other' } };
    await store.append('profile-bea', 'any', [event('ProfileCreated', other)]);
    await vault.forget('ana');
    const late = { ...PERSON, statusCode: 200, responseBody: 'planted' };
    await store.append('delivery-d', 'any', [event('DeliverySucceeded', late)]);
    const read = (await Array.fromAsync(store.readAll())).flat().map(({ data }) => data);
    expect(read).to.deep.equal([
      ...CASES.map(([, , data, forgotten]) => forgotten ?? data),
      other,
      { ...late, responseBody: '«forgotten»' },
    ]);
    expect((await stored()).at(-1)?.data).to.include({ $sealed: 'profile.ana.' });
  });

  it('refuses an event that was moved to another place, and says what is wrong without its keys', async () => {
    const [one, two] = [event('ProfileCreated', { attributes: { email: 'one' } }), event('ProfileChanged', {})];
    await store.append('profile-ana', 'any', [one]);
    const [first] = await stored();
    await inner.append('profile-ana', 'any', [{ ...two, data: first?.data as object }]);
    expect((await rejection(store.readStream('profile-ana'), KeysUnusable)).message).to.include(`the event ${two.id}`);
    const keyless = new SealingEventStore(inner, new KeyVault(await newKeyRing()));
    expect((await rejection(keyless.readStream('profile-ana'), KeysUnusable)).message).to.equal(
      'The key of the profile ana is missing; restore the keys that belong to this event store.',
    );
  });
});
