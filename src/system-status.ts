import { statSync } from 'node:fs';
import type { BackPressure } from './application/back-pressure.js';
import type { DeliveryWorker } from './application/delivery/delivery-worker.js';
import type { Clock } from './application/ports/clock.js';
import type { EventStore, Position } from './application/ports/event-store.js';
import type { Vault } from './application/ports/vault.js';
import type { ReadModelDatabase, Rebuild } from './infrastructure/read-models/read-model-database.js';
import { type ProcessStatus, readProcesses } from './projections/process-checkpoints.js';
import { type ProjectionStatus, readStatus } from './projections/projector.js';
import type { QueuedOrigin, QueueQueries } from './projections/queue/queue-queries.js';
import { type Settings, shownLocation } from './settings.js';
import { VERSION } from './version.js';

/** What one event takes up in EventStoreDB's log, roughly, with its metadata and what the server adds. */
const BYTES_OF_AN_EVENT = 1_000;

/** Positions as events: those of a file count them, and EventStoreDB's are bytes of its log, so that they are reckoned. */
export const eventsIn = (positions: number, atomic: boolean): number =>
  atomic ? positions : Math.floor(positions / BYTES_OF_AN_EVENT);

/** How far deliveries are counted for people, so that a queue of millions costs no more: rows, those that are due, and those of an origin. */
export const COUNTED_TO = { queued: 100_000, due: 10_000, ofOrigin: 1_000 } as const;

/** Origins that people are shown. */
const ORIGINS_SHOWN = 10;

export interface Behind {
  /** Positions; events in a file, and bytes of its log in EventStoreDB. */
  positions: number;
  /** Reckoned in EventStoreDB. */
  events: number;
}

/** A worker and what it has leased. */
export interface WorkerStatus {
  workerId: string;
  /** Whether it is that of this process. */
  here: boolean;
  attempts: number;
  /** When the oldest of them was claimed; epoch milliseconds, undefined while there is none. */
  oldestSince: number | undefined;
  /** Whether the lease of that one has run out, so that another worker takes it up. */
  ranOut: boolean;
}

export interface QueueStatus {
  /** Due now or later, or under way; counted as far as {@link COUNTED_TO} says. */
  queued: number;
  due: number;
  /** Since when the first delivery that may be claimed waits; epoch milliseconds, undefined where none may. */
  oldestDueAt: number | undefined;
  longestWaiting: readonly QueuedOrigin[];
}

/** The parts of the installation as they are, for people and for /metrics. */
export class SystemStatus {
  readonly startedAt: number;

  constructor(
    private readonly settings: Settings,
    private readonly masterKeyInFile: boolean,
    /** Events as they are stored. */
    private readonly eventStore: EventStore,
    private readonly vault: Vault,
    private readonly readModels: ReadModelDatabase,
    private readonly queueQueries: QueueQueries,
    private readonly worker: DeliveryWorker,
    private readonly workerId: string,
    private readonly leaseMs: number,
    private readonly backPressure: BackPressure,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  /** What doesn't change while the process runs. */
  get process() {
    const { eventStore, readModels, roles, concurrency } = this.settings;
    const keysInFile = readModels.kind === 'sqlite';
    return {
      version: VERSION,
      nodeVersion: process.version,
      startedAt: this.startedAt,
      roles: [...roles],
      concurrency,
      eventStore: { kind: eventStore.kind, where: shownLocation(eventStore) },
      readModels: { kind: readModels.kind, where: shownLocation(readModels) },
      keys: { inFile: keysInFile, masterKeyInFile: this.masterKeyInFile },
    };
  }

  /** Attempts under way in this process. */
  get attemptsUnderWay(): number {
    return this.worker.inFlight;
  }

  head(): Promise<Position> {
    return this.eventStore.headPosition();
  }

  /** How far `position` is behind `head`, in events; EventStoreDB's positions are bytes of its log. */
  behind(head: Position, position: Position): Behind {
    const positions = Math.max(0, head - position);
    return { positions, events: eventsIn(positions, this.eventStore.atomic) };
  }

  projections(): Promise<readonly ProjectionStatus[]> {
    return readStatus(this.readModels.reader);
  }

  processManagers(): Promise<readonly ProcessStatus[]> {
    return readProcesses(this.readModels.reader);
  }

  /**
   * Events and bytes of the event store. In a file positions count events without a gap; how many events EventStoreDB
   * holds it doesn't say, but its positions are bytes of its log.
   */
  eventStoreSize(head: Position): { events: number | undefined; bytes: number } {
    const { eventStore } = this.settings;
    if (eventStore.kind === 'eventstoredb') return { events: undefined, bytes: Math.max(0, head) };
    return { events: head + 1, bytes: fileSize(eventStore.path) + fileSize(`${eventStore.path}-wal`) };
  }

  /** Bytes. */
  readModelsSize(): Promise<number> {
    return this.readModels.size();
  }

  /** What waits, as it is looked at for back-pressure: NaN while that isn't known. */
  async backlog(): Promise<{ waiting: number; limit: number; refusing: boolean }> {
    const waiting = await this.backPressure.waiting();
    const limit = this.settings.maxBacklog;
    return { waiting, limit, refusing: limit > 0 && waiting > limit };
  }

  async queue(): Promise<QueueStatus> {
    const now = this.clock.now();
    const [queued, due, longestWaiting] = await Promise.all([
      this.queueQueries.queued(COUNTED_TO.queued),
      this.queueQueries.due(now, COUNTED_TO.due),
      this.queueQueries.longestWaiting(now, ORIGINS_SHOWN, COUNTED_TO.ofOrigin),
    ]);
    const first = longestWaiting[0]?.firstAt;
    return { queued, due, oldestDueAt: first !== undefined && first <= now ? first : undefined, longestWaiting };
  }

  /** Since when the first delivery that may be claimed has waited, in milliseconds; 0 where none may. */
  async oldestDueAgeMs(): Promise<number> {
    const first = await this.queueQueries.firstAt();
    return first === undefined ? 0 : Math.max(0, this.clock.now() - first);
  }

  /** How many deliveries may be claimed now, counted as far as {@link COUNTED_TO} says. */
  due(): Promise<number> {
    return this.queueQueries.due(this.clock.now(), COUNTED_TO.due);
  }

  /** Those that have leases, and that of this process. */
  async workers(): Promise<readonly WorkerStatus[]> {
    const now = this.clock.now();
    const leasing = await this.queueQueries.workers();
    const workers = leasing.map(({ workerId, attempts, firstLeaseEndsAt }) => ({
      workerId,
      here: workerId === this.workerId,
      attempts,
      oldestSince: firstLeaseEndsAt - this.leaseMs,
      ranOut: firstLeaseEndsAt <= now,
    }));
    if (!this.settings.roles.has('worker') || workers.some(({ here }) => here)) return workers;
    const { inFlight: attempts, oldestBeganAt: oldestSince } = this.worker;
    return [{ workerId: this.workerId, here: true, attempts, oldestSince, ranOut: false }, ...workers];
  }

  /** Tables that are being built anew beside the live ones. */
  rebuild(): Promise<Rebuild | undefined> {
    return this.readModels.rebuild();
  }

  /** Whether that can be begun while servers run. */
  get canRebuild(): boolean {
    return this.readModels.startRebuild !== undefined;
  }

  /** Begins it in this process, unless one goes on. */
  async startRebuild(): Promise<void> {
    if ((await this.rebuild())?.state === 'running') return;
    await this.readModels.startRebuild?.(this.eventStore, this.vault);
  }
}

const fileSize = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
