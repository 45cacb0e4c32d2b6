import { join } from 'node:path';
import { expect } from 'chai';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { newEvents } from '../../contract/new-event.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger export', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const stored = async (write: (store: SqliteEventStore) => Promise<unknown>): Promise<RecordedEvent[]> => {
    const store = SqliteEventStore.open(join(folder.path, 'events.db'));
    await write(store);
    const events = (await Array.fromAsync(store.readAll())).flat();
    await store.close();
    return events;
  };

  it('writes every event on a line of its own, in order and whole', async () => {
    const events = await stored(async (store) => {
      // More than one batch of reading, and more than a pipe holds.
      for (let n = 0; n < 25; n++) await store.append(`stream-${n % 3}`, 'any', newEvents(100));
      await store.append('stream-0', 'any', newEvents(1, { data: { text: 'Zoë\n"42" 🎈' } }));
    });
    const { code, stdout, stderr } = await runCommand(['export', '--data', folder.path]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.pop()).to.equal('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal(events);
    expect(Object.keys(JSON.parse(lines[0] as string) as object)).to.deep.equal([
      'position',
      'stream',
      'revision',
      'id',
      'type',
      'data',
      'metadata',
    ]);
  });

  it('writes nothing from an empty store', async () => {
    await stored(async () => {});
    expect(await runCommand(['export', '--data', folder.path])).to.deep.equal({ code: 0, stdout: '', stderr: '' });
  });
});
