import { once } from 'node:events';
import { AS_STORED } from '../../application/ports/upcaster.js';
import { readSettings } from '../../settings.js';
import { withExistingEventStore } from './with-event-store.js';

/** Every event in order and as it is stored, as NDJSON; reads as fast as the reader takes it, in flat memory. */
export async function exportEvents(flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  await withExistingEventStore(
    settings,
    async (eventStore) => {
      for await (const events of eventStore.readAll()) {
        const lines = events.map(({ position, stream, revision, id, type, data, metadata }) =>
          JSON.stringify({ position, stream, revision, id, type, data, metadata }),
        );
        if (!process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
      }
    },
    AS_STORED,
  );
}
