import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { expect } from 'chai';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { NodeSqlite } from '../../src/infrastructure/read-models/sqlite/node-sqlite.js';
import { ActivityQueries } from '../../src/projections/activity/activity-queries.js';
import { type DeliveryFilter, QUEUES } from '../../src/projections/activity/delivery-filter.js';
import { AnalyticsQueries } from '../../src/projections/analytics/analytics-queries.js';
import { scaleOf } from '../../src/projections/analytics/analytics-scale.js';
import { createCheckpointTables } from '../../src/projections/projection-tables.js';
import { PROJECTIONS } from '../../src/projections/projections.js';
import type { ReadTables } from '../../src/projections/read-tables.js';
import { TEST_VAULT } from '../support/test-vault.js';
import { FILLED, fillReadModels } from './million-deliveries.js';

const HOUR = 3_600_000;
const IN_QUEUES = /deliveries_in_queues/;

/** What the pages of analytics ask read.db, by how SQLite would go about it with a million deliveries there. */
describe('The query plans of pages', () => {
  let file: DatabaseSync;
  let db: Kysely<ReadTables>;
  let asked: CompiledQuery[] = [];
  let activity: ActivityQueries;
  let analytics: AnalyticsQueries;

  before(async () => {
    file = new DatabaseSync(':memory:');
    const dialect = new SqliteDialect({ database: new NodeSqlite(file) });
    db = new Kysely({
      dialect,
      log({ query }) {
        asked.push(query);
      },
    });
    await createCheckpointTables(db);
    for (const projection of PROJECTIONS) await projection.create(db);
    await fillReadModels(db, 3_000);
    [activity, analytics] = [new ActivityQueries(db, TEST_VAULT), new AnalyticsQueries(db)];
  });
  after(() => db.destroy());

  /** Each step of the plans of what is asked meanwhile, as SQLite words it. */
  async function plansOf(ask: () => Promise<unknown>): Promise<string[]> {
    asked = [];
    await ask();
    const queries = asked;
    return queries.flatMap(({ sql, parameters }) =>
      file
        .prepare(`explain query plan ${sql}`)
        .all(...(parameters as SQLInputValue[]))
        .map(({ detail }) => String(detail)),
    );
  }

  const page = { size: 50 };
  const queue = (name: keyof typeof QUEUES, filter: DeliveryFilter = {}) => ({ ...filter, statuses: QUEUES[name] });
  const range = { since: '2026-03-30T00:00:00.000Z', until: '2026-03-31T00:00:00.000Z' };
  const requested = { requestedFrom: '2026-03-02T00:00:00.000Z', requestedUntil: '2026-03-03T00:00:00.000Z' };
  const [actionId, flowId] = [FILLED.actionOf(1), FILLED.flowOf(1)];

  const LISTS: readonly (readonly [what: string, filter: DeliveryFilter, index: RegExp])[] = [
    ['the failed queue', queue('failed'), IN_QUEUES],
    ['the failed queue of an action', queue('failed', { actionId }), IN_QUEUES],
    ['the failed queue of a flow', queue('failed', { flowId, code: 'timeout', ...range }), IN_QUEUES],
    ['the skipped queue of some time', queue('skipped', range), IN_QUEUES],
    ['the waiting queue', queue('waiting'), IN_QUEUES],
    ['the waiting queue of an action', queue('waiting', { actionId, flowId }), IN_QUEUES],
    ['a queue of a profile', queue('failed', { profileId: FILLED.profile, actionId }), /deliveries_by_profile_id/],
    ['all deliveries', {}, /deliveries_in_order/],
    ['all deliveries of some time', requested, /deliveries_in_order/],
    ['all deliveries of an action', { actionId, flowId, ...requested }, /deliveries_by_action_id/],
    ['all deliveries of a flow', { flowId }, /deliveries_by_flow_id/],
    ['all deliveries of a profile', { profileId: FILLED.profile, flowId }, /deliveries_by_profile_id/],
  ];

  for (const [what, filter, index] of LISTS) {
    it(`read ${what} in the order of one index, without sorting`, async () => {
      const plans = await plansOf(() => activity.deliveries(page, filter));
      const ofDeliveries = plans.filter((step) => /\bdeliveries\b/.test(step));
      expect(ofDeliveries).not.to.deep.equal([]);
      for (const step of ofDeliveries) expect(step).to.match(/^SEARCH deliveries/);
      // A time is first found in the order of requests, by halves.
      const bounds = 'requestedFrom' in filter ? /deliveries_in_order/ : index;
      expect(ofDeliveries.filter((step) => !bounds.test(step) && !index.test(step))).to.deep.equal([]);
      expect(ofDeliveries.at(-1)).to.match(index);
      expect(plans.filter((step) => /TEMP B-TREE/.test(step))).to.deep.equal([]);
      expect(plans.filter((step) => /^SCAN/.test(step))).to.deep.equal([]);
    });
  }

  const COUNTS: readonly (readonly [what: string, filter: DeliveryFilter])[] = [
    ['a queue', queue('failed')],
    ['what is chosen of a queue', queue('failed', { actionId, code: '503', ...range })],
    ['a queue of a flow', queue('skipped', { flowId })],
  ];
  for (const [what, filter] of COUNTS) {
    it(`count ${what} in the index alone`, async () => {
      const asks = [() => activity.count(filter), () => activity.countByAction(filter)];
      for (const ask of asks) {
        const plans = (await plansOf(ask)).filter((step) => !/TEMP B-TREE FOR GROUP BY/.test(step));
        expect(plans).to.have.lengthOf(1);
        expect(plans[0]).to.match(/^SEARCH deliveries USING COVERING INDEX deliveries_in_queues/);
      }
      expect(await plansOf(() => activity.idsAfter(0, filter, 100))).to.have.lengthOf(1);
    });
  }

  it('find a delivery, and those of a profile that wait, by their keys', async () => {
    const plans = [
      ...(await plansOf(() => activity.delivery('00000001-0000-4000-8000-000000000000'))),
      ...(await plansOf(() => activity.ofProfile(FILLED.profile))),
    ];
    for (const step of plans) expect(step).to.match(/^SEARCH/);
  });

  for (const hours of [1, 24, 7 * 24, 30 * 24]) {
    it(`read the counts of ${hours} hours as one part of the table`, async () => {
      const time = { from: FILLED.now - hours * HOUR, to: FILLED.now };
      const scale = scaleOf(time, FILLED.now);
      for (const of of [{}, { actionId }, { flowId }]) {
        const plans = await plansOf(() => analytics.inRange(time, scale, of));
        const steps = plans.filter((step) => /webhook_counts/.test(step));
        expect(steps).not.to.deep.equal([]);
        for (const step of steps) {
          expect(step).to.match(/^SEARCH webhook_counts USING PRIMARY KEY \(span=\? AND measure=\?/);
          if (!/measure=\?\)/.test(step)) expect(step).to.match(/begins_at>\? AND begins_at<\?/);
        }
      }
    });
  }
});
