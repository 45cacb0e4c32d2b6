import { expect } from 'chai';
import { sql } from 'kysely';
import { catalogProjection } from '../../src/projections/catalog/catalog-projection.js';
import type { Projection } from '../../src/projections/projection.js';
import { prepareTables } from '../../src/projections/projection-tables.js';
import { PROJECTIONS } from '../../src/projections/projections.js';
import { readStatus } from '../../src/projections/projector.js';
import { eventually } from '../support/eventually.js';
import { ManualClock } from '../support/manual-clock.js';
import { HistoryMaker } from './history-maker.js';
import { DATABASES, dumpAll, ReadSide } from './read-side.js';

for (const kind of DATABASES) {
  describe(`The projector in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
    });
    afterEach(() => side.remove());

    const names = async (): Promise<string[]> => {
      const rows = await side.database.reader.selectFrom('catalog').select('name').orderBy('name').execute();
      return rows.map(({ name }) => name);
    };

    it('writes rows and checkpoint together: what fails half-way leaves neither, and is done once when it works again', async () => {
      let fail = true;
      const moody: Projection = {
        ...catalogProjection,
        async apply(events, transaction, vault) {
          await catalogProjection.apply(events, transaction, vault);
          if (fail) throw new Error('the disk is full');
        },
      };
      const projector = side.newProjector({
        projections: PROJECTIONS.map((one) => (one === catalogProjection ? moody : one)),
      });
      await projector.prepare();
      let failure = '';
      await projector.catchUp().catch((error: Error) => {
        failure = error.message;
      });
      expect(failure).to.equal('the disk is full');
      expect(await names()).to.deep.equal([]);
      expect((await readStatus(side.database.reader)).map(({ position }) => position)).to.satisfy((all: number[]) =>
        all.every((position) => position === -1),
      );
      fail = false;
      await projector.catchUp();
      expect(await names()).to.deep.equal(['Placed Order', 'Wholesale']);
    });

    it('says what it is stuck at, where everybody can see it, and goes on by itself', async () => {
      let fail = true;
      const moody: Projection = {
        ...catalogProjection,
        async apply(events, transaction, vault) {
          if (fail) throw new Error('the disk is full');
          await catalogProjection.apply(events, transaction, vault);
        },
      };
      const clock = new ManualClock();
      const projector = side.newProjector({ projections: [moody], clock });
      await projector.prepare();
      projector.start();
      while (side.progress.error === null) await new Promise((next) => setImmediate(next));
      expect(side.progress.error).to.equal('the disk is full');
      while ((await readStatus(side.database.reader)).find(({ name }) => name === 'catalog')?.error === null) {
        await new Promise((next) => setImmediate(next));
      }
      fail = false;
      while (side.progress.error !== null) {
        clock.advance(1_000);
        await new Promise((next) => setImmediate(next));
      }
      await eventually('it is caught up', async () => (await names()).length === 2);
      expect(await names()).to.deep.equal(['Placed Order', 'Wholesale']);
      expect((await readStatus(side.database.reader)).find(({ name }) => name === 'catalog')?.error).to.equal(null);
      await projector.stop();
    });

    it('goes live without a gap: who waits for a position reads what stands there', async () => {
      side.projector.start();
      for (let n = 0; n < 20; n++) {
        const { position } = await maker.events.createMetric(`Metric ${n}`, {
          actor: { kind: 'cli', id: 'test', name: 'test' },
          correlationId: 'c',
          causationId: 'c',
        });
        await side.progress.caughtUpTo(position);
        expect(await names()).to.include(`Metric ${n}`);
      }
      await side.projector.stop();
    });

    it('lets nobody wait for ever once it stops', async () => {
      side.projector.start();
      await side.progress.caughtUpTo(await side.eventStore.headPosition());
      const waiting = side.progress.caughtUpTo(1_000_000).catch((error: Error) => error.message);
      await side.projector.stop();
      side.progress.close();
      expect(await waiting).to.match(/stopping/);
    });

    it('builds a read model of another version anew, and leaves the others', async () => {
      await side.projector.catchUp();
      const before = await dumpAll(side.database);
      await sql`update catalog set name = 'as an older version had it'`.execute(side.database.writer);
      const newer = PROJECTIONS.map((one) => (one === catalogProjection ? { ...one, version: one.version + 1 } : one));
      await prepareTables(side.database.writer, newer, side.eventStore);
      const projector = side.newProjector({ projections: newer });
      await projector.prepare();
      await projector.catchUp();
      expect(await dumpAll(side.database)).to.deep.equal(before);
    });

    it('builds everything anew where the event store is another one than it was built from', async () => {
      await maker.createFlow(2);
      await side.projector.catchUp();
      const other = await ReadSide.make(kind);
      const elsewhere = new HistoryMaker(other.eventStore, other.liveFlows);
      await elsewhere.begin();
      await elsewhere.report(1);
      await elsewhere.createFlow(3);
      await prepareTables(side.database.writer, PROJECTIONS, other.eventStore);
      const projector = side.newProjector({ eventStore: other.eventStore });
      await projector.prepare();
      await projector.catchUp();
      await other.projector.catchUp();
      expect(await dumpAll(side.database)).to.deep.equal(await dumpAll(other.database));
      await other.remove();
    });
  });
}
