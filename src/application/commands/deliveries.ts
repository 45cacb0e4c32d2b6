import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { AggregateStore, Recorded } from '../aggregate-store.js';
import type { CommandContext } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import { BEFORE_ALL } from '../ports/event-store.js';

/** What became of many that were to be sent again. */
export interface ResentMany {
  resent: number;
  /** How many can't be sent again, by the rule that forbids it. */
  refused: ReadonlyMap<string, number>;
}

/** Appended side by side, so that they share commits, and no more, so that others get their turn in between. */
const AT_ONCE = 64;

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

  /** Sends each of them again that can be; `onProgress` hears how many are done. */
  async resendMany(
    deliveryIds: readonly string[],
    contextOf: () => CommandContext,
    onProgress: (done: number) => void = () => {},
  ): Promise<Recorded<ResentMany>> {
    const refused = new Map<string, number>();
    let [resent, last] = [0, BEFORE_ALL];
    for (let at = 0; at < deliveryIds.length; at += AT_ONCE) {
      const some = deliveryIds.slice(at, at + AT_ONCE);
      for (const tried of await Promise.allSettled(some.map((id) => this.resend(id, contextOf())))) {
        if (tried.status === 'fulfilled') {
          resent++;
          last = Math.max(last, tried.value.position);
        } else if (tried.reason instanceof RuleViolation) {
          refused.set(tried.reason.rule, (refused.get(tried.reason.rule) ?? 0) + 1);
        } else throw tried.reason;
      }
      onProgress(at + some.length);
    }
    return { result: { resent, refused }, position: last };
  }
}
