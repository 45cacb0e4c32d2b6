import { expect } from 'chai';
import fc from 'fast-check';
import {
  BEFORE_ALL,
  type EventBatch,
  EventStoreUnusable,
  type RecordedEvent,
} from '../../../../src/application/ports/event-store.js';
import type { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { eventOfVersion, newEvent, newEvents } from '../../../contract/new-event.js';
import { rejection } from '../../../contract/rejection.js';
import type { EventStoreServer } from '../../../support/event-store-server/event-store-server.js';
import type { Refusal } from '../../../support/event-store-server/faults.js';
import { eventually } from '../../../support/eventually.js';
import { Opened } from './opened.js';

describe('Subscriptions to EventStoreDB', () => {
  const opened = new Opened();
  let server: EventStoreServer;
  let store: EventStoreDbEventStore;
  beforeEach(async () => {
    server = await opened.server();
    store = opened.store(server.url);
  });
  afterEach(() => opened.end());

  /** Follows until the test is over. */
  const follow = (by: EventStoreDbEventStore, options: { after?: number; batchSize?: number } = {}) => {
    const seen: RecordedEvent[] = [];
    const ended = new AbortController();
    const reading = (async () => {
      for await (const { events } of by.subscribe({ ...options, signal: ended.signal })) seen.push(...events);
    })();
    return {
      seen,
      reading,
      end: async (): Promise<void> => {
        ended.abort();
        await reading;
      },
    };
  };
  const everything = async (): Promise<RecordedEvent[]> => (await Array.fromAsync(store.readAll())).flat();

  it('have no gap and no double while connections are dropped at random, and the server restarts', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ what: fc.constant('append' as const), count: fc.integer({ min: 1, max: 4 }) }),
      },
      { weight: 2, arbitrary: fc.record({ what: fc.constant('drop' as const), count: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const), count: fc.constant(0) }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant('look' as const), count: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.integer({ min: 1, max: 5 }), async (steps, batchSize) => {
        const after = await store.headPosition();
        const other = opened.store(server.url);
        const followed = [follow(store, { after, batchSize }), follow(other, { after })];
        const appending: Promise<unknown>[] = [];
        for (const { what, count } of steps) {
          if (what === 'append') appending.push(store.append('a', 'any', newEvents(count)));
          else if (what === 'drop') await server.dropConnections();
          else if (what === 'restart') {
            await server.stop();
            await server.start();
          } else await other.headPosition();
        }
        await Promise.all(appending);
        const { position } = await store.append('end', 'any', newEvents(1));
        const all = (await Array.fromAsync(store.readAll({ after }))).flat();
        for (const { seen, end } of followed) {
          await eventually('the last event', () => (seen.at(-1)?.position ?? BEFORE_ALL) >= position);
          await end();
          expect(seen).to.deep.equal(all);
        }
        await other.close();
      }),
      { numRuns: 25 },
    );
  });

  it('have no gap and no double while the connection is dropped in the midst of many events', async () => {
    const events = newEvents(3_000);
    for (let from = 0; from < events.length; from += 500)
      await store.append('a', from - 1, events.slice(from, from + 500));
    const { seen, end } = follow(store, { batchSize: 50 });
    for (let drops = 1; drops <= 8; drops++) {
      await eventually('some more', () => seen.length >= drops * 200);
      await server.dropConnections();
    }
    await eventually('all of them', () => seen.length >= events.length);
    await end();
    expect(seen.map(({ id }) => id)).to.deep.equal(events.map(({ id }) => id));
  });

  for (const refusal of ['unavailable', 'not-leader', 'timeout'] satisfies Refusal[]) {
    it(`are made again: ${refusal}`, async () => {
      server.faults.refuse(refusal, { of: ['subscription'], times: 3 });
      const { seen, end } = follow(store);
      await store.append('a', 'no-stream', newEvents(2));
      await eventually('both', () => seen.length === 2);
      await end();
    });
  }

  it('go on when the server was away for longer than any call may take', async () => {
    const hurried = opened.store(server.url, { deadlineMs: 100 });
    const { seen, end } = follow(hurried);
    await store.append('a', 'no-stream', newEvents(1));
    await eventually('the first', () => seen.length === 1);
    await server.stop();
    for (let times = 0; times < 3; times++) await rejection(hurried.headPosition(), EventStoreUnusable);
    await server.start();
    await store.append('a', 0, newEvents(1));
    await eventually('the second', () => seen.length === 2);
    await end();
    expect(seen).to.deep.equal(await everything());
  });

  it('go on when the cluster changes its leader, and when the old one goes', async () => {
    const other = await opened.server({ log: server.log });
    const nodes = [server, other];
    const lead = (leader: EventStoreServer): void => {
      for (const node of nodes) {
        node.members = nodes;
        node.leader = { address: '127.0.0.1', port: leader.port };
      }
    };
    lead(server);
    const cluster = opened.store(`esdb://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`);
    const { seen, end } = follow(cluster);
    for (let n = 0; n < 6; n++) {
      if (n === 2) lead(other);
      if (n === 4) await server.stop();
      await cluster.append('a', n - 1, newEvents(1));
      await eventually('the event', () => seen.length === n + 1);
    }
    await end();
    expect(seen.map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('are made again where the server does not answer at all', async () => {
    const release = server.faults.hold();
    const hurried = opened.store(server.url, { deadlineMs: 100 });
    const { seen, end } = follow(hurried);
    await rejection(hurried.headPosition(), EventStoreUnusable);
    release();
    await store.append('a', 'no-stream', newEvents(1));
    await eventually('the event', () => seen.length === 1);
    await end();
  });

  it('resume at the checkpoint, past what others wrote meanwhile', async () => {
    const { seen, end } = follow(store);
    await store.append('a', 'no-stream', newEvents(1));
    await eventually('the first', () => seen.length === 1);
    const foreign = () => ({
      ...newEvent(),
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: Buffer.from('{}'),
    });
    for (let n = 0; n < 2_500; n++) server.log.append('foreign-stream', 'any', [foreign()]);
    const checkpointed = (server.log.events[2_000] as { position: number }).position;
    // What was sent before is there by the time that this is answered.
    await store.append('a', 0, newEvents(1));
    await eventually('the second', () => seen.length === 2);
    const begun = server.subscribedAfter.length;
    await server.dropConnections();
    await eventually('another subscription', () => server.subscribedAfter.length > begun);
    expect(server.subscribedAfter.at(-1)).to.be.greaterThan(checkpointed);
    await store.append('a', 1, newEvents(1));
    await eventually('the third', () => seen.length === 3);
    await end();
  });

  it('take no more from the server than they hold, while nobody takes from them', async () => {
    const data = { text: 'x'.repeat(10_000) };
    const total = 3_000;
    for (let from = 0; from < total; from += 60) await store.append('a', from - 1, newEvents(60, { data }));
    const batches = store.subscribe({ signal: new AbortController().signal, batchSize: 10 })[Symbol.asyncIterator]();
    const seen: RecordedEvent[] = [...((await batches.next()).value as EventBatch).events];
    // The server is stopped by a full window well before its 30 MB are through; so is the store.
    await eventually('a standstill', async () => {
      const { sent } = server;
      await store.headPosition();
      await store.headPosition();
      return sent === server.sent;
    });
    expect(server.sent).to.be.lessThan(total / 2);
    while (seen.length < total) seen.push(...((await batches.next()).value as EventBatch).events);
    await batches.return?.();
    expect(seen.map(({ revision }) => revision)).to.deep.equal(Array.from({ length: total }, (_, index) => index));
  });

  it('never give what is not ours', async () => {
    const neighbour = opened.store(server.url, { prefix: 'neighbour.' });
    const { seen, end } = follow(store, { batchSize: 3 });
    for (let n = 0; n < 20; n++) {
      await neighbour.append(`s-${n}`, 'no-stream', newEvents(1));
      await store.append(`s-${n}`, 'no-stream', newEvents(1));
    }
    server.log.delete('hookledger.s-1');
    server.log.tombstone('hookledger.s-2');
    await store.append('s-20', 'no-stream', newEvents(1));
    await eventually('all of ours', () => seen.length === 21);
    await end();
    expect(seen.map(({ stream }) => stream)).to.deep.equal(Array.from({ length: 21 }, (_, n) => `s-${n}`));
    expect(server.log.events.some(({ stream }) => stream.startsWith('$'))).to.equal(true);
  });

  it('end with what is not known here, behind what is', async () => {
    const { seen, reading } = follow(store, { batchSize: 1 });
    reading.catch(() => {});
    await store.append('a', 'no-stream', newEvents(2));
    await eventually('both', () => seen.length === 2);
    await store.append('a', 1, [eventOfVersion(9, 'Renamed', {})]);
    const { message } = await rejection(reading, EventStoreUnusable);
    expect(message).to.match(/version 9/);
    expect(seen).to.have.lengthOf(2);
  });
});
