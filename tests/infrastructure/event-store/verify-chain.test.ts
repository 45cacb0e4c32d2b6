import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { chainHash, GENESIS, type HashedEvent } from '../../../src/infrastructure/event-store/sqlite/hash-chain.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { type ChainReport, verifyChain } from '../../../src/infrastructure/event-store/sqlite/verify-chain.js';
import { newEvents } from '../../contract/new-event.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const EVENTS = 2_500;
const LAST = EVENTS - 1;

describe('The hash chain', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    path = join(folder.path, 'events.db');
    const store = SqliteEventStore.open(path);
    // Streams 0 to 4 in turns, so position 7 is revision 1 of stream-2.
    await Promise.all(Array.from({ length: EVENTS }, (_, n) => store.append(`stream-${n % 5}`, 'any', newEvents(1))));
    await store.close();
  });
  afterEach(() => folder.remove());

  type Row = HashedEvent & { hash: string };
  const rows = (where = 'true'): Row[] => {
    const db = new DatabaseSync(path, { readOnly: true });
    const found = db
      .prepare(`
      SELECT position, name AS stream, revision, events.id, type, data, metadata, lower(hex(hash)) AS hash
      FROM events JOIN streams ON streams.id = stream_id WHERE ${where} ORDER BY position`)
      .all();
    db.close();
    return found as unknown as Row[];
  };
  const change = (sql: string): void => {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  };
  const expectBroken = (position: number, problem: RegExp): ChainReport => {
    const report = verifyChain(path);
    expect(report.broken?.position).to.equal(position);
    expect(report.broken?.problem).to.match(problem);
    expect(report.events).to.equal(position);
    return report;
  };
  /** Gives all events from this position on the hashes that fit what stands there: the work of one who knows the chain. */
  const forgeFrom = (position: number): void => {
    const db = new DatabaseSync(path);
    let before = (rows(`position < ${position}`).at(-1) as Row).hash;
    const update = db.prepare('UPDATE events SET hash = unhex(?) WHERE position = ?');
    db.exec('BEGIN');
    for (const row of rows(`position >= ${position}`)) {
      before = chainHash(before, row);
      update.run(before, row.position);
    }
    db.exec('COMMIT');
    db.close();
  };

  it('is whole as it was written; the report counts and gives the newest hash', () => {
    const { hash } = rows().at(-1) as Row;
    const seen: number[] = [];
    const report = verifyChain(path, { onProgress: (events) => seen.push(events) });
    expect(report).to.deep.equal({ events: EVENTS, streams: 5, position: LAST, hash });
    expect(seen.at(-1)).to.equal(EVENTS);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
  });

  it('can be recomputed by hand from what the documentation of chainHash says', () => {
    let before = '0'.repeat(64);
    expect(before).to.equal(GENESIS);
    for (const { position, stream, revision, id, type, data, metadata, hash } of rows('position < 20')) {
      const lines = [before, position, stream, revision, id, type, data, metadata].join('\n');
      before = createHash('sha256').update(lines, 'utf8').digest('hex');
      expect(hash).to.equal(before);
    }
  });

  it('leaves the file as it is, and nothing beside it', () => {
    const before = readFileSync(path);
    verifyChain(path);
    expect(readFileSync(path).equals(before)).to.equal(true);
    expect(readdirSync(folder.path)).to.deep.equal(['events.db']);
  });

  it('is checked beside a store that goes on appending, and takes nothing from its -wal', async () => {
    const store = SqliteEventStore.open(path);
    try {
      await store.append('stream-0', 'any', newEvents(3));
      expect(verifyChain(path)).to.include({ events: EVENTS + 3, position: LAST + 3 });
      await store.append('stream-9', 'no-stream', newEvents(2));
      expect(verifyChain(path)).to.include({ events: EVENTS + 5, streams: 6 });
    } finally {
      await store.close();
    }
    expect(verifyChain(path)).to.include({ events: EVENTS + 5, streams: 6 });
  });

  const changed: readonly [string, string][] = [
    ['data', `UPDATE events SET data = replace(data, 'receiver', 'attacker') WHERE position = 1207`],
    ['metadata', `UPDATE events SET metadata = '{}' WHERE position = 1207`],
    ['a type', `UPDATE events SET type = 'DeliverySucceeded' WHERE position = 1207`],
    ['an id', `UPDATE events SET id = 'another' WHERE position = 1207`],
    ['a stream', `INSERT INTO streams VALUES (1207, 'x'); UPDATE events SET stream_id = 1207 WHERE position = 1207`],
    ['a revision', 'UPDATE events SET revision = 9999 WHERE position = 1207'],
    ['a hash', 'UPDATE events SET hash = zeroblob(32) WHERE position = 1207'],
    ['a hash into text', `UPDATE events SET hash = lower(hex(hash)) WHERE position = 1207`],
    [
      'what stands in one column into the next',
      `UPDATE events SET id = substr(id, 1, 35), type = substr(id, 36) || type WHERE position = 1207`,
    ],
  ];
  for (const [what, sql] of changed) {
    it(`finds where somebody changed ${what}`, () => {
      change(sql);
      expectBroken(1207, /hash does not fit/);
    });
  }

  it('finds the first of many', () => {
    change(`UPDATE events SET data = '{}' WHERE position IN (2400, 77, 1001)`);
    expectBroken(77, /hash does not fit/);
  });

  it('finds a row that was deleted, also the very first and the first of a batch', () => {
    change('DELETE FROM events WHERE position = 1000');
    expectBroken(1000, /missing: the next event stands at position 1001/);
    change('DELETE FROM events WHERE position = 0');
    expectBroken(0, /missing: the next event stands at position 1/);
  });

  it('finds two that were swapped', () => {
    change(`
      UPDATE events SET position = -7 WHERE position = 41;
      UPDATE events SET position = 41 WHERE position = 46;
      UPDATE events SET position = 46 WHERE position = -7`);
    expectBroken(41, /hash does not fit/);
  });

  describe('the names of streams', () => {
    it('finds where a stream was renamed', () => {
      change(`UPDATE streams SET name = 'another' WHERE name = 'stream-2'`);
      expectBroken(2, /hash does not fit/);
    });

    it('finds where two were swapped', () => {
      change(`
        UPDATE streams SET name = 'x' WHERE name = 'stream-2';
        UPDATE streams SET name = 'stream-2' WHERE name = 'stream-4';
        UPDATE streams SET name = 'stream-4' WHERE name = 'x'`);
      expectBroken(2, /hash does not fit/);
    });

    it('finds an event whose stream has no row', () => {
      change('DELETE FROM streams WHERE id = 3');
      expectBroken(3, /its stream, 3, has no name/);
    });

    it('finds a later event that was given to a stream which is not there', () => {
      change('UPDATE events SET stream_id = 77 WHERE position = 1207');
      expectBroken(1207, /its stream, 77, has no name/);
    });

    it('finds a stream that has no events, wherever its id stands', () => {
      change(`INSERT INTO streams VALUES (1207, 'another')`);
      expectBroken(1207, /the stream 'another' begins here, and this event is of the stream 'stream-2'/);
      change(`UPDATE streams SET id = ${EVENTS + 7} WHERE id = 1207`);
      expectBroken(
        EVENTS,
        new RegExp(`the stream 'another' begins at position ${EVENTS + 7}, and no event stands there`),
      );
      change(`UPDATE streams SET id = -7 WHERE id = ${EVENTS + 7}`);
      expect(verifyChain(path).broken?.position).to.equal(-7);
    });

    it('finds a stream whose id is another than the position it begins at', () => {
      change(`
        UPDATE streams SET id = ${EVENTS + 7} WHERE id = 2;
        UPDATE events SET stream_id = ${EVENTS + 7} WHERE stream_id = 2`);
      expectBroken(2, new RegExp(`the stream 'stream-2' begins at position ${EVENTS + 7}, not here`));
    });

    it('finds an index of names that leads elsewhere, though every row is as it was written', () => {
      const db = new DatabaseSync(path);
      db.enableDefensive(false);
      db.exec(`
        CREATE TABLE copy(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        INSERT INTO copy SELECT * FROM streams;
        UPDATE copy SET name = 'another' WHERE id = 2;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_copy_1')
          WHERE name = 'sqlite_autoindex_streams_1';
        DELETE FROM sqlite_schema WHERE tbl_name = 'copy'`);
      db.close();
      expectBroken(2, /the index does not find the stream 'stream-2'/);
    });
  });

  it('finds a row that was put before the beginning', () => {
    change(`INSERT INTO events SELECT -3, 0, -1, id, type, data, metadata, hash FROM events LIMIT 1`);
    const { broken } = verifyChain(path);
    expect(broken).to.deep.equal({ position: -3, problem: 'the log begins at position 0' });
  });

  it('finds a row that was put at the end', () => {
    change(`INSERT INTO events SELECT ${EVENTS}, 0, 9999, id, type, data, metadata, hash FROM events LIMIT 1`);
    expectBroken(EVENTS, /hash does not fit/);
  });

  describe('where somebody forged all later hashes as well', () => {
    it('finds a stream with a gap', () => {
      change(`
        INSERT INTO streams VALUES (1207, 'another');
        UPDATE events SET stream_id = 1207, revision = 0 WHERE position = 1207`);
      forgeFrom(1207);
      const report = expectBroken(1212, /revision 242 of the stream 'stream-2' comes without the one before it/);
      expect(report.streams).to.equal(6);
    });

    it('finds revisions in the wrong order', () => {
      change(`
        UPDATE events SET revision = -1 WHERE position = 1207;
        UPDATE events SET revision = 241 WHERE position = 1212;
        UPDATE events SET revision = 242 WHERE position = 1207`);
      forgeFrom(1207);
      expectBroken(1207, /revision 242 of the stream 'stream-2' comes before revision 241/);
    });

    it('finds a missing position', () => {
      change('DELETE FROM events WHERE position = 1207');
      forgeFrom(1208);
      expectBroken(1207, /missing/);
    });

    it('finds nothing where the story holds together: only a hash kept elsewhere shows it', () => {
      const { hash } = verifyChain(path);
      change(`UPDATE events SET data = '{}' WHERE position = 1207`);
      forgeFrom(1207);
      const report = verifyChain(path);
      expect(report.broken).to.equal(undefined);
      expect(report.hash).to.not.equal(hash);
    });
  });

  it('finds an index that leads elsewhere, though every row is as it was written', () => {
    const db = new DatabaseSync(path);
    db.enableDefensive(false);
    // The index of a copy in which one event has another place, put in place of our own.
    db.exec(`
      CREATE TABLE copy(
        position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL, UNIQUE(stream_id, revision));
      INSERT INTO copy SELECT position, stream_id, revision FROM events;
      UPDATE copy SET revision = 9999 WHERE position = 1207;
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_copy_1')
        WHERE name = 'sqlite_autoindex_events_1';
      DELETE FROM sqlite_schema WHERE tbl_name = 'copy'`);
    db.close();
    expectBroken(1207, /the index does not find revision 241 of the stream 'stream-2' here/);
  });

  it('does not see that its end was cut off: the count and the newest hash do', () => {
    const { hash } = rows('position = 2399').at(-1) as Row;
    change('DELETE FROM events WHERE position >= 2400');
    expect(verifyChain(path)).to.deep.equal({ events: 2_400, streams: 5, position: 2_399, hash });
  });

  it('finds pages that were overwritten, to the position', () => {
    const bytes = readFileSync(path);
    // The page of the table's leaf that holds position 1207, wherever SQLite put it.
    const page = Math.floor(bytes.indexOf((rows('position = 1207')[0] as Row).id) / 4096);
    bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
    writeFileSync(path, bytes);
    const report = verifyChain(path);
    expect(report.broken?.position).to.be.within(1200, 1207);
    expect(report.broken?.position).to.equal(report.events);
  });

  it('shows by a hash that was kept elsewhere what the log alone can not: a rewritten history, or a cut end', () => {
    const { hash } = rows('position = 700')[0] as Row;
    const kept = { position: 700, hash };
    expect(verifyChain(path, { kept }).broken).to.equal(undefined);

    change('UPDATE events SET data = \'{"n":-1}\' WHERE position = 10');
    forgeFrom(10);
    expect(verifyChain(path).broken, 'forged well').to.equal(undefined);
    const forged = verifyChain(path, { kept }).broken;
    expect(forged?.position).to.equal(700);
    expect(forged?.problem).to.match(/not the one that was kept/);

    change('DELETE FROM events WHERE position >= 600');
    const cut = verifyChain(path, { kept }).broken;
    expect(cut?.position).to.equal(600);
    expect(cut?.problem).to.match(/ends before position 700/);
  });
});
