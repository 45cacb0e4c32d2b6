import { expect } from 'chai';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';

describe('The progress of the projections', () => {
  it('lets those go on who wait for a position: of all projections, or of those that they name', async () => {
    const progress = new ProjectionProgress(['queue', 'flows', 'activity']);
    const reached: string[] = [];
    const wait = (what: string, projections?: readonly string[]) =>
      progress.caughtUpTo(5, projections).then(() => reached.push(what));
    const all = [wait('all'), wait('flows', ['flows']), wait('flows and queue', ['flows', 'queue'])];
    await progress.committed({ names: ['flows'], position: 5, changed: [] });
    await all[1];
    expect(reached).to.deep.equal(['flows']);
    await progress.committed({ names: ['queue'], position: 7, changed: [] });
    await all[2];
    await progress.committed({ names: ['activity'], position: 5, changed: [] });
    await Promise.all(all);
    expect(reached).to.deep.equal(['flows', 'flows and queue', 'all']);
    await progress.caughtUpTo(7, ['queue']);
  });

  it('knows no others', async () => {
    const progress = new ProjectionProgress(['queue']);
    expect(() => progress.caughtUpTo(1, ['flow'])).to.throw("There is no projection 'flow'");
  });

  it('has a mark that grows with each commit, whichever projections it was of', async () => {
    const progress = new ProjectionProgress(['queue', 'activity']);
    const marks = [progress.mark];
    for (const [name, position] of [
      ['queue', 0],
      ['activity', 0],
      ['queue', 9],
    ] as const) {
      await progress.committed({ names: [name], position, changed: [name] });
      marks.push(progress.mark);
    }
    expect(marks).to.deep.equal([0, 1, 2, 11]);
  });
});
