import { join } from 'node:path';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SealingEventStore } from '../../src/infrastructure/security/sealing-event-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TEST_VAULT } from '../support/test-vault.js';
import { describeEventStoreContract } from './event-store-contract.js';

describeEventStoreContract('SQLite', async () => {
  const folder = temporaryFolder();
  return {
    open: async (options) => SqliteEventStore.open(join(folder.path, 'events.db'), options),
    remove: async () => folder.remove(),
  };
});

describeEventStoreContract('SQLite, sealed', async () => {
  const folder = temporaryFolder();
  return {
    open: async (options) =>
      new SealingEventStore(SqliteEventStore.open(join(folder.path, 'events.db'), options), TEST_VAULT),
    remove: async () => folder.remove(),
  };
});
