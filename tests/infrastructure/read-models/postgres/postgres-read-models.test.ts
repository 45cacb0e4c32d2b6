import { expect } from 'chai';
import { sql } from 'kysely';
import { PostgresReadModels } from '../../../../src/infrastructure/read-models/postgres/postgres-read-models.js';
import { migrate, rebuildSchema } from '../../../../src/infrastructure/read-models/postgres/rebuild-schema.js';
import { ReadModelsUnusable } from '../../../../src/infrastructure/read-models/read-model-database.js';
import { SystemClock } from '../../../../src/infrastructure/system/system-clock.js';
import { ProjectionProgress } from '../../../../src/projections/projection-progress.js';
import { LANES_OF_MANY_PROCESSES, PROJECTIONS } from '../../../../src/projections/projections.js';
import { Projector } from '../../../../src/projections/projector.js';
import { rejection } from '../../../contract/rejection.js';
import { HistoryMaker, OUTCOMES } from '../../../projections/history-maker.js';
import { dumpAll, ReadSide, SILENT } from '../../../projections/read-side.js';
import { eventually } from '../../../support/eventually.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { postgres, type TestPostgres } from '../../../support/postgres.js';

describe('Read models in PostgreSQL', () => {
  let server: TestPostgres;
  let side: ReadSide;
  let maker: HistoryMaker;
  const opened: PostgresReadModels[] = [];
  const projectors: Projector[] = [];

  before(async () => {
    server = await postgres();
  });
  beforeEach(async () => {
    side = await ReadSide.make('PostgreSQL');
    maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(2), 'live');
    await side.projector.catchUp();
  });
  afterEach(async () => {
    await Promise.all(projectors.splice(0).map((projector) => projector.stop()));
    await Promise.all(opened.splice(0).map((models) => models.close()));
    await side.remove();
  });

  /** As another process does. */
  const open = async (url = side.location, clock = new SystemClock() as ManualClock | SystemClock) => {
    const models = await PostgresReadModels.open(url, url, clock, SILENT);
    opened.push(models);
    return models;
  };
  const otherProcess = async () => {
    const models = await open();
    const progress = new ProjectionProgress(PROJECTIONS.map(({ name }) => name));
    await models.prepare(side.eventStore);
    await models.follow(progress);
    const { leadership, news, writer: db } = models;
    const parts = {
      eventStore: side.sealed,
      db,
      vault: side.vault,
      leadership,
      news,
      progress,
      clock: new SystemClock(),
      logger: SILENT,
    };
    const projector = new Projector(LANES_OF_MANY_PROCESSES, parts);
    projectors.push(projector);
    projector.start();
    return { models, progress, projector };
  };
  const head = () => side.eventStore.headPosition();

  it('are led lane by lane, and taken over within seconds when a leader is lost', async () => {
    const one = await otherProcess();
    await one.progress.caughtUpTo(await head());
    const two = await otherProcess();
    await eventually('the first leads all', () => one.models.leadership.held.length === 3);
    expect(two.models.leadership.held).to.deep.equal([]);
    await maker.report(1);
    await two.progress.caughtUpTo(await head());

    // As if the process had died: its session, and with it its locks, end.
    await server.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid in (
        select pid from pg_stat_activity where application_name = 'hookledger')`,
    );
    await one.projector.stop();
    await eventually('the second leads all', () => two.models.leadership.held.length === 3);
    await maker.report(2);
    await two.progress.caughtUpTo(await head());
    const live = await dumpAll(two.models);
    await rebuildSchema(side.sealed, side.vault, side.location, 'here', SILENT);
    expect(await dumpAll(two.models)).to.deep.equal(live);
  });

  it('take each event in once, whoever else believes that it leads', async () => {
    const two = side.newProjector();
    await two.prepare();
    await maker.report(1);
    await side.projector.catchUp();
    // The second still believes that the checkpoints are where it found them.
    const refused = await rejection(two.catchUp(), Error);
    expect(refused.message).to.match(/another one has taken over/);
    const live = await dumpAll(side.database);
    await two.prepare();
    await two.catchUp();
    expect(await dumpAll(side.database)).to.deep.equal(live);
  });

  it('are built anew beside the live tables while events come in, leases kept', async () => {
    const { progress, models } = await otherProcess();
    await progress.caughtUpTo(await head());
    const ids = await maker.report(1);
    await progress.caughtUpTo(await head());
    const queue = models.newQueue('worker-1', 10, progress);
    const wanted = { now: maker.clock.now(), leaseMs: 120_000, limit: 1 };
    const [claimed] = await queue.claim(wanted);
    let stop = false;
    const reporting = (async () => {
      for (let n = 2; !stop; n++) await maker.report(n);
    })();
    for (let round = 0; round < 3; round++) await rebuildSchema(side.sealed, side.vault, side.location, 'here', SILENT);
    stop = true;
    await reporting;
    await progress.caughtUpTo(await head());
    const leased = await models.reader
      .selectFrom('delivery_queue')
      .selectAll()
      .where('leased_by', '=', 'worker-1')
      .execute();
    expect(leased.map(({ delivery_id }) => delivery_id)).to.deep.equal([claimed?.deliveryId]);
    expect(ids).to.include(claimed?.deliveryId);
    const dump = async () => {
      const { delivery_queue: _, ...others } = await dumpAll(models);
      return others;
    };
    const live = await dump();
    await rebuildSchema(side.sealed, side.vault, side.location, 'here', SILENT);
    expect(await dump()).to.deep.equal(live);
    const { rows } = await server.query("select nspname from pg_namespace where nspname like '%rebuild'");
    expect(rows).to.deep.equal([]);
  });

  it('are left to others where a newer version has taken their place', async () => {
    const { projector, progress } = await otherProcess();
    await progress.caughtUpTo(await head());
    await projector.stop();
    await sql`update projection_checkpoints set version = version + 1 where name = 'queue'`.execute(
      side.database.writer,
    );
    const refused = await rejection(side.newProjector().prepare(), Error);
    expect(refused.message).to.match(/the tables of queue are of version 3, and this process keeps version 2/);
    await maker.report(1);
    await rejection(side.projector.catchUp(), Error);
    expect(await side.database.reader.selectFrom('delivery_queue').selectAll().execute()).to.deep.equal([]);
  });

  it('go on after the connections were lost', async () => {
    const { progress } = await otherProcess();
    await progress.caughtUpTo(await head());
    for (let round = 0; round < 3; round++) {
      await server.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hookledger'",
      );
      await maker.report(round);
      await progress.caughtUpTo(await head());
    }
    const counted = await side.database.reader.selectFrom('deliveries').select('delivery_id').execute();
    expect(counted).to.have.lengthOf(6);
  });

  it('have what a lost worker had leased given to others, and nothing of one that is alive', async () => {
    const clock = new ManualClock();
    const [gone, alive, heir] = [await open(), await open(), await open(side.location, clock)];
    await maker.report(1);
    await maker.report(2);
    await side.projector.catchUp();
    const progress = new ProjectionProgress([]);
    const queues = {
      gone: gone.newQueue('gone', 10, progress),
      alive: alive.newQueue('alive', 10, progress),
      heir: heir.newQueue('heir', 10, progress),
    };
    for (const queue of Object.values(queues)) await queue.start();
    const wanted = { now: maker.clock.now(), leaseMs: 120_000, limit: 2 };
    const ofTheGone = await queues.gone.claim(wanted);
    const ofTheLiving = await queues.alive.claim(wanted);
    expect([ofTheGone.length, ofTheLiving.length]).to.deep.equal([2, 2]);
    await gone.close();
    opened.splice(opened.indexOf(gone), 1);
    const inherited = await eventually('the leases are given up', async () => {
      clock.advance(5_000);
      const claimed = await queues.heir.claim({ ...wanted, limit: 10 });
      return claimed.length > 0 && claimed;
    });
    const ids = (claimed: readonly { deliveryId: string }[]) => claimed.map(({ deliveryId }) => deliveryId).sort();
    expect(ids(inherited)).to.deep.equal(ids(ofTheGone));
    clock.advance(5_000);
    expect(await queues.heir.claim({ ...wanted, limit: 10 })).to.deep.equal([]);
    await queues.alive.stop();
    await queues.heir.stop();
  });

  it('know a worker to be alive again whose lock was still held for its lost connection', async () => {
    const clock = new ManualClock();
    const queue = (await open(side.location, clock)).newQueue('alive', 10, new ProjectionProgress([]));
    const { writer } = await open();
    await writer.connection().execute(async (other) => {
      const ask = async (call: string): Promise<boolean | undefined> => {
        const { rows } = await sql<{ done: boolean }>`
          select ${sql.raw(call)}(hashtext('hookledger ' || current_schema()), hashtext('worker alive')) as done`.execute(
          other,
        );
        return rows[0]?.done;
      };
      expect(await ask('pg_try_advisory_lock')).to.equal(true);
      await queue.start();
      await ask('pg_advisory_unlock');
      await eventually('nobody else gets the lock', async () => {
        clock.advance(5_000);
        if (!(await ask('pg_try_advisory_lock'))) return true;
        await ask('pg_advisory_unlock');
        return false;
      });
    });
    await queue.stop();
  });

  it('hold the places of an origin over all workers, however they claim', async () => {
    for (let n = 0; n < 20; n++) await maker.report(n);
    await side.projector.catchUp();
    const progress = new ProjectionProgress([]);
    const queues = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => (await open()).newQueue(name, 3, progress)),
    );
    const wanted = { now: maker.clock.now(), leaseMs: 120_000, limit: 100 };
    const underWay = new Map<string, number>();
    const seen = new Set<string>();
    await Promise.all(
      queues.map(async (queue) => {
        while (seen.size < 40) {
          const claimed = await queue.claim(wanted);
          for (const { deliveryId, origin } of claimed) {
            expect(seen, 'claimed twice').not.to.include(deliveryId);
            seen.add(deliveryId);
            underWay.set(origin, (underWay.get(origin) ?? 0) + 1);
            expect(underWay.get(origin)).to.be.at.most(3);
          }
          await new Promise((next) => setImmediate(next));
          for (const one of claimed) {
            underWay.set(one.origin, (underWay.get(one.origin) as number) - 1);
            queue.finished(one);
          }
        }
      }),
    );
    expect(seen.size).to.equal(40);
  });

  it('take names that hold what PostgreSQL can not', async () => {
    await maker.events.createMetric('a\0b', {
      actor: { kind: 'cli', id: 'test', name: 'test' },
      correlationId: 'c',
      causationId: 'c',
    });
    await side.projector.catchUp();
    const names = await side.database.reader.selectFrom('catalog').select('name').execute();
    expect(names.map(({ name }) => name)).to.include('a\uFFFDb');
  });

  describe('that are not as they should be', () => {
    const refusal = async (url: string): Promise<string> =>
      (
        await rejection(
          PostgresReadModels.open(url, 'HERE', new SystemClock(), SILENT).then((models) =>
            models.prepare(side.eventStore).finally(() => models.close()),
          ),
          ReadModelsUnusable,
        )
      ).message;

    it('are refused in one sentence: missing, unreachable, read-only, another schema', async () => {
      const missing = new URL(server.url);
      missing.pathname = '/nowhere';
      expect(await refusal(missing.href)).to.equal(
        "The read models at HERE can't be used: there is no such database; create it, or correct the URL.",
      );
      expect(await refusal('postgres://postgres@127.0.0.1:1/postgres')).to.match(
        /nothing listens there; start PostgreSQL/,
      );
      expect(await refusal(`${server.url}?options=${encodeURIComponent('-c search_path=nowhere')}`)).to.match(
        /there is no such schema/,
      );
      const empty = await server.newSchema();
      const readOnly = `${empty.url}${encodeURIComponent(' -c default_transaction_read_only=on')}`;
      expect(await refusal(readOnly)).to.match(/the database is read-only/);
      await empty.remove();
    });

    it('are refused where they are older, newer, or of another event store', async () => {
      await sql`update projection_checkpoints set version = version - 1 where name = 'queue'`.execute(
        side.database.writer,
      );
      expect(await refusal(side.location)).to.match(/are of an older version \(queue\); run hookledger migrate/);
      await sql`update projection_checkpoints set version = version + 2 where name = 'queue'`.execute(
        side.database.writer,
      );
      expect(await refusal(side.location)).to.match(/are of a newer version \(queue\)/);
      expect(
        (await rejection(migrate(side.sealed, side.vault, side.location, 'HERE', SILENT), ReadModelsUnusable)).message,
      ).to.match(/newer version/);
      await sql`update projection_checkpoints set version = version - 1, event_id = 'x' where name = 'queue'`.execute(
        side.database.writer,
      );
      expect(await refusal(side.location)).to.match(/built from another event store \(queue\)/);
    });

    it('forget how far process managers were in another event store, and keep it in the same one', async () => {
      const checkpoints = async () =>
        (await side.database.reader.selectFrom('process_checkpoints').selectAll().execute()).map(({ name }) => name);
      await side.database.writer.insertInto('process_checkpoints').values({ name: 'retries', position: 3 }).execute();
      await rebuildSchema(side.sealed, side.vault, side.location, 'HERE', SILENT);
      expect(await checkpoints()).to.deep.equal(['retries']);
      await sql`update projection_checkpoints set event_id = 'x'`.execute(side.database.writer);
      await migrate(side.sealed, side.vault, side.location, 'HERE', SILENT);
      expect(await checkpoints()).to.deep.equal([]);
    });

    it('are made, brought up to date, and left alone by migrate', async () => {
      await maker.attempt((await maker.report(1))[0] as string, OUTCOMES.ok);
      await side.projector.catchUp();
      const live = await dumpAll(side.database);
      expect(await migrate(side.sealed, side.vault, side.location, 'HERE', SILENT)).to.deep.equal({
        done: 'nothing',
        position: await head(),
      });
      await sql`update projection_checkpoints set version = 0 where name = 'queue'`.execute(side.database.writer);
      await sql`drop table delivery_queue`.execute(side.database.writer);
      expect(await migrate(side.sealed, side.vault, side.location, 'HERE', SILENT)).to.deep.equal({
        done: 'rebuilt',
        position: await head(),
      });
      expect(await dumpAll(side.database)).to.deep.equal(live);
      const empty = await server.newSchema();
      expect(await migrate(side.sealed, side.vault, empty.url, 'HERE', SILENT)).to.deep.equal({
        done: 'created',
        position: -1,
      });
      await empty.remove();
    });
  });
});
