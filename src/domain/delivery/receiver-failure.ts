import type { DeliveryEvent } from './delivery.js';
import { type AttemptOutcome, codeOf } from './outcome.js';

/** What the receiver did wrong, by one event. */
export interface ReceiverFailure {
  /** Whether an attempt failed by this event; a delivery that is given up after its last attempt says so once more. */
  attempt: boolean;
  /** Whether the delivery came to its end by it. */
  final: boolean;
  code: string;
}

/**
 * What an event says against the receiver; undefined where it says nothing. A body that could not be rendered, a profile that
 * was forgotten, an action that was removed and a worker that was lost are no fault of the receiver.
 */
export function receiverFailure(event: DeliveryEvent): ReceiverFailure | undefined {
  switch (event.type) {
    case 'DeliveryAttemptFailed':
      return isOfWorker(event.data.outcome)
        ? undefined
        : { attempt: true, final: false, code: codeOf(event.data.outcome) };
    case 'DeliverySkipped':
      return event.data.reason === 'not_retryable' ? { attempt: true, final: true, code: event.data.code } : undefined;
    case 'DeliveryFailed':
      return { attempt: false, final: true, code: event.data.code };
    default:
      return undefined;
  }
}

const isOfWorker = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'no-answer' && outcome.error === 'worker_lost';
