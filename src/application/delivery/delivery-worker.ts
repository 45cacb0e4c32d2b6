import { delivery, deliveryStream } from '../../domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../domain/delivery/outcome.js';
import { FORGOTTEN } from '../../domain/kernel/forgotten.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import {
  secretsAt,
  type WebhookActionConfiguration,
  type WebhookActionState,
  webhookAction,
  webhookActionStream,
} from '../../domain/webhook-action/webhook-action.js';
import type { AggregateStore } from '../aggregate-store.js';
import { type CommandContext, engineActor } from '../command-context.js';
import { type Clock, pause } from '../ports/clock.js';
import type { ClaimedDelivery, DeliveryQueue } from '../ports/delivery-queue.js';
import { ConcurrencyConflict } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import { type Measurements, UNMEASURED } from '../ports/measurements.js';
import type { WebhookSender } from '../ports/webhook-sender.js';
import { SKIP_FORGOTTEN } from '../process-managers/forgetting-process.js';
import { attemptHeaders } from './attempt-headers.js';
import { maskEcho } from './mask-echo.js';

export interface WorkerLimits {
  /** Attempts under way at once, over all receivers. */
  concurrency: number;
  /** How long a claimed delivery is left to its worker, in milliseconds; longer than any attempt can take. */
  leaseMs: number;
}

export const DEFAULT_WORKER_LIMITS: WorkerLimits = { concurrency: 256, leaseMs: 120_000 };

/** How long to wait, in milliseconds, before the queue or a store is asked again after it failed. */
const PAUSE_AFTER_ERROR = 1_000;

/** How long to wait, in milliseconds, before what others seem to be claiming is looked at again. */
const PAUSE_BEHIND_OTHERS = 10;

/**
 * Claims due deliveries and makes one attempt of each: the claim as an event (`DeliveryAttempted`), the POST, and what
 * became of it as an event. It never waits for one delivery before it takes up another.
 */
export class DeliveryWorker {
  /** In the order in which they began. */
  readonly #inFlight = new Map<string, { beganAt: number; done: Promise<void> }>();
  #started = false;
  #stopping = new AbortController();
  #claiming = false;
  #claimAgain = false;
  #stopListening: () => void = () => {};
  #cancelTimer: () => void = () => {};

  constructor(
    private readonly workerId: string,
    private readonly aggregates: AggregateStore,
    private readonly queue: DeliveryQueue,
    private readonly sender: WebhookSender,
    private readonly limits: WorkerLimits,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Whether requests are signed in the way of Klaviyo's system webhooks as well. */
    private readonly klaviyoSignatures = false,
    private readonly measurements: Measurements = UNMEASURED,
  ) {}

  /** Attempts under way. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** When the oldest of them began; epoch milliseconds, undefined while there is none. */
  get oldestBeganAt(): number | undefined {
    const [oldest] = this.#inFlight.values();
    return oldest?.beganAt;
  }

  start(): void {
    this.#started = true;
    this.#stopping = new AbortController();
    this.#stopListening = this.queue.onChange(() => this.wake());
    this.wake();
  }

  /** Claims nothing more, and resolves once each attempt under way is made and recorded. */
  async drain(): Promise<void> {
    this.#started = false;
    this.#stopping.abort();
    this.#stopListening();
    this.#cancelTimer();
    await this.settled();
  }

  /** Resolves once nothing is being claimed and no attempt is under way. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0 || this.#claiming) {
      await Promise.all(Array.from(this.#inFlight.values(), ({ done }) => done));
      await new Promise((next) => setImmediate(next));
    }
  }

  /** Looks for work. Many calls in one turn of the event loop are one look. */
  private wake(): void {
    if (!this.#started) return;
    if (this.#claiming) {
      this.#claimAgain = true;
      return;
    }
    this.#claiming = true;
    setImmediate(() => void this.claim());
  }

  private async claim(): Promise<void> {
    let atOnce = true;
    try {
      do {
        this.#claimAgain = false;
        const limit = this.limits.concurrency - this.#inFlight.size;
        if (limit <= 0 || !this.#started) break;
        const claimed = await this.queue.claim({ now: this.clock.now(), leaseMs: this.limits.leaseMs, limit });
        for (const one of claimed) this.take(one);
        // What is due and was not given is being claimed by another worker at this moment.
        atOnce = claimed.length > 0;
      } while (this.#claimAgain);
      await this.wakeWhenDue(atOnce);
    } catch (error) {
      this.logger.error({ error }, 'due deliveries could not be claimed; trying again in a second');
      this.wakeAt(this.clock.now() + PAUSE_AFTER_ERROR);
    } finally {
      this.#claiming = false;
      if (this.#claimAgain) this.wake();
    }
  }

  private async wakeWhenDue(atOnce: boolean): Promise<void> {
    if (this.#inFlight.size >= this.limits.concurrency) return;
    const now = this.clock.now();
    const dueAt = await this.queue.nextDueAt(now);
    if (dueAt !== undefined) this.wakeAt(atOnce ? dueAt : Math.max(dueAt, now + PAUSE_BEHIND_OTHERS));
  }

  private wakeAt(epochMs: number): void {
    this.#cancelTimer();
    if (this.#started) this.#cancelTimer = this.clock.at(epochMs, () => this.wake());
  }

  private take(claimed: ClaimedDelivery): void {
    const { deliveryId } = claimed;
    // Its lease ended before its attempt did, which goes on.
    if (this.#inFlight.has(deliveryId)) {
      this.queue.finished(claimed);
      return;
    }
    const done = this.attempt(deliveryId)
      .catch((error: unknown) => this.notRecorded(deliveryId, error))
      .finally(() => {
        this.#inFlight.delete(deliveryId);
        this.queue.finished(claimed);
        this.wake();
      });
    this.#inFlight.set(deliveryId, { beganAt: this.clock.now(), done });
  }

  private async attempt(deliveryId: string): Promise<void> {
    const stream = deliveryStream(deliveryId);
    // Half the lease is left for the request: nobody else may have begun the same meanwhile.
    const until = this.clock.now() + this.limits.leaseMs / 2;
    const before =
      this.aggregates.remembered(stream) ??
      (await this.whileAway(until, () => this.aggregates.refresh(delivery, stream)));
    const { actionId, flowId, status, attempts } = before.state as typeof delivery.initialState;
    const context = {
      actor: { ...engineActor('delivery-worker'), id: this.workerId },
      correlationId: before.correlationId ?? deliveryId,
      causationId: before.lastEventId ?? deliveryId,
    };
    if (status === 'attempting') {
      // The lease ran out, so whoever claimed it is gone; whether its request arrived can't be known.
      const outcome: AttemptOutcome = {
        kind: 'no-answer',
        error: 'worker_lost',
        message: 'The worker stopped in the middle of the attempt; the request may have arrived.',
        durationMs: 0,
      };
      await this.record(stream, attempts, outcome, context);
      return;
    }
    const claim = await this.whileAway(until, () => this.claimAttempt(stream, actionId, context));
    if (claim === undefined) return;
    const { action, attempt, body, at } = claim;
    const { url, headers: own } = action.configuration as WebhookActionConfiguration;
    const signing = { secrets: secretsAt(action, at), klaviyo: this.klaviyoSignatures };
    const headers = attemptHeaders(own, { deliveryId, actionId, flowId }, at, body, signing);
    const sent = await this.sender.send({ url, headers, body });
    this.measurements.attempted(sent);
    const outcome = maskEcho(sent, own);
    const causationId = this.aggregates.remembered(stream)?.lastEventId ?? context.causationId;
    await this.record(stream, attempt, outcome, { ...context, causationId });
  }

  /**
   * Records that the attempt begins, at what the action says at that very moment.
   * @returns undefined where the delivery was skipped instead, since its action or profile is gone
   */
  private async claimAttempt(
    stream: string,
    actionId: string,
    context: CommandContext,
  ): Promise<{ action: WebhookActionState; attempt: number; body: string; at: number } | undefined> {
    const { result } = await this.aggregates.transact(context, async (work) => {
      const action = await work.load(webhookAction, webhookActionStream(actionId));
      const { status, configuration } = action;
      if (status === 'removed' || configuration === undefined) {
        const message = 'The webhook action was removed before the request was sent.';
        await work.decide(delivery, stream, { type: 'SkipDelivery', reason: 'action_removed', message });
        return undefined;
      }
      const { body: stored } = await work.load(delivery, stream);
      if (stored === FORGOTTEN) {
        await work.decide(delivery, stream, SKIP_FORGOTTEN);
        return undefined;
      }
      const start = { type: 'StartAttempt', url: configuration.url, workerId: this.workerId } as const;
      const { attempts, body } = await work.decide(delivery, stream, start);
      // One without a body was skipped when it was requested, and is never due.
      // What is signed has the claim's time, so that the history alone tells what the signature was.
      return { action, attempt: attempts, body: body as string, at: Date.parse(work.time) };
    });
    return result;
  }

  private async record(
    stream: string,
    attempt: number,
    outcome: AttemptOutcome,
    context: CommandContext,
  ): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    const command = { type: 'RecordOutcome', attempt, outcome, at } as const;
    // What isn't recorded is sent again once the lease is over, so it is worth trying for as long.
    const until = this.clock.now() + this.limits.leaseMs;
    await this.whileAway(until, () => this.aggregates.execute(delivery, stream, command, context));
  }

  /** Tries again each second while a store is away, until a time in epoch milliseconds, or until the worker is stopped. */
  private async whileAway<T>(until: number, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof RuleViolation || error instanceof ConcurrencyConflict) throw error;
        if (this.#stopping.signal.aborted || this.clock.now() + PAUSE_AFTER_ERROR > until) throw error;
        this.logger.warn({ error }, 'a store is away; trying again in a second');
        await pause(this.clock, PAUSE_AFTER_ERROR, this.#stopping.signal);
      }
    }
  }

  /** The lease ends by itself and the delivery is claimed again, so that nothing is lost by an error here. */
  private notRecorded(deliveryId: string, error: unknown): void {
    if (error instanceof RuleViolation || error instanceof ConcurrencyConflict) {
      this.logger.debug({ deliveryId, error: error.message }, 'another worker was quicker');
    } else {
      this.logger.error(
        { deliveryId, error },
        'an attempt could not be recorded; its lease will end and it is made again',
      );
    }
  }
}
