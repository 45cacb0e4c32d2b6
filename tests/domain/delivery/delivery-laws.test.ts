import { expect } from 'chai';
import fc from 'fast-check';
import {
  type DeliveryCommand,
  type DeliveryEvent,
  type DeliveryState,
  delivery,
} from '../../../src/domain/delivery/delivery.js';
import { type AttemptOutcome, TRANSPORT_ERRORS } from '../../../src/domain/delivery/outcome.js';
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/delivery/retry-policy.js';
import { random } from '../../support/arbitraries.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const of = { actionId: 'action-1', flowId: 'flow-1' };
const url = 'https://example.com/hooks';

/** Within two days, so that some are within the window and some beyond it. */
const at = fc.integer({ min: 0, max: 48 * 3_600_000 }).map((ms) => new Date(Date.UTC(2026, 6, 15) + ms).toISOString());
const soon = fc.integer({ min: 0, max: 60_000 }).map((ms) => new Date(Date.UTC(2026, 6, 15) + ms).toISOString());

const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('answer' as const),
      statusCode: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(503, 429, 500) },
        { weight: 1, arbitrary: fc.constantFrom(200, 204, 410, 302) },
      ),
      durationMs: fc.nat({ max: 30_000 }),
      retryAfterMs: fc.nat({ max: 3_600_000 }),
      responseBody: fc.string(),
    },
    { requiredKeys: ['kind', 'statusCode', 'durationMs'] },
  ),
  fc.record({
    kind: fc.constant('no-answer' as const),
    error: fc.constantFrom(...TRANSPORT_ERRORS, 'timeout' as const, 'connection_refused' as const),
    message: fc.string(),
    durationMs: fc.nat({ max: 30_000 }),
  }),
);

/** How far behind the current attempt a command's attempt is: mostly not at all, or else nothing would ever go on. */
const behind = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -1 }) });

/** Commands whose attempt is counted backwards from the current one. */
const step: fc.Arbitrary<DeliveryCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('RequestDelivery' as const),
      actionId: fc.constant(of.actionId),
      flowId: fc.constant(of.flowId),
      triggerId: fc.constant('trigger-1'),
      profileId: fc.constant('profile-1'),
      actionRevision: fc.nat(),
      url: fc.constant(url),
      body: fc.oneof(
        { weight: 5, arbitrary: fc.record({ rendered: fc.string() }) },
        { weight: 1, arbitrary: fc.record({ error: fc.string() }) },
      ),
      at: soon,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('StartAttempt' as const),
      url: fc.constant(url),
      workerId: fc.constantFrom('worker-1', 'worker-2'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('RecordOutcome' as const),
      attempt: behind,
      outcome,
      at: fc.oneof({ weight: 20, arbitrary: soon }, { weight: 1, arbitrary: at }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('ScheduleRetry' as const),
      attempt: behind,
      policy: fc.constantFrom(DEFAULT_RETRY_POLICY, { ...DEFAULT_RETRY_POLICY, scale: 0.001 }),
      random,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('SkipDelivery' as const),
      reason: fc.constantFrom('not_rendered' as const, 'action_removed' as const),
      message: fc.string(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('ResendDelivery' as const), at }) },
);

function adapt(command: DeliveryCommand, state: DeliveryState): DeliveryCommand {
  return 'attempt' in command ? { ...command, attempt: state.attempts - command.attempt } : command;
}

const FINAL: ReadonlySet<string> = new Set(['DeliverySucceeded', 'DeliveryFailed', 'DeliverySkipped']);

/** Runs random commands, then goes on with attempts that fail until the delivery comes to an end. */
const history = fc.array(step, { maxLength: 150 }).map((steps): readonly DeliveryEvent[] => {
  const toTheEnd: DeliveryCommand[] = Array.from({ length: 18 }).flatMap((): DeliveryCommand[] => [
    { type: 'StartAttempt', url, workerId: 'worker-1' },
    {
      type: 'RecordOutcome',
      attempt: 0,
      outcome: { kind: 'answer', statusCode: 503, durationMs: 1 },
      at: new Date(Date.UTC(2026, 6, 15)).toISOString(),
    },
    { type: 'ScheduleRetry', attempt: 0, policy: DEFAULT_RETRY_POLICY, random: 0 },
  ]);
  return play(delivery, [...steps, ...toTheEnd], adapt).events;
});

describe('Delivery, over any sequence of commands', () => {
  describeDeciderLaws(delivery, step, adapt);

  it('is not attempted after its end, unless it was resent', () => {
    fc.assert(
      fc.property(history, (events) => {
        let ended = false;
        for (const { type } of events) {
          if (type === 'DeliveryAttempted') expect(ended, 'an attempt after the end').to.equal(false);
          if (FINAL.has(type)) ended = true;
          if (type === 'DeliveryResent') ended = false;
        }
      }),
    );
  });

  it('records nothing at all after it succeeded', () => {
    fc.assert(
      fc.property(history, (events) => {
        const success = events.findIndex(({ type }) => type === 'DeliverySucceeded');
        if (success !== -1) expect(events.slice(success + 1)).to.deep.equal([]);
      }),
    );
  });

  it('numbers its attempts 1, 2, 3, … through all rounds', () => {
    fc.assert(
      fc.property(history, (events) => {
        const attempts = events.flatMap((event) => (event.type === 'DeliveryAttempted' ? [event.data.attempt] : []));
        expect(attempts).to.deep.equal(attempts.map((_, index) => index + 1));
      }),
    );
  });

  it('is attempted at most 18 times between a request or resend and the end', () => {
    fc.assert(
      fc.property(history, (events) => {
        let attempts = 0;
        for (const { type } of events) {
          if (type === 'DeliveryRequested' || type === 'DeliveryResent') attempts = 0;
          if (type === 'DeliveryAttempted') attempts++;
          expect(attempts).to.be.at.most(18);
        }
      }),
    );
  });

  it('comes to its end', () => {
    fc.assert(
      fc.property(history, (events) => {
        if (events.length > 0) expect([...FINAL]).to.include(events.at(-1)?.type);
      }),
    );
  });

  it('announces each attempt: requested, retried or resent just before it', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const [index, event] of events.entries()) {
          if (event.type !== 'DeliveryAttempted') continue;
          expect(['DeliveryRequested', 'DeliveryRetried', 'DeliveryResent']).to.include(events[index - 1]?.type);
        }
      }),
    );
  });

  it('is sure to be attempted 18 times where nothing ever answers', () => {
    const request: DeliveryCommand = {
      type: 'RequestDelivery',
      ...of,
      triggerId: 'trigger-1',
      profileId: 'profile-1',
      actionRevision: 1,
      url,
      body: { rendered: '{}' },
      at: new Date(Date.UTC(2026, 6, 15)).toISOString(),
    };
    fc.assert(
      fc.property(fc.array(random, { minLength: 20, maxLength: 20 }), (randoms) => {
        const steps = randoms.flatMap((number): DeliveryCommand[] => [
          { type: 'StartAttempt', url, workerId: 'worker-1' },
          {
            type: 'RecordOutcome',
            attempt: 0,
            outcome: { kind: 'no-answer', error: 'timeout', message: '', durationMs: 30_000 },
            at: request.at,
          },
          { type: 'ScheduleRetry', attempt: 0, policy: DEFAULT_RETRY_POLICY, random: number },
        ]);
        const { events, state } = play(delivery, [request, ...steps], adapt);
        expect(events.filter(({ type }) => type === 'DeliveryAttempted')).to.have.length(18);
        expect(events.at(-1)).to.deep.equal({
          type: 'DeliveryFailed',
          data: { ...of, attempts: 18, reason: 'retries_used_up', code: 'timeout' },
        });
        expect(state.status).to.equal('failed');
      }),
    );
  });
});
