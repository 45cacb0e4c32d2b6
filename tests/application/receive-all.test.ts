import { join } from 'node:path';
import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { EventCommands, EventsUnfinished, type ReportedEvent } from '../../src/application/commands/events.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { rejection } from '../contract/rejection.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const plain: CommandContext = {
  actor: { kind: 'api-key', id: 'key', name: 'shop' },
  correlationId: 'request',
  causationId: 'request',
};
const keyed: CommandContext = { ...plain, request: { id: 'request', fingerprint: 'same', shownOnce: false } };

const event = (email: string, metricName = 'Placed Order'): ReportedEvent => ({
  metricName,
  profile: { attributes: { email } },
  properties: {},
});

describe('Many events at once', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let eventStore: EventStore;
  let clock: ManualClock;
  let events: EventCommands;

  beforeEach(() => {
    folder = temporaryFolder();
    eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
    clock = new ManualClock('2026-01-01T00:00:00.000Z');
    events = start();
  });
  afterEach(async () => {
    await eventStore.close();
    folder.remove();
  });

  /** As a process that begins with nothing in memory. */
  const start = (): EventCommands => {
    const ids = new RandomIds();
    const triggers = new TriggerProcess(
      { startedBy: () => [] },
      new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'),
    );
    return new EventCommands(new AggregateStore(eventStore, clock, ids), triggers, clock, ids, NO_SEGMENTS);
  };
  const received = async (): Promise<number> =>
    (await Array.fromAsync(eventStore.readAll())).flat().filter(({ type }) => type === 'TriggerReceived').length;

  it('are told one by one, where one of them is refused, and the others are recorded', async () => {
    const given = [event('ana@example.com'), event('bob@example.com', ' '), event('cleo@example.com')];
    const { outcomes } = (await rejection(events.receiveAll(given, plain), EventsUnfinished)) as EventsUnfinished;
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['recorded', 'refused', 'recorded']);
    expect(await received()).to.equal(2);
  });

  it('are completed under the same key, where some are missing', async () => {
    const given = [event('ana@example.com'), event('bob@example.com')];
    // The process ended after the first of them.
    const first = withRefusal(eventStore, 'profile-identifier', 1);
    const ids = new RandomIds();
    const triggers = new TriggerProcess(
      { startedBy: () => [] },
      new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'),
    );
    const dying = new EventCommands(new AggregateStore(first, clock, ids), triggers, clock, ids, NO_SEGMENTS);
    const { outcomes } = (await rejection(dying.receiveAll(given, keyed), EventsUnfinished)) as EventsUnfinished;
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['failed', 'recorded']);
    expect(await received()).to.equal(1);
    // Without a time of their own they would be other events by now, but for the key.
    clock.advance(60_000);
    const { result } = await start().receiveAll(given, keyed);
    expect(result.map(({ status }) => status).sort()).to.deep.equal(['recorded', 'repeated']);
    expect(await received()).to.equal(2);
    clock.advance(60_000);
    expect((await start().receiveAll(given, keyed)).result).to.deep.equal(result);
    expect(await received()).to.equal(2);
  });
});

/** The store, which refuses every append with such a stream after the first `after` of them. */
function withRefusal(store: EventStore, prefix: string, after: number): EventStore {
  let left = after;
  return new Proxy(store, {
    get(target, name) {
      if (name === 'appendMany') {
        return async (appends: Parameters<EventStore['appendMany']>[0]) => {
          if (appends.some(({ stream }) => stream.startsWith(prefix)) && left-- <= 0)
            throw new Error('the disk is full');
          return target.appendMany(appends);
        };
      }
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
