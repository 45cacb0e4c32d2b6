import { expect } from 'chai';
import { metricIdOf } from '../../src/domain/metric/metric.js';
import { SAMPLES_KEPT } from '../../src/projections/samples/sample-projection.js';
import { SampleQueries } from '../../src/projections/samples/sample-queries.js';
import { HistoryMaker } from './history-maker.js';
import { DATABASES, ReadSide } from './read-side.js';

for (const kind of DATABASES) {
  describe(`Samples of triggers in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;
    let queries: SampleQueries;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      queries = new SampleQueries(side.database.reader);
    });
    afterEach(() => side.remove());

    const timesOf = async (sourceId: string): Promise<string[]> =>
      (await queries.newest(sourceId)).map(({ occurredAt }) => occurredAt.slice(11, 19));

    it('are the last events of a metric, the newest first, in whatever batches they came', async () => {
      for (let number = 0; number < SAMPLES_KEPT + 5; number++) {
        maker.clock.advance(1_000);
        await maker.report(1);
        if (number % 7 === 0) await side.projector.catchUp();
      }
      await side.projector.catchUp();
      const times = await timesOf(maker.metricId);
      expect(times).to.have.lengthOf(SAMPLES_KEPT);
      expect([times.at(0), times.at(-1)]).to.deep.equal(['08:00:25', '08:00:06']);
      const [sample] = await queries.newest(maker.metricId);
      const stored = await side.eventStore.readStream(`trigger-${sample?.triggerId}`);
      expect(stored[0]?.data).to.deep.include({ sourceId: maker.metricId, profileId: sample?.profileId });
    });

    it('are those of their metric alone, and none of a list', async () => {
      await maker.report(1);
      await maker.view(1, 1);
      await maker.take({ do: 'join', profile: 1 });
      await side.projector.catchUp();
      expect(await timesOf(maker.metricId)).to.have.lengthOf(1);
      expect(await timesOf(metricIdOf('Viewed Product'))).to.have.lengthOf(1);
      expect(await timesOf(maker.listId)).to.deep.equal([]);
    });
  });
}
