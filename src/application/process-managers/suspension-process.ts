import { receiverFailure } from '../../domain/delivery/receiver-failure.js';
import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { ActionHealth } from '../ports/action-health.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ReadModels } from '../ports/read-models.js';
import { lastByAction } from './last-by-action.js';
import type { ProcessManager } from './process-manager.js';

const ACTOR = engineActor('suspension-process-manager');

/**
 * An action is suspended by the failed attempt that comes so long after the first one, where none succeeded in between and
 * nobody changed the action or set it live. The action itself says whether it still is as it was when that was so.
 */
export class SuspensionProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly actions: ActionHealth,
    private readonly readModels: ReadModels,
    /** Milliseconds of failure; Infinity for never. */
    private readonly afterMs: number,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    if (this.afterMs === Number.POSITIVE_INFINITY) return false;
    const failed = lastByAction(events, (event) => receiverFailure(event)?.attempt === true);
    for (const [actionId, event] of failed) await this.judge(actionId, event);
    return failed.size > 0;
  }

  private async judge(actionId: string, { id, position, metadata }: RecordedEvent): Promise<void> {
    await this.readModels.caughtUpTo(position, ['health']);
    const health = await this.actions.health(actionId);
    if (health?.failing === undefined) return;
    const { since, attempts, code } = health.failing;
    if (Date.parse(metadata.time) - since < this.afterMs) return;
    const command = {
      type: 'SuspendWebhookAction',
      term: health.term,
      failingSince: new Date(since).toISOString(),
      failures: attempts,
      code,
    } as const;
    const context = { actor: ACTOR, correlationId: metadata.correlationId, causationId: id };
    await this.aggregates.transact(context, async (work) => {
      const stream = webhookActionStream(actionId);
      // Removed since: there is nothing left to suspend.
      if ((await work.load(webhookAction, stream)).status !== 'live') return;
      await work.decide(webhookAction, stream, command);
    });
  }
}
