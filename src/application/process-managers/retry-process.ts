import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import type { RetryPolicy } from '../../domain/delivery/retry-policy.js';
import { profile, profileStream } from '../../domain/profile/profile.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import { SKIP_FORGOTTEN } from './forgetting-process.js';
import type { ProcessManager } from './process-manager.js';
import { type FailedAttempt, failedAttempts, type ObservedEvent } from './retry-scheduling.js';

const ACTOR = engineActor('retry-process-manager');

/** A failed attempt is followed by the time of the next one, or by the end. */
export class RetryProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly policy: RetryPolicy,
    private readonly ids: Ids,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    const failed = failedAttempts(events as readonly ObservedEvent[]);
    await Promise.all(failed.map((attempt) => this.schedule(attempt)));
    return failed.length > 0;
  }

  private async schedule({ deliveryId, attempt, eventId, correlationId }: FailedAttempt): Promise<void> {
    const stream = deliveryStream(deliveryId);
    const context = { actor: ACTOR, correlationId, causationId: eventId };
    const { profileId } = await this.aggregates.load(delivery, stream);
    const { status } = await this.aggregates.load(profile, profileStream(profileId));
    const random = this.ids.random();
    // An attempt may have been under way while its profile was forgotten.
    const command =
      status === 'forgotten'
        ? SKIP_FORGOTTEN
        : ({ type: 'ScheduleRetry', attempt, policy: this.policy, random } as const);
    await this.aggregates.execute(delivery, stream, command, context);
  }
}
