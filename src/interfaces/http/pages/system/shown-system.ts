import { BEFORE_ALL, type Position } from '../../../../application/ports/event-store.js';
import type { Rebuild } from '../../../../infrastructure/read-models/read-model-database.js';
import type { ProjectionStatus } from '../../../../projections/projector.js';
import { type Behind, COUNTED_TO, type QueueStatus, type SystemStatus } from '../../../../system-status.js';
import { bytesInWords, countedTo, durationInWords, progressOf } from './amounts.js';

/** What each projection is for, so that it can be told what one that is stuck holds up. */
const KEEPS: Readonly<Record<string, string>> = {
  access: 'API keys',
  activity: 'deliveries as people look at them',
  analytics: 'counts and times',
  catalog: 'metrics, lists, segments',
  feed: 'subscriptions to the feed',
  flows: 'flows and their actions',
  health: 'how actions fare, for suspensions and alerts',
  journeys: 'profiles that wait in flows',
  products: 'catalog items, and who looked at them',
  samples: 'the newest triggers of each source, for previews',
  profiles: 'profiles and their lists',
  queue: 'deliveries that are due or under way',
};

/** Fewer events are taken in at once. */
const WORTH_A_BAR = 1_000;

const KINDS = { sqlite: 'SQLite', eventstoredb: 'EventStoreDB', postgres: 'PostgreSQL' } as const;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const numbers = new Intl.NumberFormat('en');

/**
 * What the System page shows. Where the read models or the event store can't be read, it says so and shows what is left.
 * @param now epoch milliseconds
 */
export async function shownSystem(system: SystemStatus, now: number, how: 'button' | 'command' | 'others') {
  const { process: here } = system;
  const worker = here.roles.includes('worker')
    ? { inFlight: system.attemptsUnderWay, limit: here.concurrency }
    : undefined;
  const page = {
    worker,
    how,
    stores: {
      events: { kind: KINDS[here.eventStore.kind], where: here.eventStore.where },
      readModels: { kind: KINDS[here.readModels.kind], where: here.readModels.where },
      keys: here.keys.inFile ? 'keys.db' : 'PostgreSQL, in a schema beside the read models',
      masterKey: here.keys.masterKeyInFile
        ? 'kept in keys.db: back it up apart from the events'
        : 'HOOKLEDGER_MASTER_KEY',
    },
    here: {
      version: here.version,
      nodeVersion: here.nodeVersion,
      roles: here.roles.join(', '),
      startedAt: iso(here.startedAt),
      uptime: durationInWords(now - here.startedAt),
    },
  };
  try {
    return { ...page, ...(await readParts(system, now)), failure: undefined };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...page, known: undefined, warnings: [`Not everything can be read now: ${message}`], failure: error };
  }
}

/** @throws where a store is away */
async function readParts(system: SystemStatus, now: number) {
  const [head, projections, processes, queue, workers, backlog, rebuild, readModelsBytes] = await Promise.all([
    system.head(),
    system.projections(),
    system.processManagers(),
    system.queue(),
    system.workers(),
    system.backlog(),
    system.rebuild(),
    system.readModelsSize(),
  ]);
  const inBytes = system.process.eventStore.kind === 'eventstoredb';
  const size = system.eventStoreSize(head);
  const behind = (position: Position): Behind => system.behind(head, position);
  const stuck = projections.filter(({ error }) => error !== null).map(({ name }) => name);
  return {
    warnings: [
      ...(stuck.length === 0
        ? []
        : [`Read models are stuck: ${stuck.join(', ')}. What they say is old until that is mended.`]),
      ...(backlog.refusing ? ['Too much waits, so new events are refused with 429 until less does.'] : []),
    ],
    known: {
      queue: shownQueue(queue, now),
      backlog: {
        waiting: Number.isNaN(backlog.waiting) ? 'not known' : numbers.format(backlog.waiting),
        limit: backlog.limit === 0 ? 'no limit' : `of ${numbers.format(backlog.limit)}`,
        refusing: backlog.refusing,
      },
      unit: inBytes
        ? "EventStoreDB's positions are bytes of its log; events are reckoned from them, at 1,000 bytes each."
        : 'Positions count events.',
      projections: projections.map((projection) =>
        shownProjection(projection, head, behind(projection.position), inBytes),
      ),
      processes: processes.map(({ name, position }) => ({
        name,
        position,
        behind: inWords(behind(position), inBytes),
      })),
      rebuild: shownRebuild(rebuild, head),
      workers: workers.map((one) => ({
        ...one,
        oldestSince: one.oldestSince === undefined ? undefined : iso(one.oldestSince),
      })),
      eventsSize: `${size.events === undefined ? '' : `${numbers.format(size.events)} events, `}${bytesInWords(size.bytes)}`,
      readModelsSize: bytesInWords(readModelsBytes),
    },
  };
}

function shownQueue({ queued, due, oldestDueAt, longestWaiting }: QueueStatus, now: number) {
  return {
    queued: countedTo(queued, COUNTED_TO.queued),
    due: countedTo(due, COUNTED_TO.due),
    oldestDueAge: oldestDueAt === undefined ? undefined : durationInWords(now - oldestDueAt),
    origins: longestWaiting.map(({ origin, firstAt, ...counts }) => ({
      origin,
      firstAt: iso(firstAt),
      due: countedTo(counts.due, COUNTED_TO.ofOrigin),
      queued: countedTo(counts.queued, COUNTED_TO.ofOrigin),
    })),
  };
}

function shownProjection(
  { name, version, position, error }: ProjectionStatus,
  head: Position,
  behind: Behind,
  inBytes: boolean,
) {
  const late = behind.positions > 0;
  const state =
    error !== null
      ? {
          state: 'stuck',
          colour: 'bad',
          problem: `After position ${position}: ${sentence(error)} It is tried again each second.`,
        }
      : late
        ? { state: `${inWords(behind, inBytes)} behind`, colour: 'info' }
        : { state: 'up to date', colour: 'good' };
  return {
    name,
    version,
    position,
    keeps: KEEPS[name] ?? '',
    ...state,
    ...(behind.events >= WORTH_A_BAR ? { progress: progress(position, head) } : {}),
  };
}

function shownRebuild(rebuild: Rebuild | undefined, head: Position) {
  switch (rebuild?.state) {
    case undefined:
      return { running: false };
    case 'running':
      return { running: true, since: iso(rebuild.since), progress: progress(rebuild.position, head) };
    case 'broken off':
      return {
        running: false,
        problem: `A rebuild was broken off at position ${rebuild.position}: its process is gone. The live tables are as they were; begin it again, and it starts anew.`,
      };
    case 'failed':
      return {
        running: false,
        problem: `The rebuild came to nothing, and the live tables are as they were: ${sentence(rebuild.message)}`,
      };
  }
}

/** Both counted from one, so that a store with one event isn't at its beginning. */
const progress = (position: Position, head: Position) => progressOf(position - BEFORE_ALL, head - BEFORE_ALL);

const inWords = ({ positions, events }: Behind, inBytes: boolean): string =>
  inBytes ? `some ${numbers.format(events)} events (${bytesInWords(positions)})` : numbers.format(events);

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
