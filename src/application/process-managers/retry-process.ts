import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import type { RetryPolicy } from '../../domain/delivery/retry-policy.js';
import type { AggregateStore } from '../aggregate-store.js';
import { engineActor } from '../command-context.js';
import type { Checkpoints } from '../ports/checkpoints.js';
import { type Clock, pause } from '../ports/clock.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import type { Leadership } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import { type FailedAttempt, failedAttempts, type ObservedEvent } from './retry-scheduling.js';

const NAME = 'retry-process-manager';
const ACTOR = engineActor(NAME);

/** How long to wait before a batch that could not be dealt with is tried again; milliseconds. */
const PAUSE_AFTER_ERROR = 1_000;

/** The checkpoint is only a head start, so it is kept when something was done, or after this many positions. */
const POSITIONS_BETWEEN_CHECKPOINTS = 10_000;

/** Runs the retry process manager from a subscription, with a checkpoint. */
export class RetryProcess {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly aggregates: AggregateStore,
    private readonly checkpoints: Checkpoints,
    private readonly leadership: Leadership,
    private readonly policy: RetryPolicy,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#running ??= this.leadership.lead(NAME, this.#stop.signal, (signal) => this.run(signal));
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    try {
      let saved: Position = await this.checkpoints.load(NAME);
      for await (const { events, position } of this.eventStore.subscribe({ after: saved, signal })) {
        const failed = failedAttempts(events as readonly ObservedEvent[]);
        if (failed.length > 0) await Promise.all(failed.map((attempt) => this.schedule(attempt)));
        if (failed.length > 0 || position - saved >= POSITIONS_BETWEEN_CHECKPOINTS) {
          await this.checkpoints.save(NAME, position);
          saved = position;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      this.logger.error({ error }, 'retries could not be scheduled; trying again in a second');
      await pause(this.clock, PAUSE_AFTER_ERROR, signal);
    }
  }

  private async schedule({ deliveryId, attempt, eventId, correlationId }: FailedAttempt): Promise<void> {
    const command = { type: 'ScheduleRetry', attempt, policy: this.policy, random: this.ids.random() } as const;
    const context = { actor: ACTOR, correlationId, causationId: eventId };
    await this.aggregates.execute(delivery, deliveryStream(deliveryId), command, context);
  }
}
