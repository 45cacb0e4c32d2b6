import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { HistoryMaker, steps } from './history-maker.js';
import { DATABASES, dumpAll, ReadSide } from './read-side.js';

for (const kind of DATABASES) {
  describe(`Read models in ${kind}`, () => {
    it('are the same, row for row, kept live in whatever batches or rebuilt in one go', async () => {
      await fc.assert(
        fc.asyncProperty(
          steps,
          fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
          async (sequence, catchUps) => {
            const side = await ReadSide.make(kind);
            try {
              const maker = new HistoryMaker(side.eventStore, side.liveFlows);
              await maker.begin();
              for (const [index, step] of sequence.entries()) {
                await maker.take(step);
                if (catchUps[index]) await side.projector.catchUp();
              }
              await side.projector.catchUp();
              const live = await dumpAll(side.database);

              const folder = temporaryFolder();
              const path = join(folder.path, 'other.db');
              await SqliteReadModels.rebuild(side.sealed, side.vault, path);
              const rebuilt = SqliteReadModels.open(path);
              expect(await dumpAll(rebuilt)).to.deep.equal(live);
              await rebuilt.close();
              folder.remove();
            } finally {
              await side.remove();
            }
          },
        ),
        { numRuns: 40 },
      );
    });

    it('take in what changes nothing: a profile that is changed and changed back within a batch', async () => {
      const side = await ReadSide.make(kind);
      const maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      await maker.report(1, 0);
      await side.projector.catchUp();
      for (const city of [1, 0]) await maker.report(1, city);
      await side.projector.catchUp();
      expect(side.projector.position).to.equal(await side.eventStore.headPosition());
      await side.remove();
    });

    it('hold what the comparison would miss if they were empty', async () => {
      const side = await ReadSide.make(kind);
      const maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      const flowId = await maker.createFlow(2);
      await maker.setFlow(flowId, 'live');
      await maker.setFlow(await maker.createDelayedFlow(), 'live');
      await side.projector.catchUp();
      await maker.report(1);
      await maker.take({ do: 'join', profile: 1 });
      await maker.issueKey();
      await maker.take({ do: 'subscribe' });
      await maker.createItem(1);
      await maker.createVariant(1);
      await maker.view(1, 1);
      await side.projector.catchUp();
      const dump = await dumpAll(side.database);
      for (const [table, rows] of Object.entries(dump)) expect(rows, table).not.to.have.lengthOf(0);
      await side.remove();
    });
  });
}
