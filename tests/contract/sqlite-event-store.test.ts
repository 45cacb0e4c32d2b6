import { join } from 'node:path';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeEventStoreContract } from './event-store-contract.js';

describeEventStoreContract('SQLite', async () => {
  const folder = temporaryFolder();
  return {
    open: async (options) => SqliteEventStore.open(join(folder.path, 'events.db'), options),
    remove: async () => folder.remove(),
  };
});
