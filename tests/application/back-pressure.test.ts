import { expect } from 'chai';
import { BackPressure } from '../../src/application/back-pressure.js';
import { SILENT } from '../../src/application/ports/logger.js';
import { ManualClock } from '../support/manual-clock.js';

/** A limit of 100 over a backlog that the test sets. */
function underLoad(limit = 100) {
  const clock = new ManualClock();
  const load = { due: 0, behind: 0, looks: 0, fails: false, takesMs: 0 };
  const queue = {
    due: async (_now: number, atMost: number) => {
      load.looks++;
      if (load.fails) throw new Error('the read models are away');
      clock.advance(load.takesMs);
      return Math.min(load.due, atMost);
    },
  };
  return { clock, load, backPressure: new BackPressure(limit, queue, async () => load.behind, clock, SILENT) };
}

describe('Back-pressure', () => {
  it('takes events up to the limit, and refuses above it', async () => {
    const { clock, load, backPressure } = underLoad();
    load.due = 100;
    expect(await backPressure.retryAfter()).to.equal(undefined);
    load.due = 101;
    clock.advance(1_000);
    // What may go on does not wait for the look that it set off.
    expect(await backPressure.retryAfter()).to.equal(undefined);
    await backPressure.waiting();
    expect(await backPressure.retryAfter()).to.equal(5);
  });

  it('counts events that the read models are behind as well', async () => {
    const { load, backPressure } = underLoad();
    [load.due, load.behind] = [60, 41];
    expect(await backPressure.retryAfter()).to.equal(5);
    expect(await backPressure.waiting()).to.equal(101);
  });

  it('looks once a second at the most, however many ask', async () => {
    const { clock, load, backPressure } = underLoad();
    load.due = 101;
    await Promise.all(Array.from({ length: 100 }, () => backPressure.retryAfter()));
    expect(load.looks).to.equal(1);
    clock.advance(999);
    await Promise.all([backPressure.retryAfter(), backPressure.waiting()]);
    expect(load.looks).to.equal(1);
    clock.advance(1);
    await Promise.all([backPressure.retryAfter(), backPressure.waiting()]);
    expect(load.looks).to.equal(2);
  });

  it('looks less often where a look takes long', async () => {
    const { clock, load, backPressure } = underLoad();
    load.takesMs = 500;
    await backPressure.retryAfter();
    clock.advance(9_999);
    await backPressure.retryAfter();
    expect(load.looks).to.equal(1);
    clock.advance(1);
    await backPressure.retryAfter();
    expect(load.looks).to.equal(2);
  });

  it('says when to come again by how quickly the backlog shrinks, from 1 to 60 seconds', async () => {
    const { clock, load, backPressure } = underLoad();
    const waits: (number | undefined)[] = [];
    for (const due of [200, 190, 180, 180, 101, 100]) {
      load.due = due;
      waits.push(await backPressure.retryAfter());
      clock.advance(1_000);
    }
    // Not known; 90 at 10 a second; 80 at 10; it stands still; 1 at 79; there is room.
    expect(waits).to.deep.equal([5, 9, 8, 60, 1, undefined]);
  });

  it('refuses nobody by what was long ago', async () => {
    const { clock, load, backPressure } = underLoad();
    load.due = 150;
    expect(await backPressure.retryAfter()).to.equal(5);
    load.due = 0;
    clock.advance(3_600_000);
    expect(await backPressure.retryAfter()).to.equal(undefined);
  });

  it('takes events while the backlog can not be looked at', async () => {
    const { clock, load, backPressure } = underLoad();
    load.due = 150;
    expect(await backPressure.retryAfter()).to.equal(5);
    load.fails = true;
    clock.advance(1_000);
    expect(await backPressure.retryAfter()).to.equal(undefined);
    expect(await backPressure.waiting()).to.deep.equal(Number.NaN);
  });

  it('has no limit with 0, and tells what waits all the same', async () => {
    const { load, backPressure } = underLoad(0);
    load.due = 500_000;
    expect(await backPressure.retryAfter()).to.equal(undefined);
    expect(load.looks).to.equal(0);
    expect(await backPressure.waiting()).to.equal(500_000);
  });
});
