import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import {
  ConcurrencyConflict,
  EventStoreUnusable,
  type RecordedEvent,
} from '../../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { verifyChain } from '../../../src/infrastructure/event-store/sqlite/verify-chain.js';
import { newEvent, newEvents } from '../../contract/new-event.js';
import { rejection } from '../../contract/rejection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { WatchedDatabase } from './watched-database.js';

const APPENDER = 'dist/tests/infrastructure/event-store/append-process-main.js';

describe('The SQLite event store', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;
  let db: WatchedDatabase;
  let store: SqliteEventStore;

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'new', 'folder', 'events.db');
    store = SqliteEventStore.open(path, {
      connect: (file, options) => {
        db = new WatchedDatabase(file, options);
        return db;
      },
    });
    // Making the tables was one.
    db.commits = 0;
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const everything = async (): Promise<RecordedEvent[]> => (await Array.fromAsync(store.readAll())).flat();
  const pragma = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

  it('is durable: WAL, each commit waits for the disk', () => {
    const FULL = 2;
    expect(pragma('journal_mode')).to.equal('wal');
    expect(pragma('synchronous')).to.equal(FULL);
    expect(pragma('busy_timeout')).to.equal(5_000);
  });

  it('looks for a stream, a revision and a position by an index', () => {
    const plan = (where: string): string =>
      String(db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM events WHERE ${where}`).get()?.detail);
    expect(plan('stream_id = ? AND revision >= ? ORDER BY revision')).to.match(
      /USING INDEX .*stream_id=\? AND revision>\?/,
    );
    expect(plan('position > ? ORDER BY position')).to.match(/USING INTEGER PRIMARY KEY/);
  });

  describe('streams', () => {
    const streams = (): unknown[] =>
      db
        .prepare('SELECT id, name FROM streams ORDER BY id')
        .all()
        .map(({ id, name }) => `${id} ${name}`);

    it('have the position of their first event as id, and one row', async () => {
      await store.append('b', 'no-stream', newEvents(2));
      await store.append('a', 'no-stream', newEvents(1));
      await store.append('b', 1, newEvents(3));
      await Promise.all(['c', 'a', 'c', 'd'].map((stream) => store.append(stream, 'any', newEvents(2))));
      expect(streams()).to.deep.equal(['0 b', '2 a', '6 c', '12 d']);
    });

    it('vanish with the events of a refused piece of work, and their ids go to others', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      const outcomes = await Promise.allSettled([
        store.append('b', 'no-stream', newEvents(1)),
        store.appendMany([
          { stream: 'c', expectedRevision: 'no-stream', events: newEvents(2) },
          { stream: 'd', expectedRevision: 'no-stream', events: newEvents(1) },
          { stream: 'c', expectedRevision: 1, events: newEvents(1) },
          { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
        ]),
        store.append('e', 'no-stream', [newEvent({ data: { n: 1n } })]),
        store.append('f', 'no-stream', [newEvent(), newEvent({ data: { n: 1n } })]),
        store.append('g', 'no-stream', []),
        store.append('d', 'no-stream', newEvents(2)),
        store.append('c', 'any', newEvents(1)),
      ]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal([
        'fulfilled',
        'rejected',
        'rejected',
        'rejected',
        'fulfilled',
        'fulfilled',
        'fulfilled',
      ]);
      expect(streams()).to.deep.equal(['0 a', '1 b', '2 d', '4 c']);
      for (const [stream, length] of Object.entries({ a: 1, b: 1, c: 1, d: 2, e: 0, f: 0, g: 0 })) {
        expect((await store.readStream(stream)).map((event) => event.stream)).to.deep.equal(Array(length).fill(stream));
      }
      expect((await everything()).map(({ stream }) => stream)).to.deep.equal(['a', 'b', 'd', 'd', 'c']);
      expect(verifyChain(path)).to.include({ events: 5, streams: 4 }).and.not.have.property('broken');
    });

    it('of a transaction that failed are forgotten', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      db.nextCommitFailsWith = new Error('the disk is on fire');
      await rejection(store.append('b', 'no-stream', newEvents(2)), EventStoreUnusable);
      expect(streams()).to.deep.equal(['0 a']);
      const other = SqliteEventStore.open(path);
      await other.append('c', 'no-stream', newEvents(1));
      await other.close();
      await store.append('b', 'no-stream', newEvents(1));
      expect(streams()).to.deep.equal(['0 a', '1 c', '2 b']);
      expect((await everything()).map(({ stream }) => stream)).to.deep.equal(['a', 'c', 'b']);
      expect(verifyChain(path)).to.not.have.property('broken');
    });

    it('that somebody removed are damage, not events less', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      await store.append('b', 'no-stream', newEvents(1));
      db.exec(`DELETE FROM streams WHERE name = 'b'`);
      const { message } = await rejection(everything(), EventStoreUnusable);
      expect(message)
        .to.match(/damaged \(the event at position 1 belongs to no stream\)/)
        .and.include(path);
    });

    it('that somebody put there without events are damage', async () => {
      db.exec(`INSERT INTO streams VALUES (7, 'a')`);
      const { message } = await rejection(store.append('a', 'no-stream', newEvents(1)), EventStoreUnusable);
      expect(message).to.match(/is damaged \(UNIQUE constraint/);
      expect(await everything()).to.deep.equal([]);
    });
  });

  describe('group commit', () => {
    it('writes what comes in one turn of the event loop in one transaction', async () => {
      const appends = Array.from({ length: 50 }, (_, index) => store.append(`s-${index % 7}`, 'any', newEvents(2)));
      await Promise.all(appends);
      expect(db.commits).to.equal(1);
      expect(await everything()).to.have.lengthOf(100);
      await store.append('a', 'any', newEvents(1));
      expect(db.commits).to.equal(2);
    });

    it('shows later appends the revisions of the earlier ones of the group', async () => {
      const outcomes = await Promise.allSettled([
        store.append('a', 'no-stream', newEvents(2)),
        store.append('a', 1, newEvents(1)),
        store.append('a', 1, newEvents(1)),
        store.append('a', 2, newEvents(1)),
      ]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect(db.commits).to.equal(1);
      expect((await store.readStream('a')).map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3]);
    });

    it('commits nothing where there is nothing to write', async () => {
      const events = newEvents(1);
      await store.append('a', 'no-stream', events);
      db.commits = 0;
      await store.append('a', 'no-stream', events);
      await store.append('a', 'any', []);
      await rejection(store.append('a', 'no-stream', newEvents(1)), ConcurrencyConflict);
      await rejection(
        store.appendMany([
          { stream: 'b', expectedRevision: 'no-stream', events: newEvents(1) },
          { stream: 'a', expectedRevision: 'no-stream', events: newEvents(1) },
        ]),
        ConcurrencyConflict,
      );
      expect(db.commits).to.equal(0);
      expect(await everything()).to.have.lengthOf(1);
    });

    it('keeps the chain whole where a refused piece of work stood between others', async () => {
      await store.append('b', 'no-stream', newEvents(1));
      await Promise.allSettled([
        store.append('a', 'any', newEvents(1)),
        store.appendMany([
          { stream: 'a', expectedRevision: 'any', events: newEvents(2) },
          { stream: 'b', expectedRevision: 7, events: newEvents(1) },
        ]),
        store.append('a', 'any', [newEvent(), newEvent({ data: { n: 1n } })]),
        store.append('a', 'any', newEvents(1)),
      ]);
      expect(verifyChain(path)).to.include({ events: 3, streams: 2, position: 2 });
      expect(verifyChain(path)).to.not.have.property('broken');
    });
  });

  it('wakes a subscriber in the very turn of the commit, without waiting for the next look', async () => {
    const batches = store.subscribe({ signal: new AbortController().signal })[Symbol.asyncIterator]();
    let woken = false;
    const next = batches.next().then(() => {
      woken = true;
    });
    await store.append('a', 'no-stream', newEvents(1));
    await nextTurn();
    expect(woken).to.equal(true);
    await next;
    await batches.return?.();
  });

  describe('names', () => {
    for (const name of ['', 'a\nb', 'a\0b', 'half \ud800 a pair']) {
      it(`refuses ${JSON.stringify(name)}, alone`, async () => {
        const [asStream, asType, asId, good] = await Promise.allSettled([
          store.append(name, 'any', newEvents(1)),
          store.append('a', 'any', newEvents(1, { type: name })),
          store.append('a', 'any', [newEvent(), newEvent({ id: name })]),
          store.append('a', 'any', newEvents(1)),
        ]);
        for (const refused of [asStream, asType, asId]) {
          expect(refused).to.have.property('status', 'rejected');
          expect(refused).to.have.property('reason').that.is.instanceOf(TypeError);
        }
        expect(good.status).to.equal('fulfilled');
        expect(await everything()).to.have.lengthOf(1);
      });
    }
  });

  describe('a commit that fails', () => {
    it('fails for all of the group, leaves nothing half-written, and the store goes on', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      const before = await everything();
      db.nextCommitFailsWith = new Error('the disk is on fire');
      const outcomes = await Promise.allSettled([
        store.append('a', 0, newEvents(2)),
        store.append('b', 'no-stream', newEvents(1)),
        store.append('a', 'no-stream', newEvents(1)),
      ]);
      for (const outcome of outcomes) {
        expect(outcome.status).to.equal('rejected');
        const { reason } = outcome as PromiseRejectedResult;
        expect(reason).to.be.instanceOf(EventStoreUnusable);
        expect(reason.message).to.include('the disk is on fire').and.include(path);
      }
      expect(await everything()).to.deep.equal(before);
      expect((await store.append('a', 0, newEvents(1))).revision).to.equal(1);
      expect(verifyChain(path)).to.include({ events: 2, streams: 1 });
    });

    it('says that the disk is full, and writes again once there is room', async () => {
      await store.append('a', 'no-stream', newEvents(1));
      const before = await everything();
      db.exec(`PRAGMA max_page_count = ${Number(pragma('page_count')) + 2}`);
      const large = newEvent({ data: { text: 'x'.repeat(100_000) } });
      const outcomes = await Promise.allSettled([
        store.append('b', 'no-stream', newEvents(1)),
        store.append('c', 'no-stream', [large]),
      ]);
      for (const outcome of outcomes) {
        expect((outcome as PromiseRejectedResult).reason).to.be.instanceOf(EventStoreUnusable);
        expect((outcome as PromiseRejectedResult).reason.message).to.match(/ is full; .*make room/);
      }
      expect(await everything()).to.deep.equal(before);
      db.exec('PRAGMA max_page_count = 1000000');
      await store.append('c', 'no-stream', [large]);
      expect(verifyChain(path)).to.include({ events: 2, streams: 2 });
    });
  });

  describe('while another connection is writing', () => {
    let other: DatabaseSync;

    beforeEach(() => {
      other = new DatabaseSync(path);
      other.exec('BEGIN IMMEDIATE');
    });
    afterEach(() => other.close());

    it('appends wait, in order, and the event loop goes on meanwhile', async () => {
      const first = store.append('a', 'no-stream', newEvents(1));
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      const second = store.append('a', 0, newEvents(1));
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      expect(await everything()).to.deep.equal([]);
      other.exec('ROLLBACK');
      expect((await Promise.all([first, second])).map(({ revision }) => revision)).to.deep.equal([0, 1]);
      // Both had gathered by then.
      expect(db.commits).to.equal(1);
    });

    it('closing waits for the appends under way', async () => {
      const appending = store.append('a', 'no-stream', newEvents(1));
      const closing = store.close();
      await rejection(store.append('a', 'any', newEvents(1)), EventStoreUnusable);
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      other.exec('ROLLBACK');
      expect((await appending).revision).to.equal(0);
      await closing;
      expect(verifyChain(path)).to.include({ events: 1 });
    });

    it('appends fail after 5 s, and go through again afterwards', async () => {
      const { message } = await rejection(store.append('a', 'no-stream', newEvents(1)), EventStoreUnusable);
      expect(message)
        .to.match(/locked by another process, for more than 5 s/)
        .and.include(path);
      other.exec('ROLLBACK');
      expect((await store.append('a', 'no-stream', newEvents(1))).revision).to.equal(0);
    });
  });

  describe('other processes on the same file', () => {
    const appendElsewhere = (stream: string, count: number) =>
      promisify(execFile)(process.execPath, [APPENDER, path, stream, String(count)]);

    it('append between our own appends, and the chain stays whole', async () => {
      let running = true;
      const elsewhere = Promise.all([appendElsewhere('a', 20), appendElsewhere('b', 20)]).finally(() => {
        running = false;
      });
      let ours = 0;
      while (running) {
        await store.append('a', 'any', newEvents(1));
        ours++;
      }
      await elsewhere;
      const all = await everything();
      expect(all).to.have.lengthOf(40 + ours);
      expect(all.map(({ position }) => position)).to.deep.equal(all.map((_, index) => index));
      expect(await store.readStream('a')).to.have.lengthOf(20 + ours);
      expect(verifyChain(path)).to.include({ events: 40 + ours, streams: 2, position: 39 + ours });
      expect(verifyChain(path)).to.not.have.property('broken');
    });

    it('are seen by subscribers, though nothing is appended here', async () => {
      const reading = (async () => {
        const seen: RecordedEvent[] = [];
        for await (const { events } of store.subscribe({ signal: new AbortController().signal })) {
          seen.push(...events);
          if (seen.length >= 5) break;
        }
        return seen;
      })();
      // The subscriber's timer lets the process end; the child keeps it up until then.
      await appendElsewhere('a', 5);
      const keepUp = setInterval(() => {}, 1_000);
      try {
        expect(await reading).to.deep.equal(await everything());
      } finally {
        clearInterval(keepUp);
      }
    });

    it('set up a new file together without getting into each other’s way', async () => {
      path = join(folder.path, 'another', 'events.db');
      await Promise.all(['a', 'b', 'c', 'd'].map((stream) => appendElsewhere(stream, 3)));
      expect(verifyChain(path)).to.include({ events: 12, streams: 4 });
    });
  });

  it('is one file when it is closed, with nothing left in -wal', async () => {
    await store.append('a', 'no-stream', newEvents(3));
    await store.close();
    const alone = new DatabaseSync(path, { readOnly: true });
    expect(alone.prepare('SELECT count(*) AS events FROM events').get()).to.deep.include({ events: 3 });
    alone.close();
  });
});
