import { expect } from 'chai';
import { failedAttempts, type ObservedEvent } from '../../src/application/process-managers/retry-scheduling.js';

const of = { actionId: 'a', flowId: 'f' };
const observed = (stream: string, event: Pick<ObservedEvent, 'type' | 'data'>, id = `${stream}-${event.type}`) =>
  ({ ...event, id, stream, metadata: { correlationId: `correlation of ${stream}` } }) as ObservedEvent;

const failed = (stream: string, attempt: number) =>
  observed(stream, {
    type: 'DeliveryAttemptFailed',
    data: {
      ...of,
      attempt,
      failedAt: '2026-01-01T00:00:00.000Z',
      outcome: { kind: 'answer', statusCode: 503, durationMs: 1 },
    },
  } as ObservedEvent);
const retried = (stream: string, attempt: number) =>
  observed(stream, {
    type: 'DeliveryRetried',
    data: { ...of, attempt, dueAt: '2026-01-01T00:00:05.000Z', reason: '503', random: 0.5 },
  } as ObservedEvent);

describe('The retry process manager', () => {
  it('asks for a retry of each failed attempt', () => {
    expect(failedAttempts([failed('delivery-1', 1), failed('delivery-2', 3)])).to.deep.equal([
      {
        deliveryId: '1',
        attempt: 1,
        eventId: 'delivery-1-DeliveryAttemptFailed',
        correlationId: 'correlation of delivery-1',
      },
      {
        deliveryId: '2',
        attempt: 3,
        eventId: 'delivery-2-DeliveryAttemptFailed',
        correlationId: 'correlation of delivery-2',
      },
    ]);
  });

  it('asks for nothing where the answer stands in the same events', () => {
    expect(failedAttempts([failed('delivery-1', 1), retried('delivery-1', 2)])).to.deep.equal([]);
  });

  it('asks for the last failure only, where a delivery failed, was retried and failed again', () => {
    const events = [failed('delivery-1', 1), retried('delivery-1', 2), failed('delivery-1', 2)];
    expect(failedAttempts(events).map(({ attempt }) => attempt)).to.deep.equal([2]);
  });

  it('looks at nothing but deliveries', () => {
    expect(
      failedAttempts([observed('metric-1', { type: 'MetricCreated', data: { name: 'x' } } as ObservedEvent)]),
    ).to.deep.equal([]);
  });
});
