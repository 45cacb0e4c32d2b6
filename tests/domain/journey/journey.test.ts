import { type JourneyCommand, type JourneyEvent, journey } from '../../../src/domain/journey/journey.js';
import { specify } from '../../support/specification.js';

const given = specify(journey);

const waiting = {
  flowId: 'flow-1',
  triggerId: 'trigger-1',
  profileId: 'profile-1',
  actionId: 'delay-1',
  next: 'action-2',
  dueAt: '2026-03-02T09:00:00.000Z',
};
const wait: JourneyCommand = { type: 'WaitInJourney', ...waiting };
const waited: JourneyEvent = { type: 'JourneyWaiting', data: waiting };
const resumed: JourneyEvent = { type: 'JourneyResumed', data: { flowId: 'flow-1', actionId: 'delay-1' } };
const ended: JourneyEvent = { type: 'JourneyEnded', data: { flowId: 'flow-1', reason: 'completed' } };

describe('A journey', () => {
  it('waits at a delay, once', () => {
    given().when(wait).then(waited);
    given(waited).when(wait).then();
  });

  it('is resumed once', () => {
    given(waited).when({ type: 'ResumeJourney' }).then(resumed);
    given(waited, resumed).when({ type: 'ResumeJourney' }).then();
    given().when({ type: 'ResumeJourney' }).then();
  });

  it('waits again at a later delay', () => {
    const later = { ...waiting, actionId: 'delay-2' };
    given(waited, resumed)
      .when({ type: 'WaitInJourney', ...later })
      .then({ type: 'JourneyWaiting', data: later });
  });

  it('ends once, and stays so', () => {
    given(waited, resumed).when({ type: 'EndJourney', reason: 'completed' }).then(ended);
    given(waited, resumed, ended).when({ type: 'EndJourney', reason: 'completed' }).then();
    given(waited, resumed, ended).when(wait).then();
  });
});
