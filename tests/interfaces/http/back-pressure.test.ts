import { expect } from 'chai';
import { TOKENS } from '../../../src/container.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
const profile = { data: { type: 'profile', attributes: { email: 'ana@example.com' } } };
const EVENT = { data: { type: 'event', attributes: { properties: {}, metric, profile, unique_id: 'order-1' } } };
const EVENTS = {
  data: {
    type: 'event-bulk-create-job',
    attributes: {
      'events-bulk-create': {
        data: [
          {
            type: 'event-bulk-create',
            attributes: { profile, events: { data: [{ type: 'event', attributes: { properties: {}, metric } }] } },
          },
        ],
      },
    },
  },
};

describe('A server on which too much waits', () => {
  // It stands still, so that nothing is taken from the queue that the test fills.
  const clock = new ManualClock('2026-01-01T00:00:00.000Z');
  let server: RunningServer;
  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_MAX_BACKLOG: '2' }, clock });
  });
  after(() => server.stop());

  const db = () => server.container.get(TOKENS.ReadModelDatabase).writer;
  const wait = (from: number, to: number, claimable_at: number) =>
    db()
      .insertInto('delivery_queue')
      .values(
        Array.from({ length: to - from }, (_, index) => ({
          delivery_id: `waiting-${from + index}`,
          action_id: 'action',
          origin: 'https://example.com',
          due_at: claimable_at,
          claimable_at,
          leased_by: null,
        })),
      )
      .execute();
  const send = (path: string, body: object) => server.fetch('POST', path, { body });
  const received = async () =>
    (await Array.fromAsync(server.eventStore.readAll())).flat().filter(({ type }) => type === 'TriggerReceived').length;
  const backlog = async () =>
    /^hookledger_backlog (\S+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1];

  it('takes no events until less waits, and records nothing of those it refuses', async () => {
    await wait(0, 2, clock.now());
    await wait(2, 9, clock.now() + 3_600_000);
    expect((await send('/api/events', EVENT)).status, 'two may wait, and what is due later does not count').to.equal(
      202,
    );
    expect(await received()).to.equal(1);

    await wait(9, 10, clock.now());
    clock.advance(1_000);
    expect(await backlog()).to.equal('3');
    for (const [path, body] of [
      ['/api/events', { data: { ...EVENT.data, attributes: { ...EVENT.data.attributes, unique_id: 'order-2' } } }],
      ['/api/event-bulk-create-jobs', EVENTS],
    ] as const) {
      const refused = await send(path, body);
      expect(refused.status, path).to.equal(429);
      expect(refused.headers.get('retry-after')).to.equal('5');
      expect(((await refused.json()) as Document).errors[0]).to.deep.include({ status: 429, code: 'throttled' });
    }
    expect(await received()).to.equal(1);
    expect((await server.fetch('GET', '/api/metrics')).status, 'everything else goes on').to.equal(200);

    await db().deleteFrom('delivery_queue').where('delivery_id', '=', 'waiting-9').execute();
    clock.advance(1_000);
    expect((await send('/api/event-bulk-create-jobs', EVENTS)).status).to.equal(202);
    expect(await received()).to.equal(2);
  });
});
