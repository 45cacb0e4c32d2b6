import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { Clock } from '../ports/clock.js';

export class DeliveryCommands {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  /** Sends a failed or skipped delivery again, the same body, now. @throws RuleViolation delivery_unknown, delivery_not_in_a_queue, delivery_without_body */
  async resend(deliveryId: string, context: CommandContext): Promise<Recorded<void>> {
    const command = { type: 'ResendDelivery', at: new Date(this.clock.now()).toISOString() } as const;
    const { position } = await this.aggregates.execute(delivery, deliveryStream(deliveryId), command, context);
    return { result: undefined, position };
  }
}
