import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Vault } from '../ports/vault.js';
import type { WaitingDeliveries } from '../ports/waiting-deliveries.js';
import type { ProcessManager } from './process-manager.js';

const ACTOR = engineActor('forgetting-process-manager');
const PROFILE = 'profile-';

export const SKIP_FORGOTTEN = {
  type: 'SkipDelivery',
  reason: 'profile_forgotten',
  message: 'The profile was forgotten, and the body with it.',
} as const;

/**
 * Once a profile is forgotten, its key is destroyed and what still waits to be sent of it is skipped. Whoever forgot it has
 * destroyed the key already, unless that was stopped in between.
 */
export class ForgettingProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly vault: Vault,
    private readonly waiting: WaitingDeliveries,
    private readonly readModels: ReadModels,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    const forgotten = events.filter(({ type }) => type === 'ProfileForgotten');
    for (const event of forgotten) await this.forget(event);
    return forgotten.length > 0;
  }

  private async forget({ id, stream, position, metadata }: RecordedEvent): Promise<void> {
    const profileId = stream.slice(PROFILE.length);
    await this.vault.forget(profileId);
    // What was requested before is known to the read side by then.
    await this.readModels.caughtUpTo(position);
    const context = { actor: ACTOR, correlationId: metadata.correlationId, causationId: id };
    for (const deliveryId of await this.waiting.ofProfile(profileId)) {
      await this.aggregates.execute(delivery, deliveryStream(deliveryId), SKIP_FORGOTTEN, context);
    }
  }
}
