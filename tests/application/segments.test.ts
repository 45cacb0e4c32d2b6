import { expect } from 'chai';
import { AggregateStore } from '../../src/application/aggregate-store.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { AudienceCommands } from '../../src/application/commands/audiences.js';
import { EventCommands } from '../../src/application/commands/events.js';
import { ProfileCommands } from '../../src/application/commands/profiles.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { ALONE } from '../../src/application/ports/leadership.js';
import type { LiveAction } from '../../src/application/ports/live-flows.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { ProcessRunner } from '../../src/application/process-managers/process-runner.js';
import { NO_SEGMENTS, SegmentMembership } from '../../src/application/process-managers/segment-membership.js';
import { SegmentPopulation } from '../../src/application/process-managers/segment-population.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import { audienceStream } from '../../src/domain/audience/audience.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import type { Condition, Filter } from '../../src/domain/filter/filter.js';
import { RuleViolation } from '../../src/domain/kernel/rule-violation.js';
import { profile as profileDecider, profileStream } from '../../src/domain/profile/profile.js';
import { RandomIds } from '../../src/infrastructure/system/random-ids.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { SegmentIndex } from '../../src/projections/catalog/segment-index.js';
import { ProcessCheckpoints } from '../../src/projections/process-checkpoints.js';
import { ProfileQueries } from '../../src/projections/profiles/profile-queries.js';
import { ReadSide, SILENT } from '../projections/read-side.js';
import { eventually } from '../support/eventually.js';
import { liveFlow } from '../support/live-flows.js';
import { ManualClock } from '../support/manual-clock.js';
import { TEST_VAULT } from '../support/test-vault.js';

type Stored = RecordedEvent & HookledgerEvent;

const context: CommandContext = {
  actor: { kind: 'api-key', id: 'key', name: 'shop' },
  correlationId: 'request-1',
  causationId: 'request-1',
};
const of = (...conditions: Condition[]): Filter => ({ conditionGroups: [{ conditions }] });
const gold = of({
  type: 'profile-property',
  property: "properties['plan']",
  filter: { type: 'string', operator: 'equals', value: 'gold' },
});
const inside = (...groupIds: string[]): Filter => of({ type: 'profile-group-membership', isMember: true, groupIds });

describe('Segments with a definition', () => {
  let side: ReadSide;
  let clock: ManualClock;
  let index: SegmentIndex;
  let live: Map<string, LiveAction[]>;
  let aggregates: AggregateStore;
  let membership: SegmentMembership;
  let audiences: AudienceCommands;
  let events: EventCommands;
  let profiles: ProfileCommands;
  const running: ProcessRunner[] = [];

  beforeEach(async () => {
    side = await ReadSide.make();
    clock = new ManualClock('2026-03-01T08:00:00.000Z');
    index = new SegmentIndex(side.database.writer);
    side.progress.onCommit(async (changed) => {
      if (changed.has('catalog')) await index.reload();
    });
    live = new Map();
    const ids = new RandomIds();
    aggregates = new AggregateStore(side.eventStore, clock, ids);
    const startedBy = (_type: string, id: string) => (live.has(id) ? [liveFlow(live.get(id) ?? [])] : []);
    const triggers = new TriggerProcess({ startedBy }, new FlowSteps(new DjangoTemplateEngine(clock), 'Northwind'));
    membership = new SegmentMembership(index, triggers);
    audiences = new AudienceCommands(aggregates, triggers, ids, membership);
    events = new EventCommands(aggregates, triggers, clock, ids, membership);
    profiles = new ProfileCommands(aggregates, ids, TEST_VAULT, membership);
  });
  afterEach(async () => {
    for (const runner of running.splice(0)) await runner.stop();
    await side.projector.stop();
    await side.remove();
  });

  const types = async (stream: string): Promise<string[]> =>
    (await side.eventStore.readStream(stream)).map(({ type }) => type);
  const all = async (): Promise<Stored[]> => (await Array.fromAsync(side.eventStore.readAll())).flat() as Stored[];
  const triggersOf = async (segmentId: string) =>
    (await all()).filter((event) => event.type === 'TriggerReceived' && event.data.sourceId === segmentId);

  /** One that this process has heard of. */
  async function segment(definition: Filter, name = 'Gold'): Promise<string> {
    const { audienceId } = (await audiences.create('segment', name, context, definition)).result;
    live.set(audienceId, [
      {
        actionId: `of-${name}`,
        revision: 1,
        url: 'https://example.com/',
        body: '{"to": "{{ email }}"}',
      },
    ]);
    await side.projector.catchUp();
    return audienceId;
  }
  const person = async (email: string, plan?: string): Promise<string> =>
    (await profiles.create({ email, ...(plan && { properties: { plan } }) }, context)).result.profileId;
  const setPlan = (id: string, plan: string) => profiles.update(id, { properties: { plan } }, [], context);

  it('are joined by a profile that comes to match, with the change itself, and that starts their flows', async () => {
    const segmentId = await segment(gold);
    const id = await person('nora@example.com');
    await setPlan(id, 'silver');
    expect(await triggersOf(segmentId)).to.deep.equal([]);
    const head = await side.eventStore.headPosition();
    await setPlan(id, 'gold');
    const appended = (await Array.fromAsync(side.sealed.readAll({ after: head }))).flat();
    expect(appended.map(({ type }) => type).sort()).to.deep.equal([
      'DeliveryRequested',
      'ProfileChanged',
      'ProfileJoinedSegment',
      'TriggerReceived',
    ]);
    const [trigger] = await triggersOf(segmentId);
    expect(trigger?.data).to.deep.include({ kind: 'segment', name: 'Gold', profileId: id });
    expect(appended.every(({ metadata }) => metadata.actor.id === 'key')).to.equal(true);
  });

  it('are joined by a new profile that matches', async () => {
    const segmentId = await segment(gold);
    await person('nora@example.com', 'gold');
    await events.receive(
      {
        metricName: 'Opened',
        profile: { attributes: { email: 'ola@example.com', properties: { plan: 'gold' } } },
        properties: {},
      },
      context,
    );
    expect(await triggersOf(segmentId)).to.have.lengthOf(2);
  });

  it('are left by a profile that no longer matches, and each joining starts their flows once', async () => {
    const segmentId = await segment(gold);
    const id = await person('nora@example.com', 'gold');
    await setPlan(id, 'gold');
    await profiles.update(id, { first_name: 'Nora' }, [], context);
    expect(await triggersOf(segmentId)).to.have.lengthOf(1);
    await setPlan(id, 'silver');
    expect((await types(profileStream(id))).at(-1)).to.equal('ProfileLeftSegment');
    expect(await triggersOf(segmentId)).to.have.lengthOf(1);
    await profiles.update(id, { properties: { plan: 'gold' } }, [], context);
    expect(await triggersOf(segmentId)).to.have.lengthOf(2);
    await profiles.update(id, {}, ['plan'], context);
    expect((await types(profileStream(id))).at(-1)).to.equal('ProfileLeftSegment');
  });

  it('follow what a profile is a member of, segments of segments too', async () => {
    const { audienceId: list } = (await audiences.create('list', 'Wholesale', context)).result;
    const first = await segment(inside(list), 'First');
    const second = await segment(inside(first), 'Second');
    const neither = await segment(
      of({ type: 'profile-group-membership', isMember: false, groupIds: [list, first] }),
      'Neither',
    );
    const id = await person('nora@example.com');
    const joined = async () => (await aggregates.load(profileDecider, profileStream(id))).memberships;
    expect(await joined()).to.deep.equal({ [neither]: { member: true, joins: 1 } });
    await audiences.addProfiles('list', list, [id], context);
    expect(await joined()).to.deep.include({
      [first]: { member: true, joins: 1 },
      [second]: { member: true, joins: 1 },
      [neither]: { member: false, joins: 1 },
    });
    await audiences.removeProfiles('list', list, [id], context);
    expect(await joined()).to.deep.include({
      [first]: { member: false, joins: 1 },
      [second]: { member: false, joins: 1 },
      [neither]: { member: true, joins: 2 },
    });
  });

  it('are as concurrent changes leave them', async () => {
    const segmentId = await segment(gold);
    const id = await person('nora@example.com');
    await Promise.all(Array.from({ length: 8 }, (_, n) => setPlan(id, n % 2 === 0 ? 'gold' : 'silver')));
    const state = await aggregates.load(profileDecider, profileStream(id));
    const isGold = state.attributes.properties?.plan === 'gold';
    const { member, joins } = state.memberships[segmentId] ?? { member: false, joins: 0 };
    expect(member).to.equal(isGold);
    expect(await triggersOf(segmentId)).to.have.lengthOf(joins);
  });

  it("keep their members from the caller's hand", async () => {
    const segmentId = await segment(gold);
    const id = await person('nora@example.com');
    const changes = [
      () => audiences.addProfiles('segment', segmentId, [id], context),
      () => audiences.removeProfiles('segment', segmentId, [id], context),
    ];
    for (const change of changes) {
      const refused = await change().catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(RuleViolation).with.property('rule', 'segment_defined');
    }
  });

  it('may ask about lists and segments that are there, and no others', async () => {
    const refused = await audiences
      .create('segment', 'New', context, inside('nowhere'))
      .catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RuleViolation).that.deep.includes({
      rule: 'filter_group_unknown',
      pointer: '/definition/condition_groups/0/conditions/0/group_ids/0',
    });
  });

  describe('that are new', () => {
    const start = (checkpoints = new ProcessCheckpoints(side.database.writer), pages?: PageWatch): ProcessRunner => {
      const queries = new ProfileQueries(side.database.reader, side.vault);
      const known = {
        createdAfter: async (position: number, size: number) => {
          await pages?.(position);
          // Small pages, so that there are several.
          return queries.createdAfter(position, Math.min(size, 3));
        },
      };
      const population = new SegmentPopulation(aggregates, membership, known, side.progress, checkpoints);
      const runner = new ProcessRunner(
        side.sealed,
        [population],
        checkpoints,
        ALONE,
        clock,
        SILENT,
        'segment-population',
      );
      runner.start();
      running.push(runner);
      return runner;
    };
    type PageWatch = (position: number) => Promise<void> | void;
    const populated = (segmentId: string) =>
      eventually('the segment is populated', async () =>
        (await types(audienceStream('segment', segmentId))).includes('SegmentPopulated'),
      );
    const membersOf = async (segmentId: string): Promise<string[]> => {
      await side.progress.caughtUpTo(await side.eventStore.headPosition());
      const members = await new ProfileQueries(side.database.reader, side.vault).membersOf(segmentId, { size: 100 });
      return members.items.map(({ attributes }) => attributes.email ?? '').sort();
    };

    it('get those who match, and start their flows', async () => {
      for (let n = 0; n < 10; n++) await person(`person-${n}@example.com`, n % 2 === 0 ? 'gold' : 'silver');
      await side.projector.catchUp();
      const segmentId = await segment(gold);
      expect(await triggersOf(segmentId)).to.deep.equal([]);
      side.projector.start();
      start();
      await populated(segmentId);
      expect(await membersOf(segmentId)).to.deep.equal([0, 2, 4, 6, 8].map((n) => `person-${n}@example.com`));
      const triggers = await triggersOf(segmentId);
      expect(triggers).to.have.lengthOf(5);
      const created = (await all()).find(({ type }) => type === 'SegmentCreated');
      const joined = (await all()).filter(({ type }) => type === 'ProfileJoinedSegment');
      for (const { metadata } of joined) {
        expect(metadata.actor).to.deep.include({ kind: 'engine', id: 'segment-population' });
        expect(metadata.causationId).to.equal(created?.id);
      }
    });

    it('are populated to the end by whoever takes over, and nobody joins twice', async () => {
      for (let n = 0; n < 9; n++) await person(`person-${n}@example.com`, 'gold');
      await side.projector.catchUp();
      const segmentId = await segment(gold);
      side.projector.start();
      const asked: number[] = [];
      let stop: (() => void) | undefined;
      const stopped = new Promise<void>((resolve) => {
        stop = resolve;
      });
      const dying = start(undefined, async (position) => {
        asked.push(position);
        if (asked.length < 3) return;
        stop?.();
        throw new Error('the process ends here');
      });
      await stopped;
      await dying.stop();
      expect(await triggersOf(segmentId)).to.have.lengthOf(6);

      const resumed: number[] = [];
      start(undefined, (position) => void resumed.push(position));
      await populated(segmentId);
      expect(resumed[0], 'it goes on where the first one was').to.equal(asked[2]);
      expect(await membersOf(segmentId)).to.have.lengthOf(9);
      expect(await triggersOf(segmentId)).to.have.lengthOf(9);
    });

    it('get those who changed before another process had heard of them', async () => {
      side.projector.start();
      start();
      const segmentId = await segment(gold);
      await populated(segmentId);
      const deaf = new ProfileCommands(aggregates, new RandomIds(), TEST_VAULT, NO_SEGMENTS);
      await deaf.create({ email: 'late@example.com', properties: { plan: 'gold' } }, context);
      await eventually('the late one is in', async () => (await triggersOf(segmentId)).length === 1);
      expect(await membersOf(segmentId)).to.deep.equal(['late@example.com']);
    });
  });
});
