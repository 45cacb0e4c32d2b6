import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { EventStoreServer } from '../support/event-store-server/event-store-server.js';
import { describeEventStoreContract } from './event-store-contract.js';

describe('EventStoreDB', () => {
  let server: EventStoreServer;
  before(async () => {
    server = await EventStoreServer.start();
  });
  after(() => server.stop());

  // One server for all, as it is in life; each set of data is apart by its names.
  describeEventStoreContract('EventStoreDB, over the wire', async () => dataAt(() => server.url), { atomic: false });

  const real = process.env.HOOKLEDGER_TEST_ESDB;
  if (real !== undefined && real !== '') {
    describeEventStoreContract('EventStoreDB, a real server', async () => dataAt(() => real), { atomic: false });
  }
});

function dataAt(url: () => string) {
  const prefix = `hookledger_test${randomUUID().replaceAll('-', '')}.`;
  return {
    open: async (options = {}) => EventStoreDbEventStore.open(url(), { ...options, prefix }),
    // The server keeps it, under names that nobody uses again.
    remove: async () => {},
  };
}
