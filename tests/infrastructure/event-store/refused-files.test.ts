import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { EventStoreUnusable } from '../../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { verifyChain } from '../../../src/infrastructure/event-store/sqlite/verify-chain.js';
import { newEvents } from '../../contract/new-event.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const LOCKER = 'dist/tests/infrastructure/event-store/lock-process-main.js';

describe('Opening an event store that can not be used', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    path = join(folder.path, 'events.db');
    const store = SqliteEventStore.open(path);
    for (let n = 0; n < 50; n++) await store.append(`stream-${n % 5}`, 'any', newEvents(3));
    await store.close();
  });
  afterEach(() => folder.remove());

  const change = (sql: string): void => {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  };
  const garble = (from: number, to: number): void => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, from, to);
    writeFileSync(path, bytes);
  };
  /** Every file of the folder with its bytes. */
  const contents = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(dirname(path)).map((name) => [name, readFileSync(join(dirname(path), name)).toString('base64')]),
    );
  const refusal = (open: () => unknown = () => SqliteEventStore.open(path)): string => {
    try {
      open();
    } catch (error) {
      expect(error).to.be.instanceOf(EventStoreUnusable);
      return (error as Error).message;
    }
    return expect.fail('it was opened');
  };
  const expectUntouched = (what: RegExp): void => {
    const before = contents();
    const message = refusal();
    expect(message).to.match(what).and.include(path);
    expect(message.trim().split('\n')).to.have.lengthOf(1);
    expect(contents()).to.deep.equal(before);
  };

  it('opens it as it was, before anything below is done to it', async () => {
    const store = SqliteEventStore.open(path);
    expect(await store.headPosition()).to.equal(149);
    await store.close();
  });

  it('refuses a file of a newer schema', () => {
    change('PRAGMA user_version = 3');
    expectUntouched(/newer version of hookledger \(schema 3; this one knows 2\)/);
  });

  it('refuses a file of the schema before, as too old', () => {
    change(`
      DROP TABLE events; DROP TABLE streams; PRAGMA user_version = 1;
      CREATE TABLE events(
        position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        data TEXT NOT NULL, metadata TEXT NOT NULL, hash BLOB NOT NULL, UNIQUE(stream, revision));
      INSERT INTO events VALUES (0, 'a', 0, 'id', 'Type', '{}', '{}', zeroblob(32))`);
    expectUntouched(/made by a development version; it is too old .*schema 1; this version knows 2/);
    const before = contents();
    expect(refusal(() => verifyChain(path))).to.match(/made by a development version; it is too old/);
    expect(contents()).to.deep.equal(before);
  });

  it('refuses a newer schema that stands in the -wal alone', () => {
    // An open reader keeps the -wal from being taken into the file.
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 3');
    try {
      const before = readFileSync(`${path}-wal`);
      expect(refusal()).to.match(/newer version of hookledger/);
      expect(readFileSync(`${path}-wal`).equals(before)).to.equal(true);
    } finally {
      db.close();
    }
  });

  it("refuses another program's SQLite file", () => {
    change('PRAGMA application_id = 0');
    expectUntouched(/another program/);
  });

  it("refuses another program's SQLite file that has no id and is not in WAL", () => {
    path = join(folder.path, 'notes.db');
    change('CREATE TABLE notes(text)');
    expectUntouched(/another program/);
  });

  it('refuses a file that is no SQLite file', () => {
    writeFileSync(path, 'position;stream;revision\n'.repeat(400));
    expectUntouched(/doesn't begin as a SQLite file/);
  });

  it('refuses a file too short to be one', () => {
    truncateSync(path, 50);
    expectUntouched(/damaged or something else: with 50 bytes/);
  });

  it('refuses a garbled header', () => {
    garble(0, 100);
    expectUntouched(/damaged/);
  });

  it('refuses a garbled first page', () => {
    garble(100, 4096);
    expectUntouched(/damaged/);
  });

  it('refuses a file that was cut off', () => {
    truncateSync(path, readFileSync(path).length - 4096);
    expectUntouched(/damaged/);
  });

  it('refuses a file whose newest event was changed', () => {
    change(`UPDATE events SET data = '{}' WHERE position = 149`);
    expectUntouched(/newest event, at position 149, is not as it was written/);
  });

  it('refuses a file whose newest event has lost its stream, or has it by another name', () => {
    change(`UPDATE streams SET name = 'another' WHERE name = 'stream-4'`);
    expectUntouched(/newest event, at position 149, is not as it was written/);
    change(`DELETE FROM streams WHERE name = 'another'`);
    expectUntouched(/newest event, at position 149, is not as it was written/);
  });

  it('refuses a file in which a stream begins after the newest event', () => {
    change(`INSERT INTO streams VALUES (150, 'another')`);
    expectUntouched(/a stream begins at position 150, and its events end before/);
  });

  it('refuses a file whose tables are other ones', () => {
    change('ALTER TABLE events RENAME COLUMN data TO payload');
    expectUntouched(/its table 'events' is not as it was made/);
    change('DROP TABLE streams');
    expectUntouched(/its table 'streams' is not as it was made/);
  });

  it('refuses a file that another process locks for more than 5 s', async function () {
    this.timeout(30_000);
    const locker = spawn(process.execPath, [LOCKER, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(locker.stdout, 'data');
      const before = readFileSync(path);
      expect(refusal())
        .to.match(/locked by another process/)
        .and.include(path);
      expect(readFileSync(path).equals(before)).to.equal(true);
    } finally {
      locker.stdin.end();
      await once(locker, 'exit');
    }
    const store = SqliteEventStore.open(path);
    expect(await store.headPosition()).to.equal(149);
    await store.close();
  });

  it('refuses a folder', () => {
    path = join(folder.path, 'a-folder');
    mkdirSync(path);
    expectUntouchedFolder(/it is a folder/);
  });

  it('refuses a path that leads through a file', () => {
    path = join(folder.path, 'events.db', 'events.db');
    expectUntouchedFolder(/can't be opened/);
  });

  const expectUntouchedFolder = (what: RegExp): void => {
    const before = readdirSync(folder.path, { recursive: true });
    expect(refusal()).to.match(what).and.include(path);
    expect(readdirSync(folder.path, { recursive: true })).to.deep.equal(before);
  };

  it('verifies none of them, and makes no file where there is none', () => {
    garble(0, 100);
    const before = contents();
    expect(refusal(() => verifyChain(path))).to.match(/damaged/);
    expect(contents()).to.deep.equal(before);
    const missing = join(folder.path, 'missing.db');
    expect(refusal(() => verifyChain(missing)))
      .to.match(/no event store/)
      .and.include(missing);
    expect(contents()).to.deep.equal(before);
  });
});
