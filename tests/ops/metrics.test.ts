import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { selectedBy } from './promql.js';

interface Dashboard {
  templating: { list: { type: string; query: string | { query: string } }[] };
  panels: { title: string; type: string; gridPos: Record<string, number>; targets?: { expr: string }[] }[];
}
interface Rules {
  groups: {
    rules: { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> }[];
  }[];
}

const dashboard = JSON.parse(readFileSync('ops/grafana/hookledger.json', 'utf8')) as Dashboard;
const rules = (parse(readFileSync('ops/prometheus/alerts.yml', 'utf8')) as Rules).groups.flatMap(({ rules }) => rules);
const documented = readFileSync('docs/operating/README.md', 'utf8');

/** What Prometheus itself adds to each sample, and to each target. */
const OF_PROMETHEUS = { labels: ['job', 'instance'], metrics: ['up'] };

const expressions: readonly [where: string, expression: string][] = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [`panel ${title}`, expr]),
  ),
  ...rules.map(({ alert, expr }): [string, string] => [`alert ${alert}`, expr]),
];

describe('The metrics', () => {
  let receiver: Receiver;
  let server: RunningServer;
  /** Of each metric, the labels that any of its samples has. */
  const shown = new Map<string, Set<string>>();

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({
      ca,
      answer: ({ path, attempt }) => ({
        status: path === '/gone' ? 404 : path === '/odd' ? 799 : attempt === 1 ? 503 : 200,
      }),
    });
    server = await startServer(ca, { env: { HOOKLEDGER_SUSPEND_AFTER: 'never' } });
    await deliver();
    for (const path of ['/nowhere', '/metrics']) await (await fetch(server.url + path)).text();
    const text = await (await fetch(`${server.url}/metrics`)).text();
    for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_:][\w:]*)(?:\{(.*)\})? \S+$/gim)) {
      const its = shown.get(name) ?? new Set();
      for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) its.add(label);
      shown.set(name, its);
    }
  });
  after(async () => {
    await server.stop();
    await receiver.close();
  });

  /** One that succeeds after a retry, one that is skipped, one with a code that HTTP doesn't know. */
  async function deliver(): Promise<void> {
    const send = async (method: string, path: string, type: string, attributes: object, id?: string) => {
      const response = await server.fetch(method, path, {
        body: { data: { type, attributes, ...(id ? { id } : {}) } },
      });
      expect(response.ok, `${method} ${path}`).to.equal(true);
      return response.status === 202 ? '' : ((await response.json()) as { data: { id: string } }).data.id;
    };
    const metricId = await send('POST', '/api/hookledger/metrics', 'metric', { name: 'Placed Order' });
    const paths = ['/orders', '/gone', '/odd'];
    const flowId = await send('POST', '/api/flows', 'flow', {
      name: 'Orders',
      definition: {
        triggers: [{ type: 'metric', id: metricId }],
        entry_action_id: 'a0',
        actions: paths.map((path, index) => ({
          temporary_id: `a${index}`,
          type: 'send-webhook',
          links: { next: index + 1 < paths.length ? `a${index + 1}` : null },
          data: { message: { url: receiver.url + path, body: '{}' }, status: 'live' },
        })),
      },
    });
    await send('PATCH', `/api/flows/${flowId}`, 'flow', { status: 'live' }, flowId);
    await send('POST', '/api/events', 'event', {
      properties: {},
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ana@example.com' } } },
    });
    await server.engine.idle();
    // The retry is decided beside the projections, and due at once.
    while (receiver.received < paths.length + 1) await server.engine.idle();
    await server.engine.idle();
  }

  it('tell of the traffic that there was', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const count = (labels: string) =>
      new RegExp(`^http_client_request_duration_seconds_count\\{http_request_method="POST",${labels}\\} 1$`, 'm');
    expect(text)
      .to.match(count('http_response_status_code="200",outcome="succeeded"'))
      .and.match(count('http_response_status_code="503",error_type="503",outcome="retry"'))
      .and.match(count('http_response_status_code="404",error_type="404",outcome="skip"'))
      .and.match(count('error_type="_OTHER",outcome="skip"'))
      .and.match(
        /^db_client_operation_duration_seconds_count\{db_system_name="sqlite",db_operation_name="append"\} [1-9]/m,
      )
      .and.match(/^hookledger_deliveries\{status="succeeded"\} 1$/m)
      .and.match(/^hookledger_deliveries\{status="skipped"\} 2$/m);
  });

  it('are what the dashboard and the alerts ask for, by labels that they have', () => {
    expect(expressions.length).to.be.greaterThan(30);
    const asked = new Set<string>();
    for (const [where, expression] of expressions) {
      const { selected, groupedBy } = selectedBy(expression);
      expect(selected, where).not.to.deep.equal([]);
      for (const { metric, labels } of selected) {
        asked.add(metric);
        const its = OF_PROMETHEUS.metrics.includes(metric) ? new Set<string>() : shown.get(metric);
        expect(its, `${where}: ${metric} is no metric`).not.to.equal(undefined);
        for (const label of [...labels, ...groupedBy]) {
          if (OF_PROMETHEUS.labels.includes(label)) continue;
          expect([...(its ?? [])], `${where}: ${metric} has no label ${label}`).to.include(label);
        }
      }
    }
    // A reader that finds nothing would agree to anything.
    expect([...asked]).to.include.members([
      'http_client_request_duration_seconds_bucket',
      'hookledger_backlog_limit',
      'up',
    ]);
  });

  it('of our own are documented and on the dashboard, each of them', () => {
    const ours = [...shown.keys()]
      .filter((name) => /^(?:hookledger|http|db|target)_/.test(name))
      .map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
    expect(ours.length).to.be.greaterThan(15);
    const onDashboard = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
    for (const name of new Set(ours)) {
      expect(documented, `docs/operating/README.md says nothing of ${name}`).to.match(new RegExp(`\`${name}[{\`]`));
      expect(onDashboard, `no panel shows ${name}`).to.include(name);
    }
    for (const [, name = ''] of documented.matchAll(/`((?:hookledger|http_(?:client|server)|db_client)_\w+)[{`]/g)) {
      expect([...ours, ''], `${name} is documented and not there`).to.include(name);
    }
  });

  it('have a unit or a word for a count at the end of their names, as Prometheus asks', () => {
    for (const name of shown.keys()) {
      if (!name.startsWith('hookledger_')) continue;
      expect(name).not.to.match(/_(?:ms|milliseconds|minutes|kb|mb)$/);
    }
    expect([...shown.keys()]).to.include.members([
      'hookledger_event_store_size_bytes',
      'hookledger_action_alerts_total',
    ]);
  });

  it('have a dashboard whose panels lie side by side, and rules that say what to do', () => {
    const places = dashboard.panels.map(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } }) => ({ x, y, w, h }));
    for (const [index, one] of places.entries()) {
      expect(one.x + one.w).to.be.at.most(24);
      for (const other of places.slice(index + 1)) {
        const apart =
          one.x + one.w <= other.x ||
          other.x + other.w <= one.x ||
          one.y + one.h <= other.y ||
          other.y + other.h <= one.y;
        expect(apart, `${JSON.stringify(one)} lies on ${JSON.stringify(other)}`).to.equal(true);
      }
    }
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'warn'], alert).to.include(labels.severity);
      expect(Object.keys(annotations), alert).to.have.members(['summary', 'description']);
    }
  });
});

describe('The reader of PromQL', () => {
  it('finds what is selected, and by what it is told apart', () => {
    const expression =
      'topk(3, sum by (le, route) (rate(a_bucket{job="$job",code=~"5..",x!="a{b}"}[5m] offset 1h))) / on(job) max(b_total > 0) and c == bool 1';
    expect(selectedBy(expression)).to.deep.equal({
      selected: [
        { metric: 'a_bucket', labels: ['job', 'code', 'x'] },
        { metric: 'b_total', labels: [] },
        { metric: 'c', labels: [] },
      ],
      groupedBy: ['le', 'route', 'job'],
    });
  });
});
