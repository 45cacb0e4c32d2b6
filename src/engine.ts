import type { DeliveryWorker } from './application/delivery/delivery-worker.js';
import type { DeliveryQueue } from './application/ports/delivery-queue.js';
import type { EventStore } from './application/ports/event-store.js';
import type { WebhookSender } from './application/ports/webhook-sender.js';
import type { RetryProcess } from './application/process-managers/retry-process.js';
import type { ReadModelDatabase } from './infrastructure/read-models/database.js';
import type { LiveActionIndex } from './projections/flows/live-action-index.js';
import type { Projector } from './projections/projector.js';

/** The parts that run by themselves, and the order in which they start and stop. */
export class Engine {
  #state: 'new' | 'starting' | 'running' | 'stopped' = 'new';

  constructor(
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModelDatabase,
    private readonly projector: Projector,
    private readonly liveActions: LiveActionIndex,
    private readonly queue: DeliveryQueue,
    private readonly retries: RetryProcess,
    private readonly worker: DeliveryWorker,
    private readonly sender: WebhookSender,
  ) {}

  /** Whether requests can be served, and how each part is, for people. */
  status(): { ready: boolean; parts: Readonly<Record<string, string>> } {
    const running = this.#state === 'running';
    const { error, position } = this.projector;
    const readModels = error === null ? `up to position ${position}` : `stuck after position ${position}: ${error}`;
    return {
      ready: running && error === null,
      parts: { engine: this.#state, read_models: readModels, worker: `${this.worker.inFlight} attempts under way` },
    };
  }

  /** Attempts under way now. */
  get attemptsUnderWay(): number {
    return this.worker.inFlight;
  }

  /** How many positions the read models are behind the event store. */
  async lag(): Promise<number> {
    return Math.max(0, (await this.eventStore.headPosition()) - this.projector.position);
  }

  /**
   * Brings the read models up to the end of the event store, then begins to deliver. What a former process had under way
   * is taken up again: its leases are ended, since one process at a time works on this data.
   */
  async start(): Promise<void> {
    this.#state = 'starting';
    await this.projector.prepare();
    await this.projector.catchUp();
    await this.liveActions.reload();
    this.projector.start();
    await this.queue.releaseAll();
    this.retries.start();
    this.worker.start();
    this.#state = 'running';
  }

  /** Resolves once no attempt is under way and the read models are up to date: at rest, until something falls due. */
  async idle(): Promise<void> {
    do {
      await this.projector.caughtUpTo(await this.eventStore.headPosition());
      await this.worker.settled();
    } while (this.worker.inFlight > 0);
    await this.projector.caughtUpTo(await this.eventStore.headPosition());
  }

  /** Ends every attempt under way and records it, then closes everything. Nothing is lost or sent twice by it. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    await this.worker.drain();
    await this.retries.stop();
    await this.projector.stop();
    await this.sender.close();
    await this.readModels.close();
    await this.eventStore.close();
  }
}
