import { expect } from 'chai';
import { EventStoreDbEventStore } from '../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { newEvents } from '../../contract/new-event.js';
import { startEventStoreServerProcess } from './event-store-server-process.js';

describe('The event store server of the tests, as a process', () => {
  it('keeps its data while it drops connections', async () => {
    const server = await startEventStoreServerProcess();
    const store = EventStoreDbEventStore.open(server.url, { backOff: { firstMs: 2, mostMs: 40 } });
    try {
      await store.append('a', 'no-stream', newEvents(3));
      server.dropConnections();
      expect((await store.append('a', 2, newEvents(1))).revision).to.equal(3);
      expect(await store.readStream('a')).to.have.lengthOf(4);
    } finally {
      await store.close();
      await server.end();
    }
  });
});
