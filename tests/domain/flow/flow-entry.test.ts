import { expect } from 'chai';
import type { ReentryCriteria } from '../../../src/domain/flow/flow.js';
import { flowEntry } from '../../../src/domain/flow/flow-entry.js';

/** The triggers that let the profile in, of one at each time. */
function entered(criteria: ReentryCriteria, times: readonly string[]): string[] {
  let state = flowEntry.initialState;
  const triggers: string[] = [];
  for (const [index, at] of times.entries()) {
    const triggerId = `trigger-${index}`;
    const command = { type: 'EnterFlow', flowId: 'f', profileId: 'p', triggerId, at, criteria } as const;
    for (const event of flowEntry.decide(command, state)) state = flowEntry.evolve(state, event);
    if (state.triggerId === triggerId) triggers.push(triggerId);
  }
  return triggers;
}

describe('Re-entry criteria', () => {
  const times = ['2026-01-31T00:00:00Z', '2026-02-06T00:00:00Z', '2026-02-07T00:00:00Z', '2026-02-28T00:00:00Z'];

  it('of all time let a profile in once, or always', () => {
    expect(entered({ duration: 1, unit: 'alltime' }, times)).to.deep.equal(['trigger-0']);
    expect(entered({ duration: 0, unit: 'alltime' }, times)).to.have.lengthOf(4);
  });

  it('count from the last time that it entered, not from the last try', () => {
    expect(entered({ duration: 1, unit: 'week' }, times)).to.deep.equal(['trigger-0', 'trigger-2', 'trigger-3']);
    expect(entered({ duration: 7, unit: 'day' }, times)).to.deep.equal(['trigger-0', 'trigger-2', 'trigger-3']);
    expect(entered({ duration: 1, unit: 'month' }, times)).to.deep.equal(['trigger-0', 'trigger-3']);
    expect(entered({ duration: 144, unit: 'hour' }, times)).to.deep.equal(['trigger-0', 'trigger-1', 'trigger-3']);
  });

  it('let the same trigger in that was let in before, and record it once', () => {
    const criteria = { duration: 1, unit: 'alltime' } as const;
    const command = {
      type: 'EnterFlow',
      flowId: 'f',
      profileId: 'p',
      triggerId: 't',
      at: times[0] as string,
      criteria,
    } as const;
    const [event] = flowEntry.decide(command, flowEntry.initialState);
    if (event === undefined) throw new Error('The first time was refused.');
    const state = flowEntry.evolve(flowEntry.initialState, event);
    expect(flowEntry.decide(command, state)).to.deep.equal([]);
    expect(state.triggerId).to.equal('t');
  });
});
