import { receiverFailure } from '../../domain/delivery/receiver-failure.js';
import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { ActionHealth, ActionHealthState } from '../ports/action-health.js';
import type { Clock } from '../ports/clock.js';
import { BEFORE_ALL, type RecordedEvent } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ReadModels } from '../ports/read-models.js';
import { lastByAction } from './last-by-action.js';
import type { ProcessManager } from './process-manager.js';

const ACTOR = engineActor('alert-process-manager');
const MINUTE = 60_000;

/** How many deliveries may come to a bad end, in how long, before people are told. */
export interface AlertThreshold {
  /** 0 for never. */
  failures: number;
  windowMinutes: number;
}

/** Tells people, once in a window at the most, that an action's failures passed the threshold. What is over by now is not told. */
export class AlertProcess implements ProcessManager {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly actions: ActionHealth,
    private readonly readModels: ReadModels,
    private readonly threshold: AlertThreshold,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    if (this.threshold.failures === 0) return false;
    const oldest = this.clock.now() - this.threshold.windowMinutes * MINUTE;
    const recent = events.filter(({ metadata }) => Date.parse(metadata.time) >= oldest);
    const failed = lastByAction(recent, (event) => receiverFailure(event)?.final === true);
    for (const [actionId, event] of failed) await this.judge(actionId, event);
    return failed.size > 0;
  }

  private async judge(actionId: string, { id, position, metadata }: RecordedEvent): Promise<void> {
    await this.readModels.caughtUpTo(position, ['health']);
    const health = await this.actions.health(actionId);
    if (health === undefined) return;
    const { windowMinutes } = this.threshold;
    const failures = failuresUntil(health, Math.floor(Date.parse(metadata.time) / MINUTE), windowMinutes);
    if (failures < this.threshold.failures) return;
    const command = { type: 'AlertWebhookAction', failures, windowMinutes, at: metadata.time } as const;
    const context = { actor: ACTOR, correlationId: metadata.correlationId, causationId: id };
    const { position: recorded } = await this.aggregates.transact(context, async (work) => {
      const stream = webhookActionStream(actionId);
      if ((await work.load(webhookAction, stream)).status === 'removed') return;
      await work.decide(webhookAction, stream, command);
    });
    if (recorded === BEFORE_ALL) return;
    this.logger.warn({ actionId, failures, windowMinutes }, "an action's failures passed the threshold");
  }
}

/** By whole minutes: the one that it happened in, and as many before it as the window has. */
const failuresUntil = ({ finalFailures }: ActionHealthState, last: number, minutes: number): number =>
  finalFailures.reduce((sum, [of, failures]) => (of <= last && of >= last - minutes ? sum + failures : sum), 0);
