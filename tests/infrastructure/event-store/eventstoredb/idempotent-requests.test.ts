import { expect } from 'chai';
import { AggregateStore } from '../../../../src/application/aggregate-store.js';
import type { CommandContext } from '../../../../src/application/command-context.js';
import { AudienceCommands } from '../../../../src/application/commands/audiences.js';
import { EventCommands } from '../../../../src/application/commands/events.js';
import { ProfileCommands } from '../../../../src/application/commands/profiles.js';
import { EventStoreUnusable, type RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { FlowSteps } from '../../../../src/application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../../../src/application/process-managers/trigger-deliveries.js';
import type { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { RandomIds } from '../../../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';
import { rejection } from '../../../contract/rejection.js';
import type { EventStoreServer } from '../../../support/event-store-server/event-store-server.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { TEST_VAULT } from '../../../support/test-vault.js';
import { Opened } from './opened.js';

const context: CommandContext = {
  actor: { kind: 'api-key', id: 'key', name: 'shop' },
  correlationId: 'request-1',
  causationId: 'cause',
  request: { id: 'request-1', fingerprint: 'same', shownOnce: false },
};

describe('A request with an Idempotency-Key on EventStoreDB', () => {
  const opened = new Opened();
  const clock = new ManualClock('2026-01-01T00:00:00.000Z');
  let server: EventStoreServer;
  beforeEach(async () => {
    server = await opened.server();
  });
  afterEach(() => opened.end());

  /** As a process that begins with nothing in memory. */
  const process = () => {
    const store = opened.store(server.url);
    const ids = new RandomIds();
    const aggregates = new AggregateStore(store, clock, ids);
    const triggers = new TriggerProcess(
      { startedBy: () => [] },
      new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'),
    );
    return {
      store,
      audiences: new AudienceCommands(aggregates, triggers, ids, NO_SEGMENTS),
      events: new EventCommands(aggregates, triggers, clock, ids, NO_SEGMENTS),
      profiles: new ProfileCommands(aggregates, ids, TEST_VAULT, NO_SEGMENTS),
    };
  };
  type Process = ReturnType<typeof process>;
  const typesIn = async (store: EventStoreDbEventStore): Promise<string[]> =>
    (await Array.fromAsync(store.readAll())).flat().map(({ type }: RecordedEvent) => type);

  const attributes = { email: 'ana@example.com', external_id: 'ana' };
  const CASES: [name: string, run: (on: Process) => Promise<{ result: unknown }>, events: string[]][] = [
    ['makes a list', ({ audiences }) => audiences.create('list', 'Once', context), ['ListCreated', 'RequestCompleted']],
    [
      'makes a profile',
      ({ profiles }) => profiles.create(attributes, context),
      ['ProfileIdentifierClaimed', 'ProfileIdentifierClaimed', 'ProfileCreated', 'RequestCompleted'],
    ],
    [
      'reports an event without a time of its own',
      ({ events }) => events.receive({ metricName: 'Placed Order', profile: { attributes }, properties: {} }, context),
      [
        'MetricCreated',
        'ProfileIdentifierClaimed',
        'ProfileIdentifierClaimed',
        'ProfileCreated',
        'TriggerReceived',
        'RequestCompleted',
      ],
    ],
  ];
  for (const [name, run, events] of CASES) {
    for (let through = 0; through < events.length; through++) {
      it(`${name} once, where the process ended after ${through} writes`, async () => {
        server.faults.refuse('access-denied', { after: through });
        await rejection(run(process()), EventStoreUnusable);
        server.faults.clear();
        clock.advance(60_000);
        const [second, third] = [process(), process()];
        const { result } = await run(second);
        expect((await typesIn(second.store)).sort()).to.deep.equal([...events].sort());
        expect((await typesIn(second.store)).at(-1)).to.equal('RequestCompleted');
        expect((await run(third)).result).to.deep.equal(result);
        expect(await typesIn(third.store)).to.have.lengthOf(events.length);
      });
    }

    it(`${name} once, where many processes do so at once`, async () => {
      const results = await Promise.all(Array.from({ length: 6 }, () => run(process())));
      for (const { result } of results) expect(result).to.deep.equal(results[0]?.result);
      expect((await typesIn(process().store)).sort()).to.deep.equal([...events].sort());
    });
  }
});
