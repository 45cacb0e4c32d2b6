import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { Kysely, type LogEvent, SqliteDialect } from 'kysely';
import { NodeSqlite } from '../../src/infrastructure/read-models/sqlite/node-sqlite.js';
import { QueueQueries } from '../../src/projections/queue/queue-queries.js';
import type { ReadTables } from '../../src/projections/read-tables.js';
import { DATABASES, ReadSide } from './read-side.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const A = 'https://a.example';
const B = 'https://b.example';
const C = 'https://c.example';

for (const kind of DATABASES) {
  describe(`What waits in the queue, in ${kind}`, () => {
    let side: ReadSide;
    let queries: QueueQueries;
    before(async () => {
      side = await ReadSide.make(kind);
      queries = new QueueQueries(side.database.reader);
    });
    after(() => side.remove());

    const put = (origin: string, count: number, claimable_at: number, leased_by: string | null = null) =>
      side.database.writer
        .insertInto('delivery_queue')
        .values(
          Array.from({ length: count }, () => ({
            delivery_id: crypto.randomUUID(),
            action_id: 'action',
            origin,
            due_at: Math.min(claimable_at, NOW),
            claimable_at,
            leased_by,
          })),
        )
        .execute();

    it('is nothing at first', async () => {
      expect(await queries.due(NOW, 10)).to.equal(0);
      expect(await queries.queued(10)).to.equal(0);
      expect(await queries.firstAt()).to.equal(undefined);
      expect(await queries.longestWaiting(NOW, 10, 10)).to.deep.equal([]);
      expect(await queries.workers()).to.deep.equal([]);
    });

    it('is counted and found by origin and by worker, no further than asked for', async () => {
      await put(A, 3, NOW - 1_000);
      await put(A, 2, NOW + 60_000);
      await put(B, 1, NOW - 5_000);
      await put(C, 2, NOW + 90_000, 'worker-1');
      await put(C, 1, NOW + 30_000, 'worker-2');
      await put(C, 1, NOW, 'worker-2');
      expect(await queries.due(NOW, 10)).to.equal(5);
      expect(await queries.due(NOW, 2)).to.equal(2);
      expect(await queries.queued(100)).to.equal(10);
      expect(await queries.queued(4)).to.equal(4);
      expect(await queries.firstAt()).to.equal(NOW - 5_000);
      expect(await queries.longestWaiting(NOW, 2, 4)).to.deep.equal([
        { origin: B, firstAt: NOW - 5_000, due: 1, queued: 1 },
        { origin: A, firstAt: NOW - 1_000, due: 3, queued: 4 },
      ]);
      expect(await queries.workers()).to.deep.equal([
        { workerId: 'worker-1', attempts: 2, firstLeaseEndsAt: NOW + 90_000 },
        { workerId: 'worker-2', attempts: 2, firstLeaseEndsAt: NOW },
      ]);
    });
  });
}

describe('What waits in the queue', () => {
  it('is found by an index, however much that is', async () => {
    const side = await ReadSide.make();
    const database = new DatabaseSync(side.location, { readOnly: true });
    const asked: LogEvent['query'][] = [];
    const db = new Kysely<ReadTables>({
      dialect: new SqliteDialect({ database: new NodeSqlite(database) }),
      log: ({ query }) => void asked.push(query),
    });
    const queries = new QueueQueries(db);
    await queries.due(NOW, 10);
    await queries.queued(10);
    await queries.firstAt();
    await queries.longestWaiting(NOW, 10, 10);
    await queries.workers();
    expect(asked).to.have.lengthOf(5);
    for (const { sql, parameters } of asked) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as (string | number)[]));
      const steps = plan.map(({ detail }) => String(detail)).filter((detail) => detail.includes('delivery_queue'));
      expect(steps, sql).not.to.deep.equal([]);
      for (const step of steps) expect(step, sql).to.match(/USING (?:COVERING )?INDEX/);
    }
    await db.destroy();
    await side.remove();
  });
});
