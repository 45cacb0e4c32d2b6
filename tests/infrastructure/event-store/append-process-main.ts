import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { newEvent } from '../../contract/new-event.js';

/** A process of its own that appends single events: `PATH STREAM COUNT`. */
const [path, stream, count] = process.argv.slice(2) as [string, string, string];
const store = SqliteEventStore.open(path);
for (let n = 0; n < Number(count); n++) await store.append(stream, 'any', [newEvent()]);
await store.close();
