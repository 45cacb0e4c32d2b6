import { expect } from 'chai';
import { AggregateStore } from '../../../../src/application/aggregate-store.js';
import { EventCommands } from '../../../../src/application/commands/events.js';
import { EventStoreUnusable, type RecordedEvent } from '../../../../src/application/ports/event-store.js';
import type { LiveAction } from '../../../../src/application/ports/live-flows.js';
import { FlowSteps } from '../../../../src/application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../../../src/application/process-managers/trigger-deliveries.js';
import type { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { RandomIds } from '../../../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';
import { rejection } from '../../../contract/rejection.js';
import type { EventStoreServer } from '../../../support/event-store-server/event-store-server.js';
import { liveFlow } from '../../../support/live-flows.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { Opened } from './opened.js';

const context = {
  actor: { kind: 'api-key', id: 'key', name: 'shop' },
  correlationId: 'request-1',
  causationId: 'request-1',
} as const;
const placedOrder = {
  metricName: 'Placed Order',
  profile: { attributes: { email: 'ana@example.com', first_name: 'Ana' } },
  properties: { OrderId: 10308 },
  time: '1996-09-18T12:00:00+02:00',
  uniqueId: 'order-10308',
};
const action = (actionId: string): LiveAction => ({
  actionId,
  revision: 1,
  url: 'https://example.com/hook',
  body: '{}',
});

/** A trigger with two deliveries: metric, identifier, profile, two deliveries, trigger. */
const WRITES = 6;

describe('A piece of work on EventStoreDB', () => {
  const opened = new Opened();
  let server: EventStoreServer;
  beforeEach(async () => {
    server = await opened.server();
  });
  afterEach(() => opened.end());

  /** As a process that begins with nothing in memory. */
  const process = (): { store: EventStoreDbEventStore; events: EventCommands } => {
    const store = opened.store(server.url);
    const [clock, ids] = [new ManualClock('2026-01-01T00:00:00.000Z'), new RandomIds()];
    const actions = { startedBy: () => [liveFlow([action('action-1'), action('action-2')])] };
    const triggers = new TriggerProcess(actions, new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'));
    return {
      store,
      events: new EventCommands(new AggregateStore(store, clock, ids), triggers, clock, ids, NO_SEGMENTS),
    };
  };
  const all = async (store: EventStoreDbEventStore): Promise<RecordedEvent[]> =>
    (await Array.fromAsync(store.readAll())).flat();
  const isWhole = (events: readonly RecordedEvent[]): void => {
    const counts = new Map<string, number>();
    for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
    expect(counts.get('TriggerReceived')).to.equal(1);
    expect(counts.get('DeliveryRequested')).to.equal(2);
    const received = events.findIndex(({ type }) => type === 'TriggerReceived');
    for (const [index, { type, stream, revision }] of events.entries()) {
      if (type === 'DeliveryRequested') {
        expect(index).to.be.lessThan(received);
        expect(revision, stream).to.equal(0);
      }
    }
  };

  it('writes deliveries before their trigger, the trigger last, and each stream where $ce- finds it', async () => {
    const { store, events } = process();
    const { position } = await events.receive(placedOrder, context);
    const written = await all(store);
    expect(written).to.have.lengthOf(WRITES);
    isWhole(written);
    expect(written.at(-1)).to.include({ type: 'TriggerReceived', position });
    expect(await store.headPosition()).to.equal(position);
    const identifier = written.findIndex(({ type }) => type === 'ProfileIdentifierClaimed');
    expect(identifier).to.be.lessThan(written.findIndex(({ type }) => type === 'ProfileCreated'));
    const ours = server.log.events.map(({ stream }) => stream).filter((stream) => stream.startsWith('hookledger.'));
    expect(ours.map((stream) => stream.split('-')[0]).sort()).to.deep.equal([
      'hookledger.delivery',
      'hookledger.delivery',
      'hookledger.metric',
      'hookledger.profile',
      'hookledger.profileIdentifier',
      'hookledger.trigger',
    ]);
  });

  for (let through = 0; through < WRITES; through++) {
    it(`is completed by the one who tries again, where the process ended after ${through} writes`, async () => {
      const dying = process();
      // A failure that is not tried again: here it ends.
      server.faults.refuse('access-denied', { after: through });
      await rejection(dying.events.receive(placedOrder, context), EventStoreUnusable);
      server.faults.clear();
      expect(await all(dying.store)).to.have.lengthOf(through);
      const { store, events } = process();
      const { result } = await events.receive(placedOrder, context);
      expect(result.repeated).to.equal(false);
      isWhole(await all(store));
      expect((await events.receive(placedOrder, context)).result.repeated).to.equal(true);
      isWhole(await all(store));
    });

    it(`is done once, where the answer to write ${through + 1} is lost`, async () => {
      const { store, events } = process();
      server.faults.loseAnswer(through);
      await events.receive(placedOrder, context);
      expect(await all(store)).to.have.lengthOf(WRITES);
      isWhole(await all(store));
    });
  }

  it('is done once, where many processes receive the same at once', async () => {
    const processes = Array.from({ length: 4 }, () => process());
    await Promise.all(processes.flatMap(({ events }) => [1, 2].map(() => events.receive(placedOrder, context))));
    isWhole(await all(process().store));
  });
});
