import { expect } from 'chai';
import { ALONE } from '../../src/application/ports/leadership.js';
import { TimedRunner } from '../../src/application/process-managers/timed-runner.js';
import type { TimedWork } from '../../src/application/process-managers/timed-work.js';
import { SILENT } from '../projections/read-side.js';
import { eventually } from '../support/eventually.js';
import { ManualClock } from '../support/manual-clock.js';

/** Times at which something is due, done one after the other. */
class Appointments implements TimedWork {
  readonly name = 'appointments';
  readonly done: number[] = [];

  constructor(
    readonly due: number[],
    private readonly clock: ManualClock,
  ) {}

  async nextDueAt(): Promise<number | undefined> {
    return this.due[0];
  }

  async carryOut(): Promise<boolean> {
    await new Promise((next) => setImmediate(next));
    while (this.due[0] !== undefined && this.due[0] <= this.clock.now()) this.done.push(this.due.shift() as number);
    return true;
  }
}

describe('What time brings about', () => {
  it('is done when it is due, or found to be due by now, and is settled in between', async () => {
    const clock = new ManualClock('2026-03-01T08:00:00Z');
    const [now, later, last] = [clock.now(), clock.now() + 5_000, clock.now() + 9_000];
    const work = new Appointments([now, later], clock);
    const runner = new TimedRunner(work, ALONE, clock, SILENT);
    await runner.settled();
    runner.start();
    await runner.settled();
    expect(work.done).to.deep.equal([now]);
    clock.advance(5_000);
    await eventually('the second is done', () => work.done.length === 2);
    await runner.settled();
    work.due.push(last);
    clock.advance(4_000);
    // Nobody has told it yet: it sleeps until something is known to be due.
    expect(work.done).to.deep.equal([now, later]);
    runner.wake();
    await runner.settled();
    expect(work.done).to.deep.equal([now, later, last]);
    await runner.stop();
    await runner.settled();
  });
});
