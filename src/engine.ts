import type { DeliveryWorker } from './application/delivery/delivery-worker.js';
import type { DeliveryQueue } from './application/ports/delivery-queue.js';
import type { EventStore, Position } from './application/ports/event-store.js';
import type { Logger } from './application/ports/logger.js';
import type { WebhookSender } from './application/ports/webhook-sender.js';
import type { ProcessRunner } from './application/process-managers/process-runner.js';
import type { TimedRunner } from './application/process-managers/timed-runner.js';
import type { ReadModelDatabase } from './infrastructure/read-models/read-model-database.js';
import type { SegmentIndex } from './projections/catalog/segment-index.js';
import type { LiveFlowIndex } from './projections/flows/live-flow-index.js';
import type { ProjectionProgress } from './projections/projection-progress.js';
import type { Projector } from './projections/projector.js';
import type { Role } from './settings.js';

/** How long the event store may take to say how far it is before it counts as away; milliseconds. */
const HEAD_TIMEOUT = 2_000;

/** Each part as people read it, and whether all are as they should be. */
export interface EngineStatus {
  ready: boolean;
  parts: Readonly<Record<string, string>>;
}

/** The parts of a process that run by themselves, by its roles, and the order in which they start and stop. */
export class Engine {
  #state: 'new' | 'starting' | 'running' | 'stopped' = 'new';

  constructor(
    private readonly roles: ReadonlySet<Role>,
    private readonly eventStore: EventStore,
    private readonly keys: { close(): Promise<void> },
    private readonly readModels: ReadModelDatabase,
    private readonly progress: ProjectionProgress,
    private readonly projector: Projector,
    private readonly liveFlows: LiveFlowIndex,
    private readonly segments: SegmentIndex,
    private readonly queue: DeliveryQueue,
    private readonly processes: readonly ProcessRunner[],
    private readonly timed: readonly TimedRunner[],
    private readonly worker: DeliveryWorker,
    private readonly sender: WebhookSender,
    private readonly logger: Logger,
  ) {}

  /** Whether requests can be served, and how each part is, for people. */
  async status(): Promise<EngineStatus> {
    const running = this.#state === 'running';
    const { error, position } = this.progress;
    const head = await this.headOrProblem();
    const lost = this.readModels.problem();
    const behind = typeof head === 'number' ? Math.max(0, head - position) : 0;
    const parts: Record<string, string> = {
      engine: this.#state,
      event_store: typeof head === 'number' ? `at position ${head}` : head,
      read_models: lost ?? (error === null ? upTo(position, behind) : `stuck after position ${position}: ${error}`),
    };
    if (this.roles.has('worker')) parts.worker = `${this.worker.inFlight} attempts under way`;
    return { ready: running && error === null && lost === undefined && typeof head === 'number', parts };
  }

  /** How many positions the read models are behind the event store. */
  async lag(): Promise<number> {
    return Math.max(0, (await this.eventStore.headPosition()) - this.progress.position);
  }

  /**
   * Makes the read models ready, then starts what the roles say. A process that has the read models for itself brings them
   * up to date first; where many share them, whoever leads does that meanwhile.
   */
  async start(): Promise<void> {
    this.#state = 'starting';
    for (const [projection, reason] of await this.readModels.prepare(this.eventStore)) {
      if (reason !== 'new') this.logger.warn({ projection, reason }, 'a read model is built anew');
    }
    await this.readModels.follow(this.progress);
    await this.projector.prepare();
    if (this.readModels.exclusive) await this.projector.catchUp();
    await this.liveFlows.reload();
    await this.segments.reload();
    if (this.roles.has('projector')) {
      this.projector.start();
      for (const process of this.processes) process.start();
      for (const runner of this.timed) runner.start();
    }
    if (this.roles.has('worker')) {
      await this.queue.start();
      this.worker.start();
    }
    this.#state = 'running';
  }

  /** Resolves once nothing is under way and all that follows from it is done and can be read: at rest, until something falls due. */
  async idle(): Promise<void> {
    let head: Position;
    do {
      head = await this.eventStore.headPosition();
      await this.progress.caughtUpTo(head);
      for (const process of this.processes) await process.caughtUpTo(head);
      for (const runner of this.timed) await runner.settled();
      await this.worker.settled();
    } while (this.worker.inFlight > 0 || (await this.eventStore.headPosition()) !== head);
  }

  /** Ends every attempt under way and records it, then closes everything. Nothing is lost or sent twice by it. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    await this.worker.drain();
    await this.queue.stop();
    const stopped = [...this.processes, ...this.timed].map((process) => process.stop());
    // What they wait for may never come where a read model is stuck; they take it up again when they start.
    this.progress.close();
    await Promise.all(stopped);
    await this.projector.stop();
    await this.sender.close();
    await this.readModels.close();
    await this.eventStore.close();
    await this.keys.close();
  }

  private async headOrProblem(): Promise<Position | string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`it has not answered for ${HEAD_TIMEOUT / 1000} seconds`), HEAD_TIMEOUT);
    });
    try {
      return await Promise.race([this.eventStore.headPosition(), late]);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

const upTo = (position: Position, behind: number): string =>
  `up to position ${position}${behind > 0 ? `, ${behind} behind` : ''}`;
