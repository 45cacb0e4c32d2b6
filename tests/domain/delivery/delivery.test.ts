import { expect } from 'chai';
import {
  type DeliveryEvent,
  delivery,
  deliveryIdOf,
  deliveryStream,
  type RequestDelivery,
} from '../../../src/domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../../src/domain/delivery/outcome.js';
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/delivery/retry-policy.js';
import { specify } from '../../support/specification.js';

const given = specify(delivery);

const of = { actionId: 'action-1', flowId: 'flow-1' };
const url = 'https://example.com/hooks/orders';
const body = '{"order":1001}';
const requestedAt = '2026-07-15T10:00:00.000Z';
const message = 'No route to the host.';

const request: RequestDelivery = {
  type: 'RequestDelivery',
  ...of,
  triggerId: 'trigger-1',
  profileId: 'profile-1',
  actionRevision: 3,
  url,
  body: { rendered: body },
  at: requestedAt,
};
const startAttempt = { type: 'StartAttempt', url, workerId: 'worker-1' } as const;
const recordOutcome = (attempt: number, outcome: AttemptOutcome, at = '2026-07-15T10:00:01.000Z') =>
  ({ type: 'RecordOutcome', attempt, outcome, at }) as const;
const scheduleRetry = (attempt: number, random = 0) =>
  ({ type: 'ScheduleRetry', attempt, policy: DEFAULT_RETRY_POLICY, random }) as const;
const skip = { type: 'SkipDelivery', reason: 'action_removed', message: 'The action is gone.' } as const;
const resend = { type: 'ResendDelivery', at: '2026-07-20T08:00:00.000Z' } as const;

const answer = (statusCode: number, more: { retryAfterMs?: number; responseBody?: string } = {}): AttemptOutcome => ({
  kind: 'answer',
  statusCode,
  durationMs: 12,
  ...more,
});
const noAnswer = (error: 'timeout' | 'certificate'): AttemptOutcome => ({
  kind: 'no-answer',
  error,
  message,
  durationMs: 30_000,
});

const requested: DeliveryEvent = {
  type: 'DeliveryRequested',
  data: { ...of, triggerId: 'trigger-1', profileId: 'profile-1', actionRevision: 3, url, body, requestedAt },
};
const requestedWithoutBody: DeliveryEvent = { ...requested, data: { ...requested.data, body: null } };
const attempted = (attempt: number): DeliveryEvent => ({
  type: 'DeliveryAttempted',
  data: { ...of, attempt, url, workerId: 'worker-1' },
});
const succeeded = (attempt: number, responseBody?: string): DeliveryEvent => ({
  type: 'DeliverySucceeded',
  data: {
    ...of,
    attempt,
    statusCode: 200,
    durationMs: 12,
    ...(responseBody === undefined ? {} : { profileId: 'profile-1', responseBody }),
  },
});
const attemptFailed = (
  attempt: number,
  outcome: AttemptOutcome = answer(503),
  failedAt = '2026-07-15T10:00:01.000Z',
): DeliveryEvent => ({ type: 'DeliveryAttemptFailed', data: { ...of, attempt, outcome, failedAt } });
const retried = (attempt: number, dueAt: string, reason = '503', random = 0): DeliveryEvent => ({
  type: 'DeliveryRetried',
  data: { ...of, attempt, dueAt, reason, random },
});
const failed = (attempts: number, reason: 'retries_used_up' | 'window_over', code = '503'): DeliveryEvent => ({
  type: 'DeliveryFailed',
  data: { ...of, attempts, reason, code },
});
const removed = (attempts: number): DeliveryEvent => ({
  type: 'DeliverySkipped',
  data: {
    ...of,
    attempts,
    reason: 'action_removed',
    code: 'action_removed',
    message: 'The action is gone.',
  },
});
const notRendered: DeliveryEvent = {
  type: 'DeliverySkipped',
  data: {
    ...of,
    attempts: 0,
    reason: 'not_rendered',
    code: 'not_rendered',
    message: 'The body could not be rendered.',
    renderError: 'Line 3: unknown filter.',
    profileId: 'profile-1',
  },
};
const resentFrom = (from: 'failed' | 'skipped'): DeliveryEvent => ({
  type: 'DeliveryResent',
  data: { ...of, resentAt: resend.at, from },
});
const resent = resentFrom('failed');

/** A round that fails at once each time: attempt, failure, retry, …, ending with the failure of attempt `last`. */
const round = (first: number, last: number): DeliveryEvent[] => {
  const events: DeliveryEvent[] = [];
  for (let attempt = first; attempt <= last; attempt++) {
    if (attempt > first) events.push(retried(attempt, '2026-07-15T10:00:02.000Z'));
    events.push(attempted(attempt), attemptFailed(attempt));
  }
  return events;
};

describe('Delivery', () => {
  describe('requested', () => {
    it('holds the rendered body and what caused it', () => {
      given().when(request).then(requested);
    });

    it('is the same delivery when asked for again, in whatever state', () => {
      given(requested).when(request).then();
      given(requested, attempted(1), succeeded(1)).when(request).then();
    });

    it('sends an empty body as it is', () => {
      given()
        .when({ ...request, body: { rendered: '' } })
        .then({ ...requested, data: { ...requested.data, body: '' } });
    });

    it('is skipped at once where its body could not be rendered', () => {
      given()
        .when({ ...request, body: { error: 'Line 3: unknown filter.' } })
        .then(requestedWithoutBody, notRendered);
    });
  });

  it('must exist before anything can be done with it', () => {
    for (const command of [startAttempt, recordOutcome(1, answer(200)), scheduleRetry(1), skip, resend]) {
      given().when(command).thenRefused('delivery_unknown');
    }
  });

  describe('attempted', () => {
    it('is claimed by a worker with the number of the attempt', () => {
      given(requested).when(startAttempt).then(attempted(1));
      given(requested, ...round(1, 1), retried(2, requestedAt))
        .when(startAttempt)
        .then(attempted(2));
    });

    it('goes where the action points now, and not where it did when it was requested', () => {
      const moved = 'https://example.com/moved';
      given(requested)
        .when({ ...startAttempt, url: moved, workerId: 'worker-2' })
        .then({ type: 'DeliveryAttempted', data: { ...of, attempt: 1, url: moved, workerId: 'worker-2' } });
    });

    it('is not attempted while it is not due', () => {
      const histories: DeliveryEvent[][] = [
        [requested, attempted(1), attemptFailed(1)],
        [requested, attempted(1), succeeded(1)],
        [requested, ...round(1, 18), failed(18, 'retries_used_up')],
        [requested, removed(0)],
        [requestedWithoutBody, notRendered],
      ];
      for (const history of histories)
        given(...history)
          .when(startAttempt)
          .thenRefused('delivery_not_due');
    });

    it('is attempted once, however often its worker asks, and by no other worker meanwhile', () => {
      given(requested, attempted(1)).when(startAttempt).then();
      given(requested, attempted(1))
        .when({ ...startAttempt, workerId: 'worker-2' })
        .thenRefused('delivery_not_due');
    });
  });

  describe('outcome recorded', () => {
    it('succeeds with a 2xx, keeping the beginning of the answer', () => {
      given(requested, attempted(1))
        .when(recordOutcome(1, answer(200)))
        .then(succeeded(1));
      given(requested, attempted(1))
        .when(recordOutcome(1, answer(200, { responseBody: 'thanks' })))
        .then(succeeded(1, 'thanks'));
    });

    it('fails the attempt where a later one may do better', () => {
      given(requested, attempted(1))
        .when(recordOutcome(1, answer(503)))
        .then(attemptFailed(1));
      given(requested, attempted(1))
        .when(recordOutcome(1, noAnswer('timeout')))
        .then(attemptFailed(1, noAnswer('timeout')));
    });

    it('skips the delivery where no attempt would do better, with the reason', () => {
      given(requested, attempted(1))
        .when(recordOutcome(1, answer(410)))
        .then({
          type: 'DeliverySkipped',
          data: {
            ...of,
            attempts: 1,
            reason: 'not_retryable',
            code: '410',
            message: 'The receiver answered 410.',
            outcome: answer(410),
          },
        });
      given(requested, attempted(1))
        .when(recordOutcome(1, noAnswer('certificate')))
        .then({
          type: 'DeliverySkipped',
          data: {
            ...of,
            attempts: 1,
            reason: 'not_retryable',
            code: 'certificate',
            message,
            outcome: noAnswer('certificate'),
          },
        });
    });

    it('is refused for an attempt that is not running', () => {
      const late = recordOutcome(1, answer(200));
      given(requested).when(late).thenRefused('attempt_not_running');
      given(requested, attempted(1), attemptFailed(1)).when(late).thenRefused('attempt_not_running');
      given(requested, attempted(1), succeeded(1)).when(late).thenRefused('attempt_not_running');
      given(requested, ...round(1, 1), retried(2, requestedAt), attempted(2))
        .when(late)
        .thenRefused('attempt_not_running');
      given(requested, attempted(1))
        .when(recordOutcome(2, answer(200)))
        .thenRefused('attempt_not_running');
    });
  });

  describe('retry scheduled', () => {
    it('is due after the back-off, with the random number that it came from', () => {
      given(requested, ...round(1, 1))
        .when(scheduleRetry(1, 0))
        .then(retried(2, '2026-07-15T10:00:02.000Z'));
      given(requested, ...round(1, 1))
        .when(scheduleRetry(1, 0.5))
        .then(retried(2, '2026-07-15T10:00:04.000Z', '503', 0.5));
    });

    it('is due when the receiver asked for it, where that is later', () => {
      const busy = answer(429, { retryAfterMs: 60_000 });
      given(requested, attempted(1), attemptFailed(1, busy))
        .when(scheduleRetry(1, 0.5))
        .then(retried(2, '2026-07-15T10:01:01.000Z', '429', 0.5));
    });

    it('names the transport error as its reason', () => {
      given(requested, attempted(1), attemptFailed(1, noAnswer('timeout')))
        .when(scheduleRetry(1))
        .then(retried(2, '2026-07-15T10:00:02.000Z', 'timeout'));
    });

    it('follows up to the 17th time, and then the delivery has failed', () => {
      given(requested, ...round(1, 17))
        .when(scheduleRetry(17))
        .then(retried(18, '2026-07-15T10:00:02.000Z'));
      given(requested, ...round(1, 18))
        .when(scheduleRetry(18))
        .then(failed(18, 'retries_used_up'));
    });

    it('ends with the window, though retries are left', () => {
      const lastInstant = '2026-07-16T09:59:59.000Z';
      given(requested, attempted(1), attemptFailed(1, answer(503), lastInstant))
        .when(scheduleRetry(1))
        .then(retried(2, '2026-07-16T10:00:00.000Z'));
      given(requested, attempted(1), attemptFailed(1, answer(503), '2026-07-16T09:59:59.001Z'))
        .when(scheduleRetry(1))
        .then(failed(1, 'window_over'));
      given(requested, attempted(1), attemptFailed(1, answer(503, { retryAfterMs: 24 * 3_600_000 })))
        .when(scheduleRetry(1))
        .then(failed(1, 'window_over'));
    });

    it('is decided once, and for the attempt that failed', () => {
      given(requested).when(scheduleRetry(1)).then();
      given(requested, attempted(1)).when(scheduleRetry(1)).then();
      given(requested, ...round(1, 1), retried(2, requestedAt))
        .when(scheduleRetry(1))
        .then();
      given(requested, ...round(1, 2))
        .when(scheduleRetry(1))
        .then();
      given(requested, ...round(1, 18), failed(18, 'retries_used_up'))
        .when(scheduleRetry(18))
        .then();
    });
  });

  describe('skipped by the engine', () => {
    it('while it is due or waits', () => {
      given(requested).when(skip).then(removed(0));
      given(requested, ...round(1, 1), retried(2, requestedAt))
        .when(skip)
        .then(removed(1));
    });

    it('but not in the middle of an attempt, nor after its end', () => {
      given(requested, attempted(1)).when(skip).then();
      given(requested, attempted(1), succeeded(1)).when(skip).then();
      given(requested, removed(0)).when(skip).then();
    });
  });

  describe('resent', () => {
    it('from the failed and the skipped queue', () => {
      given(requested, ...round(1, 18), failed(18, 'retries_used_up'))
        .when(resend)
        .then(resent);
      given(requested, removed(0)).when(resend).then(resentFrom('skipped'));
      given({ ...requested, data: { ...requested.data, body: '' } }, removed(0))
        .when(resend)
        .then(resentFrom('skipped'));
    });

    it('goes on counting attempts, and starts its retries and its window anew', () => {
      const before = [requested, ...round(1, 18), failed(18, 'retries_used_up'), resent];
      given(...before)
        .when(startAttempt)
        .then(attempted(19));
      given(...before, attempted(19), attemptFailed(19, answer(503), '2026-07-20T08:00:01.000Z'))
        .when(scheduleRetry(19))
        .then(retried(20, '2026-07-20T08:00:02.000Z'));
      given(...before, ...round(19, 36))
        .when(scheduleRetry(36))
        .then(failed(36, 'retries_used_up'));
    });

    it('is refused where the delivery is in neither queue', () => {
      const histories = [
        [requested],
        [requested, attempted(1)],
        [requested, ...round(1, 1)],
        [requested, attempted(1), succeeded(1)],
        [requested, removed(0), resentFrom('skipped')],
      ];
      for (const history of histories) {
        given(...history)
          .when(resend)
          .thenRefused('delivery_not_in_a_queue');
      }
    });

    it('is refused where there is no body to send', () => {
      given(requestedWithoutBody, notRendered).when(resend).thenRefused('delivery_without_body');
    });
  });

  describe('its id', () => {
    it('follows from the action and the trigger, and never changes', () => {
      expect(deliveryIdOf('action-1', 'trigger-1')).to.equal('ed4a1442-f5c8-5838-a69a-0de711091011');
      expect(deliveryIdOf('action-1', 'trigger-1')).to.equal(deliveryIdOf('action-1', 'trigger-1'));
      expect(deliveryIdOf('action-1', 'trigger-2')).not.to.equal(deliveryIdOf('action-1', 'trigger-1'));
      expect(deliveryIdOf('action-2', 'trigger-1')).not.to.equal(deliveryIdOf('action-1', 'trigger-1'));
      expect(deliveryIdOf('trigger-1', 'action-1')).not.to.equal(deliveryIdOf('action-1', 'trigger-1'));
    });

    it('names its stream', () => {
      expect(deliveryStream('7')).to.equal('delivery-7');
    });
  });
});
