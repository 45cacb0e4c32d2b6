import { expect } from 'chai';
import type { DeliveryEvent, SkipReason } from '../../../src/domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../../src/domain/delivery/outcome.js';
import { receiverFailure } from '../../../src/domain/delivery/receiver-failure.js';

const of = { actionId: 'a', flowId: 'f' };
const failed = (outcome: AttemptOutcome): DeliveryEvent => ({
  type: 'DeliveryAttemptFailed',
  data: { ...of, attempt: 1, outcome, failedAt: '2026-11-24T12:00:00.000Z' },
});
const noAnswer = (error: 'timeout' | 'worker_lost'): AttemptOutcome => ({
  kind: 'no-answer',
  error,
  message: '',
  durationMs: 1,
});
const skipped = (reason: SkipReason): DeliveryEvent => ({
  type: 'DeliverySkipped',
  data: { ...of, attempts: 1, reason, code: '410', message: '' },
});

describe('The failure of a receiver', () => {
  it('is each failed attempt, and each delivery that came to its end by one', () => {
    expect(receiverFailure(failed({ kind: 'answer', statusCode: 503, durationMs: 1 }))).to.deep.equal({
      attempt: true,
      final: false,
      code: '503',
    });
    expect(receiverFailure(failed(noAnswer('timeout')))).to.include({ attempt: true, code: 'timeout' });
    expect(receiverFailure(skipped('not_retryable'))).to.deep.equal({ attempt: true, final: true, code: '410' });
    const end = { ...of, attempts: 18, reason: 'retries_used_up', code: '503' } as const;
    // Its last attempt was counted when it failed.
    expect(receiverFailure({ type: 'DeliveryFailed', data: end })).to.deep.equal({
      attempt: false,
      final: true,
      code: '503',
    });
  });

  it('is not what is no fault of the receiver', () => {
    expect(receiverFailure(failed(noAnswer('worker_lost')))).to.equal(undefined);
    for (const reason of ['not_rendered', 'action_removed', 'profile_forgotten'] as const) {
      expect(receiverFailure(skipped(reason)), reason).to.equal(undefined);
    }
    const good = { ...of, attempt: 1, statusCode: 200, durationMs: 1 };
    expect(receiverFailure({ type: 'DeliverySucceeded', data: good })).to.equal(undefined);
  });
});
