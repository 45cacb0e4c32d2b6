import { expect } from 'chai';
import { DocumentedAnswers, type OpenApi } from './documented-answers.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const ROUTES = Object.entries({
  '/healthz': 'GET',
  '/readyz': 'GET',
  '/metrics': 'GET',
  '/api/flows': 'GET POST',
  '/api/flows/{id}': 'GET PATCH DELETE',
  '/api/flows/{id}/flow-actions': 'GET',
  '/api/flows/{id}/relationships/flow-actions': 'GET',
  '/api/flow-actions/{id}': 'GET PATCH DELETE',
  '/api/flow-actions/{id}/flow': 'GET',
  '/api/flow-actions/{id}/relationships/flow': 'GET',
  '/api/events': 'POST',
  '/api/event-bulk-create-jobs': 'POST',
  '/api/metrics': 'GET',
  '/api/metrics/{id}': 'GET',
  '/api/metrics/{id}/flow-triggers': 'GET',
  '/api/metrics/{id}/relationships/flow-triggers': 'GET',
  '/api/profiles': 'GET POST',
  '/api/profiles/{id}': 'GET PATCH',
  '/api/profile-import': 'POST',
  '/api/catalog-items': 'GET POST',
  '/api/catalog-items/{id}': 'GET PATCH DELETE',
  '/api/catalog-items/{id}/variants': 'GET',
  '/api/catalog-items/{id}/relationships/variants': 'GET',
  '/api/catalog-variants': 'GET POST',
  '/api/catalog-variants/{id}': 'GET PATCH DELETE',
  '/api/data-privacy-deletion-jobs': 'POST',
  '/api/lists': 'GET POST',
  '/api/lists/{id}': 'GET',
  '/api/lists/{id}/flow-triggers': 'GET',
  '/api/lists/{id}/relationships/flow-triggers': 'GET',
  '/api/lists/{id}/profiles': 'GET',
  '/api/lists/{id}/relationships/profiles': 'GET POST DELETE',
  '/api/segments': 'GET POST',
  '/api/segments/{id}': 'GET',
  '/api/segments/{id}/flow-triggers': 'GET',
  '/api/segments/{id}/relationships/flow-triggers': 'GET',
  '/api/segments/{id}/profiles': 'GET',
  '/api/segments/{id}/relationships/profiles': 'GET',
  '/api/hookledger/segments/{id}/members': 'POST DELETE',
  '/api/hookledger/metrics': 'POST',
  '/api/hookledger/analytics': 'GET',
  '/api/hookledger/template-previews': 'POST',
  '/api/hookledger/deliveries': 'GET',
  '/api/hookledger/deliveries/{id}': 'GET',
  '/api/hookledger/deliveries/{id}/history': 'GET',
  '/api/hookledger/deliveries/{id}/resend': 'POST',
  '/api/hookledger/queues/{queue}': 'GET',
  '/api/hookledger/streams/{stream}/history': 'GET',
  '/api/hookledger/flow-actions/{id}/signing-secret': 'POST',
  '/api/hookledger/flow-actions/{id}/resume': 'POST',
  '/api/hookledger/feed-subscriptions': 'GET POST',
  '/api/hookledger/feed-subscriptions/{id}': 'GET PATCH DELETE',
  '/api/hookledger/feed-subscriptions/{id}/resume': 'POST',
  '/api/hookledger/feed-subscriptions/{id}/signing-secret': 'POST',
  '/api/hookledger/session': 'GET POST DELETE',
  '/api/hookledger/sessions': 'GET DELETE',
  '/api/hookledger/sessions/{id}': 'DELETE',
  '/api/hookledger/two-step': 'POST',
  '/api/hookledger/two-step/confirm': 'POST',
  '/api/hookledger/two-step/recovery-codes': 'POST',
  '/api/hookledger/two-step/switch-off': 'POST',
  '/api/hookledger/members': 'GET',
  '/api/hookledger/members/{id}': 'PATCH DELETE',
  '/api/hookledger/members/{id}/password-link': 'POST',
  '/api/hookledger/invitations': 'POST',
  '/api/hookledger/invitations/{id}': 'DELETE',
  '/api/hookledger/invitations/accept': 'POST',
  '/api/hookledger/password': 'POST',
  '/api/hookledger/api-keys': 'GET POST',
  '/api/hookledger/api-keys/{id}': 'DELETE',
}).flatMap(([path, methods]) => methods.split(' ').map((method) => `${method} ${path}`));

/** Routes that only a user who is logged in may use, and those for everyone; all others take a key or a session. */
const FOR_USERS = /^\/api\/hookledger\/(?:sessions?|two-step|members|invitations|api-keys)(?:\/|$)/;
const FOR_EVERYONE: readonly string[] = [
  'POST /api/hookledger/session',
  'POST /api/hookledger/invitations/accept',
  'POST /api/hookledger/password',
];
/** What says everything by its path. */
const WITHOUT_BODY = /\/(?:resend|resume|two-step|password-link)$/;

describe('What operators and newcomers ask, without a key', () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it('says that it lives and is ready, part by part', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).to.deep.equal({ status: 'ok' });
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).to.equal(200);
    expect(await ready.json()).to.have.property('status', 'ready');
  });

  it('shows figures in the format of Prometheus', async () => {
    await server.fetch('GET', '/api/flows');
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
    const count =
      /^http_server_request_duration_seconds_count\{http_request_method="GET",url_scheme="http",http_route="\/api\/flows",http_response_status_code="200"\} 1$/m;
    expect(await response.text()).to.match(count);
  });

  it('describes every route, with what it takes and what it answers', async () => {
    const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
    expect(description.openapi).to.match(/^3\.1\./);
    const operations = new DocumentedAnswers(description)
      .operations()
      .map((one) => ({ ...one, name: `${one.method} ${one.path}` }));
    expect(operations.map(({ name }) => name)).to.have.members(ROUTES);
    for (const { name, path, method, operation } of operations) {
      expect(operation.summary, name).to.be.a('string');
      if (!path.startsWith('/api/')) continue;
      const security = FOR_USERS.test(path) ? [{ session: [] }] : [{ 'Klaviyo-API-Key': [] }, { session: [] }];
      expect(operation.security, name).to.deep.equal(FOR_EVERYONE.includes(name) ? [] : security);
      const named = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => `{${name}}`);
      expect(named, name).to.deep.equal(path.match(/\{\w+\}/g) ?? []);
      const takesBody = ['POST', 'PATCH'].includes(method)
        ? !WITHOUT_BODY.test(path)
        : /(?:relationships\/profiles|segments\/\{id\}\/members)$/.test(path) && method === 'DELETE';
      expect(operation.requestBody !== undefined, name).to.equal(takesBody);
      const statuses = Object.keys(operation.responses);
      expect(statuses, name)
        .to.include('4XX')
        .and.to.satisfy((all: string[]) => all.some((status) => status.startsWith('2')));
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, name).to.not.equal('Default Response');
        const empty = status === '204' || (status === '202' && !/\/(?:resend|event-bulk-create-jobs)$/.test(path));
        expect(content !== undefined, `${name} ${status}`).to.equal(!empty);
      }
    }
    const size = description.paths['/api/flows']?.get?.parameters?.find(({ name }) => name === 'page[size]');
    expect(size?.schema).to.include({ type: 'integer', minimum: 1, maximum: 100 });
  });

  it("tells nobody what went wrong inside, but for the log's id of it", async () => {
    const { eventStore } = server;
    eventStore.readStream = () => Promise.reject(new Error('disk I/O error at /secret/place'));
    try {
      const response = await server.fetch('GET', '/api/flows');
      expect(response.status).to.equal(500);
      const text = await response.text();
      expect(text).not.to.include('/secret/place');
      const [error] = (JSON.parse(text) as Document).errors;
      expect(error).to.include({ status: 500, code: 'error' });
    } finally {
      Reflect.deleteProperty(eventStore, 'readStream');
    }
    expect((await server.fetch('GET', '/api/flows')).status).to.equal(200);
  });

  it('shows the description in a browser, from this server alone', async () => {
    const page = await fetch(`${server.url}/docs`);
    expect(page.status).to.equal(200);
    expect(page.headers.get('content-security-policy'))
      .to.include("default-src 'none'")
      .and.include("connect-src 'self'");
    const html = await page.text();
    const loaded = [...html.matchAll(/(?:src|href)\s*=\s*["']([^"']+)["']/g)].map(([, address = '']) => address);
    expect(loaded.length).to.be.greaterThan(0);
    for (const address of loaded) {
      const url = new URL(address, page.url);
      expect(url.origin, address).to.equal(server.url);
      expect((await fetch(url)).status, address).to.equal(200);
    }
  });
});
