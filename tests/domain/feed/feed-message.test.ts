import { expect } from 'chai';
import { FEED_EVENT_TYPES } from '../../../src/domain/feed/feed-events.js';
import { actionMessage, deliveryMessage, feedTypeOf } from '../../../src/domain/feed/feed-message.js';

const AT = '2026-11-24T12:00:00.000Z';
const of = { actionId: 'a', flowId: 'f' };
const ids = { deliveryId: 'd', triggerId: 't', profileId: 'p' };

describe('What the feed tells', () => {
  it('has a type for each event that it tells of, and none for others', () => {
    const told = ['DeliveryFailed', 'DeliverySkipped', 'WebhookActionSuspended', 'WebhookActionAlerted'];
    expect(told.map((type) => feedTypeOf({ type }))).to.deep.equal(FEED_EVENT_TYPES);
    for (const type of ['DeliverySucceeded', 'DeliveryRequested', 'WebhookActionPaused', 'toString']) {
      expect(feedTypeOf({ type }), type).to.equal(undefined);
    }
  });

  it('of a delivery is by ids, and why', () => {
    const data = { ...of, attempts: 18, reason: 'retries_used_up', code: '503' } as const;
    expect(deliveryMessage({ type: 'DeliveryFailed', data }, ids, AT)).to.deep.equal({
      type: 'delivery.failed',
      timestamp: AT,
      data: {
        delivery_id: 'd',
        flow_id: 'f',
        action_id: 'a',
        trigger_id: 't',
        profile_id: 'p',
        attempts: 18,
        reason: 'retries_used_up',
        code: '503',
      },
    });
  });

  it('of a delivery holds nothing of what the receiver or the template said', () => {
    const outcome = { kind: 'answer', statusCode: 410, durationMs: 3, responseBody: 'ana@example.com' } as const;
    const why = { reason: 'not_retryable', code: '410', message: 'ana@example.com', renderError: 'ana@example.com' };
    const data = { ...of, ...why, reason: 'not_retryable', attempts: 1, outcome, profileId: 'p' } as const;
    const message = deliveryMessage({ type: 'DeliverySkipped', data }, ids, AT);
    expect(message).to.deep.include({ type: 'delivery.skipped' });
    expect(message.data).to.include({ reason: 'not_retryable', code: '410', attempts: 1 });
    expect(JSON.stringify(message)).not.to.include('ana@');
  });

  it('of an action is how much failed, and since when or within what', () => {
    const suspended = { flowId: 'f', reason: 'All failed.', failingSince: AT, failures: 41 };
    expect(actionMessage({ type: 'WebhookActionSuspended', data: suspended }, 'a', AT)).to.deep.equal({
      type: 'action.suspended',
      timestamp: AT,
      data: { flow_id: 'f', action_id: 'a', failures: 41, failing_since: AT, reason: 'All failed.' },
    });
    const alerted = { flowId: 'f', failures: 50, windowMinutes: 60, at: AT };
    expect(actionMessage({ type: 'WebhookActionAlerted', data: alerted }, 'a', AT)).to.deep.equal({
      type: 'action.alert',
      timestamp: AT,
      data: { flow_id: 'f', action_id: 'a', failures: 50, window_minutes: 60 },
    });
  });
});
