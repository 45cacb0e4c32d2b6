import { expect } from 'chai';
import { ALONE, type Leadership } from '../../src/application/ports/leadership.js';
import { SILENT } from '../../src/application/ports/logger.js';
import { TimedRunner } from '../../src/application/process-managers/timed-runner.js';
import type { TimedWork } from '../../src/application/process-managers/timed-work.js';
import { eventually } from '../support/eventually.js';
import { ManualClock } from '../support/manual-clock.js';

describe('A runner of timed work', () => {
  it('keeps the lead from one piece of work to the next: getting it back takes seconds where many share it', async () => {
    const clock = new ManualClock();
    let [leads, done] = [0, 0];
    const counted: Leadership = {
      lead: (name, stop, work) =>
        ALONE.lead(name, stop, (signal) => {
          leads++;
          return work(signal);
        }),
    };
    const work: TimedWork = {
      name: 'work',
      nextDueAt: async () => (done < 3 ? clock.now() : undefined),
      carryOut: async () => {
        done++;
        return true;
      },
    };
    const runner = new TimedRunner(work, counted, clock, SILENT);
    runner.start();
    await eventually('all is done', () => done === 3);
    await runner.stop();
    expect(leads).to.equal(1);
  });
});
