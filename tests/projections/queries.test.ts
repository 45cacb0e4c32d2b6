import { expect } from 'chai';
import { AccessQueries } from '../../src/projections/access/access-queries.js';
import { ActivityQueries } from '../../src/projections/activity/activity-queries.js';
import { QUEUES } from '../../src/projections/activity/delivery-filter.js';
import { AnalyticsQueries } from '../../src/projections/analytics/analytics-queries.js';
import { classOf, percentileMs } from '../../src/projections/analytics/response-time.js';
import { CatalogQueries } from '../../src/projections/catalog/catalog-queries.js';
import type { Comparison } from '../../src/projections/comparison.js';
import { type FlowField, FlowQueries } from '../../src/projections/flows/flow-queries.js';
import { InvalidCursor } from '../../src/projections/page.js';
import { ProfileQueries } from '../../src/projections/profiles/profile-queries.js';
import { HistoryMaker, OUTCOMES } from './history-maker.js';
import { DATABASES, ReadSide } from './read-side.js';

for (const kind of DATABASES) {
  describe(`Queries in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;
    let activity: ActivityQueries;
    let analytics: AnalyticsQueries;
    let flows: FlowQueries;
    let flowId: string;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      const { reader } = side.database;
      [activity, analytics, flows] = [
        new ActivityQueries(reader, side.vault),
        new AnalyticsQueries(reader),
        new FlowQueries(reader),
      ];
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      flowId = await maker.createFlow(2);
      await maker.setFlow(flowId, 'live');
      await side.projector.catchUp();
    });
    afterEach(() => side.remove());

    const allPages = async <T>(
      read: (cursor: string | undefined) => Promise<{ items: readonly T[]; nextCursor: string | undefined }>,
    ) => {
      const pages: (readonly T[])[] = [];
      for (let cursor: string | undefined; ; ) {
        const { items, nextCursor } = await read(cursor);
        pages.push(items);
        if (nextCursor === undefined) return pages;
        cursor = nextCursor;
      }
    };

    describe('of the activity log', () => {
      it('show each delivery as it stands, with its recipient', async () => {
        const [first, second] = (await maker.report(1)) as [string, string];
        await maker.attempt(first, OUTCOMES.unavailable);
        await maker.retry(first);
        await maker.attempt(second, OUTCOMES.gone);
        await side.projector.catchUp();
        expect(await activity.delivery(first)).to.deep.include({
          status: 'waiting',
          attempts: 1,
          code: '503',
          message: 'The receiver answered 503.',
          recipient: 'Person-1@example.com',
          dueAt: '2026-03-01T08:00:03.000Z',
          requestedAt: '2026-03-01T08:00:00.000Z',
        });
        expect(await activity.delivery(second)).to.deep.include({
          status: 'skipped',
          code: '410',
          attempts: 1,
          dueAt: null,
        });
        expect(await activity.delivery('unknown')).to.equal(undefined);
      });

      it('page through it by cursors, newest first, while deliveries are added', async () => {
        const ids: string[] = [];
        for (let n = 0; n < 5; n++) ids.push(...(await maker.report(n)));
        await side.projector.catchUp();
        const first = await activity.deliveries({ size: 3 });
        await maker.report(9);
        await side.projector.catchUp();
        const rest = await allPages((cursor) => activity.deliveries({ size: 3, cursor: cursor ?? first.nextCursor }));
        const seen = [...first.items, ...rest.flat()].map(({ deliveryId }) => deliveryId);
        expect(seen).to.deep.equal([...ids].reverse());
        expect(rest.map(({ length }) => length)).to.deep.equal([3, 3, 1]);
      });

      it('show the queues, and what belongs to an action, flow or profile', async () => {
        const ids = [...(await maker.report(1)), ...(await maker.report(2))] as [string, string, string, string];
        await maker.attempt(ids[0], OUTCOMES.ok);
        await maker.attempt(ids[1], OUTCOMES.gone);
        await side.projector.catchUp();
        const idsIn = async (filter: Parameters<ActivityQueries['deliveries']>[1]): Promise<string[]> =>
          (await activity.deliveries({ size: 10 }, filter)).items.map(({ deliveryId }) => deliveryId);
        expect(await idsIn({ statuses: QUEUES.waiting })).to.deep.equal([ids[3], ids[2]]);
        expect(await idsIn({ statuses: QUEUES.skipped })).to.deep.equal([ids[1]]);
        expect(await idsIn({ statuses: QUEUES.failed })).to.deep.equal([]);
        expect(await idsIn({ statuses: ['succeeded'] })).to.deep.equal([ids[0]]);
        expect(await idsIn({ actionId: maker.actionIds[1] as string })).to.deep.equal([ids[3], ids[1]]);
        expect(await idsIn({ flowId: 'another' })).to.deep.equal([]);
        const { profileId } = (await activity.delivery(ids[2])) as { profileId: string };
        expect(await idsIn({ profileId })).to.deep.equal([ids[3], ids[2]]);
      });

      it('show those of one code, or of some time: by their last change, or by their request', async () => {
        const [first, second] = (await maker.report(1)) as [string, string];
        await maker.attempt(first, OUTCOMES.gone);
        maker.clock.advance(3_600_000);
        await maker.attempt(second, OUTCOMES.gone);
        const [third, fourth] = (await maker.report(2)) as [string, string];
        await side.projector.catchUp();
        const idsIn = async (filter: Parameters<ActivityQueries['deliveries']>[1]): Promise<string[]> => {
          const ids = (await activity.deliveries({ size: 10 }, filter)).items.map(({ deliveryId }) => deliveryId);
          expect(await activity.count(filter ?? {})).to.equal(ids.length);
          return ids;
        };
        const skipped = { statuses: QUEUES.skipped };
        expect(await idsIn({ ...skipped, code: '410' })).to.deep.equal([second, first]);
        expect(await idsIn({ ...skipped, code: '404' })).to.deep.equal([]);
        expect(await idsIn({ ...skipped, since: '2026-03-01T08:30:00.000Z' })).to.deep.equal([second]);
        expect(await idsIn({ ...skipped, until: '2026-03-01T08:30:00.000Z' })).to.deep.equal([first]);
        expect(await idsIn({ requestedFrom: '2026-03-01T08:30:00.000Z' })).to.deep.equal([fourth, third]);
        expect(await idsIn({ requestedFrom: '2026-03-01T09:00:00.000Z' })).to.deep.equal([fourth, third]);
        expect(await idsIn({ requestedFrom: '2026-03-01T09:00:00.001Z' })).to.deep.equal([]);
        expect(await idsIn({ requestedUntil: '2026-03-01T08:00:00.000Z' })).to.deep.equal([second, first]);
        expect(await idsIn({ requestedUntil: '2026-03-01T07:59:59.999Z' })).to.deep.equal([]);
        const [actionId] = maker.actionIds as [string];
        expect(await activity.countByAction(skipped)).to.have.deep.members(
          maker.actionIds.map((id) => ({ actionId: id, flowId, count: 1 })),
        );
        expect(await activity.countByAction({ ...skipped, actionId })).to.deep.equal([{ actionId, flowId, count: 1 }]);
        const [one] = await activity.idsAfter(-1, skipped, 1);
        expect(one?.deliveryId).to.equal(first);
        const rest = await activity.idsAfter(one?.position as number, skipped, 5);
        expect(rest.map(({ deliveryId }) => deliveryId)).to.deep.equal([second]);
      });

      it('page through several statuses as through one list', async () => {
        const ids: string[] = [];
        for (let n = 0; n < 3; n++) ids.push(...(await maker.report(n)));
        for (const id of [ids[0], ids[3]] as string[]) {
          await maker.attempt(id, OUTCOMES.unavailable);
          await maker.retry(id);
        }
        await side.projector.catchUp();
        const pages = await allPages((cursor) =>
          activity.deliveries({ size: 2, cursor }, { statuses: QUEUES.waiting }),
        );
        expect(pages.flat().map(({ deliveryId }) => deliveryId)).to.deep.equal([...ids].reverse());
      });

      it('refuse a cursor that no page gave', async () => {
        for (const cursor of ['1', 'bm9uc2Vuc2U', '', 'cG9zaXRpb246LTE']) {
          const refusal = await activity.deliveries({ size: 3, cursor }).catch((error: unknown) => error);
          expect(refusal, cursor).to.be.instanceOf(InvalidCursor);
        }
      });
    });

    describe('of analytics', () => {
      it('count by action and hour, and follow what is sent again out of its queue', async () => {
        const [first, second] = (await maker.report(1)) as [string, string];
        await maker.attempt(first, OUTCOMES.ok);
        await maker.attempt(second, OUTCOMES.gone);
        await side.projector.catchUp();
        const counted = await analytics.analytics();
        expect(counted.totals).to.deep.equal({
          requested: 2,
          succeeded: 1,
          waiting: 0,
          failed: 0,
          skipped: 1,
          attempts: 2,
          retried: 0,
        });
        expect(counted.codes).to.deep.equal([
          { code: '200', count: 1 },
          { code: '410', count: 1 },
        ]);
        expect(counted.attemptsToEnd).to.deep.equal([{ attempts: 1, count: 2 }]);
        expect(counted.responseTime.count).to.equal(2);

        maker.clock.advance(3 * 3_600_000);
        await maker.decide(second, { type: 'ResendDelivery', at: maker.now() });
        await side.projector.catchUp();
        const again = await analytics.analytics();
        expect(again.totals).to.deep.equal({
          requested: 2,
          succeeded: 1,
          waiting: 1,
          failed: 0,
          skipped: 0,
          attempts: 2,
          retried: 0,
        });
        const byAction = Object.fromEntries(again.actions.map((action) => [action.actionId, action]));
        expect(byAction[maker.actionIds[1] as string]).to.deep.include({
          flowId,
          requested: 1,
          waiting: 1,
          skipped: 0,
        });

        await maker.attempt(second, OUTCOMES.ok);
        await side.projector.catchUp();
        const { totals, hours } = await analytics.analytics();
        expect(totals).to.deep.include({ succeeded: 2, waiting: 0, skipped: 0 });
        expect(hours).to.deep.equal([
          {
            hour: '2026-03-01T08:00:00.000Z',
            requested: 2,
            succeeded: 1,
            failed: 0,
            skipped: 1,
            attempts: 2,
            retried: 0,
          },
          {
            hour: '2026-03-01T11:00:00.000Z',
            requested: 0,
            succeeded: 1,
            failed: 0,
            skipped: 0,
            attempts: 1,
            retried: 0,
          },
        ]);
      });

      it('count one action, one flow, or some hours alone, with what waits now', async () => {
        await maker.report(1);
        maker.clock.advance(2 * 3_600_000);
        await maker.report(2);
        await side.projector.catchUp();
        expect((await analytics.analytics({ actionId: maker.actionIds[0] as string })).totals).to.deep.include({
          requested: 2,
          waiting: 2,
        });
        expect((await analytics.analytics({ flowId: 'another' })).totals).to.deep.include({ requested: 0, waiting: 0 });
        const later = await analytics.analytics({ from: '2026-03-01T10:30:00+00:00' });
        expect(later.totals).to.deep.include({ requested: 2, waiting: 4 });
        const sooner = await analytics.analytics({ from: '2026-03-01T09:30:00+01:00', to: '2026-03-01T08:59:00Z' });
        expect(sooner.hours.map(({ hour, requested }) => [hour, requested])).to.deep.equal([
          ['2026-03-01T08:00:00.000Z', 2],
        ]);
      });

      it('count what happened in a range by its steps, whatever was sent again since', async () => {
        const [first, second] = (await maker.report(1)) as [string, string];
        await maker.attempt(first, OUTCOMES.ok);
        await maker.attempt(second, OUTCOMES.gone);
        maker.clock.advance(7 * 60_000);
        await maker.decide(second, { type: 'ResendDelivery', at: maker.now() });
        await side.projector.catchUp();
        const from = Date.parse('2026-03-01T07:55:00.000Z');
        const range = { from, to: from + 20 * 60_000 };
        const minutes = { span: 'five_minutes', step: 5 * 60_000 } as const;
        const counted = await analytics.inRange(range, minutes);
        expect(counted.steps.map(({ requested, succeeded, skipped }) => [requested, succeeded, skipped])).to.deep.equal(
          [
            [0, 0, 0],
            [2, 1, 1],
            [0, 0, 0],
            [0, 0, 0],
          ],
        );
        expect(counted.totals).to.deep.include({ requested: 2, succeeded: 1, skipped: 1, waiting: 1 });
        expect(await analytics.everything()).to.deep.include({ requested: 2, succeeded: 1, skipped: 0, waiting: 1 });
        expect(await analytics.everything({ flowId: 'another' })).to.deep.include({ requested: 0, waiting: 0 });
        expect((await analytics.inRange(range, { span: 'five_minutes', step: 15 * 60_000 })).steps).to.have.lengthOf(2);
      });

      it('count a range alike, by whatever spans it is read', async () => {
        for (let hour = 0; hour < 30; hour++) {
          const [first, second] = (await maker.report(hour)) as [string, string];
          await maker.attempt(first, OUTCOMES.ok);
          await maker.attempt(second, hour % 2 === 0 ? OUTCOMES.gone : OUTCOMES.ok);
          maker.clock.advance(3_600_000);
        }
        await side.projector.catchUp();
        const range = { from: Date.parse('2026-03-01T08:00:00.000Z'), to: Date.parse('2026-03-02T14:00:00.000Z') };
        const [byMinutes, byHours] = [
          await analytics.inRange(range, { span: 'five_minutes', step: 15 * 60_000 }),
          await analytics.inRange(range, { span: 'hour', step: 3_600_000 }),
        ];
        expect(byMinutes.totals).to.deep.include({ requested: 60, succeeded: 45, skipped: 15 });
        expect({ ...byHours, steps: [] }).to.deep.equal({ ...byMinutes, steps: [] });
        const byDays = await analytics.inRange(range, { span: 'day', step: 24 * 3_600_000 });
        expect(byDays.steps.map(({ requested }) => requested)).to.deep.equal([32, 28]);
      });

      it('keep counts of five minutes for two days', async () => {
        const start = maker.clock.now();
        await maker.report(1);
        maker.clock.advance(47 * 3_600_000);
        await maker.report(2);
        await side.projector.catchUp();
        const scale = { span: 'five_minutes', step: 5 * 60_000 } as const;
        const first = () => analytics.inRange({ from: start, to: start + 60_000 }, scale);
        expect((await first()).steps[0]?.requested).to.equal(2);
        maker.clock.advance(3_600_000 + 5 * 60_000);
        await maker.report(3);
        await side.projector.catchUp();
        expect((await first()).steps[0]?.requested).to.equal(0);
        expect((await analytics.analytics()).totals.requested).to.equal(6);
      });

      it('name the origins where attempts failed, each as the action pointed there then', async () => {
        const [first, second] = (await maker.report(1)) as [string, string];
        await maker.attempt(first, OUTCOMES.unavailable);
        await maker.retry(first);
        await side.projector.catchUp();
        await maker.take({ do: 'move-action', of: 0, port: 1003 });
        await maker.attempt(first, OUTCOMES.refused);
        await maker.attempt(second, OUTCOMES.ok);
        await side.projector.catchUp();
        const range = { from: maker.clock.now() - 3_600_000, to: maker.clock.now() + 60_000 };
        const { failingOrigins } = await analytics.inRange(range, { span: 'hour', step: 3_600_000 });
        expect(failingOrigins).to.deep.equal([
          { origin: 'https://127.0.0.1:1001', count: 1 },
          { origin: 'https://127.0.0.1:1003', count: 1 },
        ]);
      });

      it('estimate response times from classes', () => {
        expect(percentileMs(new Map(), 0.5)).to.equal(null);
        const times = new Map<number, number>();
        for (let ms = 1; ms <= 1000; ms++) times.set(classOf(ms), (times.get(classOf(ms)) ?? 0) + 1);
        for (const [p, exact] of [
          [0.5, 500],
          [0.95, 950],
          [0.99, 990],
        ] as const) {
          const estimate = percentileMs(times, p) as number;
          expect(estimate / exact, `p${p * 100}`).to.be.within(0.95, 1.05);
        }
        expect(percentileMs(new Map([[classOf(10_000_000), 3]]), 0.99)).to.be.within(50_119, 63_096);
      });
    });

    describe('of flows', () => {
      it('show actions in the order of the chain, and what was removed no more', async () => {
        const threeId = await maker.createFlow(3);
        const [, , first, second, third] = maker.actionIds as [string, string, string, string, string];
        await maker.flows.removeAction(second, {
          actor: { kind: 'cli', id: 't', name: 't' },
          correlationId: 'c',
          causationId: 'c',
        });
        await side.projector.catchUp();
        const actions = await flows.actionsOf(threeId);
        expect(actions.map((action) => [action.actionId, 'next' in action ? action.next : 'split'])).to.deep.equal([
          [first, third],
          [third, null],
        ]);
        expect(await flows.action(second)).to.equal(undefined);
        expect(await flows.action(third)).to.deep.include({
          flowId: threeId,
          headers: { 'x-key': `•••sha256:${side.vault.keyedHash('header', 'x-key', 'secret').slice(0, 8)}` },
          status: 'live',
          revision: 1,
        });
      });

      it('find flows by name, status and trigger, newest first', async () => {
        await maker.createFlow(1);
        await side.projector.catchUp();
        const names = async (filter: Parameters<FlowQueries['flows']>[1]) =>
          (await flows.flows({ size: 10 }, filter)).items.map(({ name }) => name);
        expect(await names({})).to.deep.equal(['Flow 1', 'Flow 0']);
        expect(await names({ status: 'live' })).to.deep.equal(['Flow 0']);
        expect(await names({ name: 'Flow 1' })).to.deep.equal(['Flow 1']);
        expect(await names({ triggerType: 'metric', triggerId: maker.metricId })).to.deep.equal(['Flow 1', 'Flow 0']);
        expect(await names({ triggerType: 'list', triggerId: maker.metricId })).to.deep.equal([]);
        await maker.take({ do: 'delete-flow', of: 0 });
        await side.projector.catchUp();
        expect(await flows.flow(flowId)).to.equal(undefined);
      });

      it('find flows by what is no column of theirs, and sort them by it', async () => {
        await maker.createFlow(1);
        await side.projector.catchUp();
        const names = async (...where: Comparison<FlowField>[]) => {
          const order = { by: 'trigger_type', descending: false } as const;
          const first = await flows.flows({ size: 1, where, order });
          const rest = await allPages((cursor) =>
            flows.flows({ size: 1, where, order, cursor: cursor ?? first.nextCursor }),
          );
          return [...first.items, ...(first.nextCursor === undefined ? [] : rest.flat())].map(({ name }) => name);
        };
        expect(await names({ field: 'archived', operator: 'equals', values: [false] })).to.deep.equal([
          'Flow 0',
          'Flow 1',
        ]);
        expect(await names({ field: 'archived', operator: 'equals', values: [true] })).to.deep.equal([]);
        expect(await names({ field: 'trigger_type', operator: 'equals', values: ['Metric'] })).to.have.lengthOf(2);
        expect(await names({ field: 'trigger_type', operator: 'equals', values: ['Date Based'] })).to.deep.equal([]);
      });

      it('start only live actions of live flows, in the order of the chain', async () => {
        expect(
          side.liveFlows.startedBy('metric', maker.metricId).flatMap(({ actions }) => [...actions.keys()]),
        ).to.deep.equal(maker.actionIds);
        await maker.setFlow(flowId, 'draft');
        await side.projector.catchUp();
        expect(side.liveFlows.startedBy('metric', maker.metricId)).to.deep.equal([]);
      });
    });

    describe('of API keys', () => {
      it('show each as it stands, without what it takes to use it, newest first', async () => {
        const access = new AccessQueries(side.database.reader);
        const issued = maker.now();
        const expiresAt = new Date(maker.clock.now() + 3_600_000).toISOString();
        const [lasting, expiring] = [await maker.issueKey(), await maker.issueKey(expiresAt)];
        maker.clock.advance(60_000);
        await maker.useKey(expiring);
        const used = maker.now();
        await side.projector.catchUp();
        const common = { scopes: ['events:write', 'flows:read'], issuerId: null, issuedAt: issued };
        const fresh = { ...common, status: 'active', lastUsedAt: null, revokedAt: null, expiresAt: null };
        expect(await access.apiKey(lasting, used)).to.deep.equal({ keyId: lasting, name: 'Key 0', ...fresh });
        const second = { ...fresh, keyId: expiring, name: 'Key 1', expiresAt, lastUsedAt: used };
        expect(await access.apiKey(expiring, used)).to.deep.equal(second);
        expect(await access.apiKey(expiring, expiresAt)).to.deep.equal({ ...second, status: 'expired' });

        await maker.revokeKey(expiring);
        await side.projector.catchUp();
        const revoked = { ...second, status: 'revoked', revokedAt: used };
        const first = await access.apiKeys({ size: 1 }, expiresAt);
        expect(first.items).to.deep.equal([revoked]);
        const rest = await access.apiKeys({ size: 1, cursor: first.nextCursor }, expiresAt);
        expect(rest.items.map(({ keyId }) => keyId)).to.deep.equal([lasting]);
        expect(rest.nextCursor).to.equal(undefined);
        expect(await access.apiKey('unknown', used)).to.equal(undefined);
      });
    });

    it('of profiles and lists find them by what they are known by', async () => {
      const [profiles, catalog] = [
        new ProfileQueries(side.database.reader, side.vault),
        new CatalogQueries(side.database.reader),
      ];
      await maker.report(1, 1);
      await maker.take({ do: 'join', profile: 1 });
      await side.projector.catchUp();
      const { items } = await profiles.profiles({ size: 5 }, { email: 'PERSON-1@EXAMPLE.COM' });
      expect(items.map(({ attributes }) => attributes)).to.deep.equal([
        { email: 'person-1@example.com', properties: { city: 'City 1' } },
      ]);
      const { profileId } = items[0] as { profileId: string };
      const emails = ['PERSON-1@EXAMPLE.COM', 'nobody@example.com'] as const;
      const where = [{ field: 'email', operator: 'any', values: emails } as const];
      expect((await profiles.profiles({ size: 5, where })).items.map((one) => one.profileId)).to.deep.equal([
        profileId,
      ]);
      expect(
        (await profiles.membersOf(maker.listId, { size: 5, where })).items.map((member) => member.profileId),
      ).to.deep.equal([profileId]);
      expect(
        (await profiles.membersOf(maker.listId, { size: 5 })).items.map((member) => member.profileId),
      ).to.deep.equal([profileId]);
      expect(await catalog.profileCount(maker.listId)).to.equal(1);
      expect((await catalog.audiencesOf('list', profileId, 5)).map(({ id }) => id)).to.deep.equal([maker.listId]);
      expect(await catalog.audiencesOf('segment', profileId, 5)).to.deep.equal([]);
      await maker.take({ do: 'leave', profile: 1 });
      await side.projector.catchUp();
      expect((await profiles.membersOf(maker.listId, { size: 5 })).items).to.deep.equal([]);
      expect(await catalog.profileCount(maker.listId)).to.equal(0);
      expect(await catalog.audiencesOf('list', profileId, 5)).to.deep.equal([]);
      expect(await catalog.entry('list', maker.listId)).to.deep.include({ name: 'Wholesale' });
      expect(await catalog.entry('segment', maker.listId)).to.equal(undefined);
      expect((await catalog.entries('metric', { size: 5 }, { name: 'Placed Order' })).items).to.have.lengthOf(1);
    });
  });
}
