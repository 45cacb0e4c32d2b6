import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { TOKENS } from '../../../../src/container.js';
import { ApiClient } from '../../../end-to-end/api-client.js';
import { fillReadModels } from '../../../projections/million-deliveries.js';
import { eventually } from '../../../support/eventually.js';
import { Person } from '../person.js';
import { type RunningServer, startServer } from '../running-server.js';

/** Tables that grow with the traffic. The others hold what people make by hand, and are read whole where a page shows all of it. */
const GROWING =
  /^SCAN (?:deliveries|webhook_counts|webhook_origins|profiles|memberships|delivery_queue|journeys|product_interest|trigger_samples)\b/;

describe('What pages ask read.db', () => {
  let server: RunningServer;
  let owner: Person;
  const { prepare } = DatabaseSync.prototype;
  const asked = new Set<string>();
  let paths: readonly string[];

  before(async () => {
    DatabaseSync.prototype.prepare = function (...given) {
      asked.add(given[0]);
      return prepare.apply(this, given);
    };
    server = await startServer();
    owner = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
    await owner.switchTwoStepOn();
    await owner.logIn();
    const api = new ApiClient(server.url, server.key);
    const flow = await api.liveFlow('Placed Order', ['https://127.0.0.1:9/orders']);
    await api.sendEvent('Placed Order', 'order-1', { n: 1 });
    const delivery = await eventually('it is in the log', async () => {
      return (await server.get('/api/hookledger/deliveries')).data[0]?.id;
    });
    const action = (await server.get(`/api/flows/${flow}/flow-actions`)).data[0]?.id;
    await fillReadModels(server.container.get(TOKENS.ReadModelDatabase).writer, 2_000);
    paths = [
      '/analytics',
      `/analytics?flow=${flow}&action=${action}&range=month`,
      '/analytics/failed',
      `/analytics/waiting?action=${action}`,
      '/analytics/all',
      '/analytics/failed/resend',
      '/analytics/summary.csv',
      '/flows',
      '/flows/new',
      `/flows/${flow}`,
      `/flows/${flow}/actions/new`,
      `/flows/${flow}/actions/${action}`,
      `/flows/${flow}/actions/${action}/revisions`,
      `/deliveries/${delivery}`,
      '/system',
      '/account',
      '/metrics',
    ];
  });
  after(async () => {
    DatabaseSync.prototype.prepare = prepare;
    await server.stop();
  });

  it('is found by an index in every table that grows with the traffic', async () => {
    asked.clear();
    for (const path of paths) expect((await owner.fetch('GET', path)).status, path).to.equal(200);
    const { path } = server.container.get(TOKENS.Settings).readModels as { path: string };
    const file = new DatabaseSync(path, { readOnly: true });
    const scans: string[] = [];
    let explained = 0;
    try {
      for (const text of asked) {
        const steps = planOf(file, text);
        if (steps === undefined) continue;
        explained++;
        scans.push(...steps.filter((step) => GROWING.test(step) && !/ USING (?:COVERING )?INDEX /.test(step)));
      }
    } finally {
      file.close();
    }
    expect(scans).to.deep.equal([]);
    expect(explained).to.be.greaterThan(30);
  });

  /** Undefined where it is asked of another file. */
  function planOf(file: DatabaseSync, text: string): string[] | undefined {
    try {
      return prepare
        .call(file, `explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail));
    } catch {
      return undefined;
    }
  }
});
