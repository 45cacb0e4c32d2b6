import { join } from 'node:path';
import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { AudienceCommands } from '../../src/application/commands/audiences.js';
import { EventCommands } from '../../src/application/commands/events.js';
import { DuplicateProfile, ProfileCommands } from '../../src/application/commands/profiles.js';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import type { LiveAction } from '../../src/application/ports/live-flows.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../src/application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import { deliveryIdOf } from '../../src/domain/delivery/delivery.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { metricIdOf } from '../../src/domain/metric/metric.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { liveFlow } from '../support/live-flows.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TEST_VAULT } from '../support/test-vault.js';

type Stored = RecordedEvent & HookledgerEvent;

const context: CommandContext = {
  actor: { kind: 'api-key', id: 'key', name: 'shop' },
  correlationId: 'request-1',
  causationId: 'request-1',
};
const placedOrder = {
  metricName: 'Placed Order',
  profile: { attributes: { email: 'ana@example.com', first_name: 'Ana "Ani"' } },
  properties: { OrderId: 10308 },
  time: '1996-09-18T12:00:00+02:00',
  value: 88.8,
  uniqueId: 'order-10308',
};

describe('Receiving what happened', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let eventStore: EventStore;
  let live: Map<string, LiveAction[]>;
  let events: EventCommands;
  let audiences: AudienceCommands;
  let profiles: ProfileCommands;

  const action = (actionId: string, body: string): LiveAction => ({
    actionId,
    revision: 1,
    url: 'https://example.com/hook',
    body,
  });
  const all = async (): Promise<Stored[]> => (await Array.fromAsync(eventStore.readAll())).flat() as Stored[];
  const ofType = async <T extends HookledgerEvent['type']>(type: T) =>
    (await all()).filter((event): event is Stored & { type: T } => event.type === type);

  beforeEach(() => {
    folder = temporaryFolder();
    eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
    live = new Map();
    const [clock, ids] = [new ManualClock('2026-01-01T00:00:00.000Z'), new RandomIds()];
    const aggregates = new AggregateStore(eventStore, clock, ids);
    const startedBy = (_type: string, id: string) => (live.has(id) ? [liveFlow(live.get(id) ?? [])] : []);
    const triggers = new TriggerProcess({ startedBy }, new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'));
    events = new EventCommands(aggregates, triggers, clock, ids, NO_SEGMENTS);
    audiences = new AudienceCommands(aggregates, triggers, ids, NO_SEGMENTS);
    profiles = new ProfileCommands(aggregates, ids, TEST_VAULT, NO_SEGMENTS);
  });
  afterEach(async () => {
    await eventStore.close();
    folder.remove();
  });

  it('requests one delivery for each live action, with its rendered body, caused by the trigger', async () => {
    live.set(metricIdOf('Placed Order'), [
      action(
        'action-1',
        '{"id": {{ event.OrderId }}, "value": {{ event|lookup:\'$value\' }}, "by": "{{ person.first_name }}"}',
      ),
      action('action-2', '{"shop": "{{ organization.name }}", "mail": "{{ email }}", "event": "{{ event.event_id }}"}'),
    ]);
    const { result } = await events.receive(placedOrder, context);
    const requested = await ofType('DeliveryRequested');
    expect(requested.map(({ stream }) => stream)).to.deep.equal(result.deliveryIds.map((id) => `delivery-${id}`));
    expect(result.deliveryIds[0]).to.equal(deliveryIdOf('action-1', result.triggerId));
    expect(requested.map(({ data }) => JSON.parse(data.body ?? 'null'))).to.deep.equal([
      { id: 10308, value: 88.8, by: 'Ana "Ani"' },
      { shop: 'Northwind', mail: 'ana@example.com', event: result.triggerId },
    ]);
    const [received] = await ofType('TriggerReceived');
    expect(received?.data).to.deep.include({
      kind: 'metric',
      name: 'Placed Order',
      occurredAt: '1996-09-18T10:00:00.000Z',
    });
    for (const { metadata } of requested) {
      expect(metadata).to.deep.include({ causationId: received?.id, correlationId: 'request-1', actor: context.actor });
    }
  });

  it('counts the same event once, however often and however concurrently it comes', async () => {
    live.set(metricIdOf('Placed Order'), [action('action-1', '{}')]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => events.receive(placedOrder, context)));
    expect(answers.filter(({ result }) => !result.repeated)).to.have.lengthOf(1);
    const types = (await all()).map(({ type }) => type).sort();
    expect(types).to.deep.equal([
      'DeliveryRequested',
      'MetricCreated',
      'ProfileCreated',
      'ProfileIdentifierClaimed',
      'TriggerReceived',
    ]);
  });

  it('counts one event a second for a profile and metric, where no unique id is given', async () => {
    const { uniqueId: _, ...anonymous } = placedOrder;
    await events.receive({ ...anonymous, time: '1996-09-18T10:00:00.100Z' }, context);
    await events.receive({ ...anonymous, time: '1996-09-18T10:00:00.900Z' }, context);
    await events.receive({ ...anonymous, time: '1996-09-18T10:00:01.000Z' }, context);
    expect(await ofType('TriggerReceived')).to.have.lengthOf(2);
  });

  it('records a backfill and starts nothing', async () => {
    live.set(metricIdOf('Placed Order'), [action('action-1', '{}')]);
    await events.receive({ ...placedOrder, backfill: true }, context);
    expect(await ofType('TriggerReceived')).to.have.lengthOf(1);
    expect(await ofType('DeliveryRequested')).to.have.lengthOf(0);
  });

  it('skips a delivery whose body cannot be rendered, and says why', async () => {
    live.set(metricIdOf('Placed Order'), [action('action-1', '{"id": {{ event.OrderId }}'), action('action-2', '{}')]);
    await events.receive(placedOrder, context);
    const [skipped] = await ofType('DeliverySkipped');
    expect(skipped?.data).to.deep.include({ reason: 'not_rendered', attempts: 0, actionId: 'action-1' });
    expect(skipped?.data.renderError).to.match(/JSON/);
    expect(await ofType('DeliveryRequested')).to.have.lengthOf(2);
  });

  it('knows a profile by any of its identifiers, and takes in what is new', async () => {
    await events.receive({ ...placedOrder, uniqueId: '1' }, context);
    const both = { attributes: { email: 'ANA@example.com', external_id: 'ANATR' } };
    await events.receive({ ...placedOrder, profile: both, uniqueId: '2' }, context);
    await events.receive({ ...placedOrder, profile: { attributes: { external_id: 'ANATR' } }, uniqueId: '3' }, context);
    expect(await ofType('ProfileCreated')).to.have.lengthOf(1);
    const received = await ofType('TriggerReceived');
    expect(new Set(received.map(({ data }) => data.profileId)).size).to.equal(1);
  });

  it('leaves an identifier to the profile that has it', async () => {
    await profiles.create({ email: 'ana@example.com' }, context);
    await profiles.create({ external_id: 'BERGS', email: 'berg@example.com' }, context);
    const mixed = { attributes: { external_id: 'BERGS', email: 'ana@example.com' } };
    await events.receive({ ...placedOrder, profile: mixed }, context);
    expect(await ofType('ProfileChanged')).to.deep.equal([]);
  });

  it('refuses a profile without identifier, and an unknown id, and records nothing', async () => {
    for (const [profile, rule] of [
      [{ attributes: { first_name: 'Ana' } }, 'profile_identifier_missing'],
      [{ id: 'nobody', attributes: {} }, 'profile_unknown'],
    ] as const) {
      let refused: unknown;
      await events.receive({ ...placedOrder, profile }, context).catch((error) => {
        refused = error;
      });
      expect(refused).to.be.instanceOf(RuleViolation).with.property('rule', rule);
    }
    expect(await all()).to.deep.equal([]);
  });

  it('refuses a second profile with the same identifier, and names the first', async () => {
    const { result } = await profiles.create({ email: 'ana@example.com' }, context);
    let refused: unknown;
    await profiles.create({ email: 'Ana@Example.com' }, context).catch((error) => {
      refused = error;
    });
    expect(refused).to.be.instanceOf(DuplicateProfile).with.property('profileId', result.profileId);
  });

  it('frees an identifier that a profile gives up', async () => {
    const { result } = await profiles.create({ email: 'old@example.com' }, context);
    await profiles.update(result.profileId, { email: 'new@example.com' }, [], context);
    const again = await profiles.create({ email: 'old@example.com' }, context);
    expect(again.result.profileId).not.to.equal(result.profileId);
  });

  it("starts a list's flows for those who join, with profile variables alone, once a joining", async () => {
    const { result: profile } = await profiles.create({ email: 'ana@example.com', first_name: 'Ana' }, context);
    const { result: list } = await audiences.create('list', 'Wholesale', context);
    live.set(list.audienceId, [action('action-1', '{"who": "{{ person.first_name }}", "event": {{ event }}}')]);
    await audiences.addProfiles('list', list.audienceId, [profile.profileId, profile.profileId], context);
    await audiences.addProfiles('list', list.audienceId, [profile.profileId], context);
    const once = await ofType('DeliveryRequested');
    expect(once.map(({ data }) => JSON.parse(data.body ?? ''))).to.deep.equal([{ who: 'Ana', event: null }]);
    await audiences.removeProfiles('list', list.audienceId, [profile.profileId], context);
    expect(await ofType('DeliveryRequested')).to.have.lengthOf(1);
    await audiences.addProfiles('list', list.audienceId, [profile.profileId], context);
    expect(await ofType('DeliveryRequested')).to.have.lengthOf(2);
  });

  it('adds nobody to a list when one of the profiles is unknown', async () => {
    const { result: profile } = await profiles.create({ email: 'ana@example.com' }, context);
    const { result: list } = await audiences.create('list', 'Wholesale', context);
    let refused: unknown;
    await audiences.addProfiles('list', list.audienceId, [profile.profileId, 'nobody'], context).catch((error) => {
      refused = error;
    });
    expect(refused).to.be.instanceOf(RuleViolation).with.property('pointer', '/1/id');
    expect(await ofType('ProfileJoinedList')).to.deep.equal([]);
  });
});
