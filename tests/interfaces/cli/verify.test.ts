import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { newEvents } from '../../contract/new-event.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger verify', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    path = join(folder.path, 'events.db');
    const store = SqliteEventStore.open(path);
    for (let n = 0; n < 12; n++) await store.append(`stream-${n % 3}`, 'any', newEvents(100));
    await store.close();
  });
  afterEach(() => folder.remove());

  const verify = () => runCommand(['verify', '--data', folder.path]);
  const change = (sql: string): void => {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  };

  it('says on one line that the log is as it was written, and changes nothing', async () => {
    const db = new DatabaseSync(path, { readOnly: true });
    const newest = db.prepare('SELECT lower(hex(hash)) AS hash FROM events WHERE position = 1199').get();
    db.close();
    const [before, files] = [readFileSync(path), readdirSync(folder.path)];
    const { code, stdout, stderr } = await verify();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const [said, contents] = stdout.split('; contents ');
    expect(said).to.equal(
      `events.db is as it was written: 1,200 events in 3 streams, up to position 1199; newest hash 1199:${newest?.hash}`,
    );
    expect(contents).to.match(/^sha256:[0-9a-f]{64}\n$/);
    expect(readFileSync(path).equals(before)).to.equal(true);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('events.db-'))).to.deep.equal(
      files.filter((name) => name.startsWith('events.db-')),
    );
  });

  it('works beside an open store, and counts what stands in its -wal', async () => {
    const store = SqliteEventStore.open(path);
    try {
      await store.append('stream-9', 'no-stream', newEvents(1));
      const { code, stdout } = await verify();
      expect(code).to.equal(0);
      expect(stdout).to.match(/1,201 events in 4 streams, up to position 1200;/);
    } finally {
      await store.close();
    }
  });

  it('names the first broken position and what is wrong there, and ends with 1', async () => {
    change(`UPDATE events SET data = '{}' WHERE position IN (700, 345)`);
    const { code, stdout, stderr } = await verify();
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^hookledger: events\.db .* position 345 .*hash does not fit.*\n$/);
  });

  it('says which event is missing', async () => {
    change('DELETE FROM events WHERE position = 12');
    const { code, stderr } = await verify();
    expect(code).to.equal(1);
    expect(stderr).to.match(/position 12 .*missing/);
  });

  it('counts nothing in an empty store', async () => {
    change('DELETE FROM events; DELETE FROM streams');
    const { code, stdout } = await verify();
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: `events.db is as it was written: 0 events in 0 streams; contents sha256:${'0'.repeat(64)}\n`,
    });
  });

  it('makes nothing where there is no store, and ends with 1', async () => {
    const missing = join(folder.path, 'nowhere');
    const { code, stdout, stderr } = await runCommand(['verify', '--data', missing]);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.match(/^hookledger: There is no event store at .*nowhere.*\n$/);
    expect(existsSync(missing)).to.equal(false);
  });
});
