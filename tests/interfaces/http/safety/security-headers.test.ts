import { expect } from 'chai';
import { type Document, type RunningServer, startServer } from '../running-server.js';

const EXPECTED = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

describe('Security headers', () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
  });
  after(() => server.stop());

  const answers: Record<string, [status: number, method: string, path: string, headers?: Record<string, string>]> = {
    'an answer': [200, 'GET', '/api/flows'],
    'a refused key': [401, 'GET', '/api/flows', { authorization: 'Klaviyo-API-Key none' }],
    'wrong input': [400, 'GET', '/api/flows?colour=red'],
    'nothing there': [404, 'GET', '/api/flows/none'],
    'no such address': [404, 'GET', '/nowhere'],
    'an address that cannot be decoded': [400, 'GET', '/api/flows/%E0%A4'],
    'an id longer than any': [400, 'GET', `/api/flows/${'x'.repeat(201)}`],
    'another method': [405, 'PUT', '/api/flows'],
    'a body that is not JSON': [415, 'POST', '/api/flows', { 'content-type': 'text/plain' }],
    'a preflight': [404, 'OPTIONS', '/api/flows'],
    health: [200, 'GET', '/healthz'],
    readiness: [200, 'GET', '/readyz'],
    metrics: [200, 'GET', '/metrics'],
    'the description': [200, 'GET', '/openapi.json'],
    "the documentation's script": [200, 'GET', '/docs/js/scalar.js'],
  };
  for (const [what, [status, method, path, headers = {}]] of Object.entries(answers)) {
    it(`are on ${what}`, async () => {
      const response = await server.fetch(method, path, { headers, ...(method === 'POST' ? { body: '{}' } : {}) });
      expect(response.status).to.equal(status);
      expect(Object.fromEntries(response.headers)).to.deep.include({ ...EXPECTED, 'content-security-policy': STRICT });
      expect(response.headers.get('strict-transport-security')).to.equal(null);
    });
  }

  it('are on a failure inside', async () => {
    const { eventStore } = server;
    eventStore.readStream = () => Promise.reject(new Error('broken'));
    try {
      const response = await server.fetch('GET', '/api/flows');
      expect(response.status).to.equal(500);
      expect(Object.fromEntries(response.headers)).to.deep.include({ ...EXPECTED, 'content-security-policy': STRICT });
    } finally {
      Reflect.deleteProperty(eventStore, 'readStream');
    }
  });

  it('let the documentation run its own script, by a nonce of each answer, and no other', async () => {
    const load = async () => {
      const response = await fetch(`${server.url}/docs/`);
      expect(Object.fromEntries(response.headers)).to.deep.include(EXPECTED);
      const policy = response.headers.get('content-security-policy') ?? '';
      const [, nonce = ''] = /script-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)';/.exec(policy) ?? [];
      expect(policy).to.include("style-src 'self' 'unsafe-inline';");
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).to.be.greaterThan(0);
      for (const script of scripts) expect(script).to.include(` nonce="${nonce}"`);
      // Scripts come last, so this is for the whole of the policy but for styles.
      expect(policy.replace(/style-src [^;]*;/, '')).not.to.include('unsafe');
      expect(policy).to.include("default-src 'none'").and.include("frame-ancestors 'none'");
      return nonce;
    };
    expect(await load())
      .to.match(/./)
      .and.not.equal(await load());
  });

  describe('behind a proxy that is trusted', () => {
    const behind = (headers: Record<string, string>) => server.fetch('GET', '/api/flows', { headers });

    it('have browsers stay with TLS', async () => {
      const { headers } = await behind({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hooks.example' });
      expect(headers.get('strict-transport-security')).to.equal('max-age=31536000; includeSubDomains');
    });

    it("links are the proxy's, if they can be", async () => {
      const good = await behind({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hooks.example' });
      expect(((await good.json()) as Document).links.self).to.equal('https://hooks.example/api/flows');
      const odd: Record<string, string>[] = [
        { 'x-forwarded-proto': 'javascript' },
        { 'x-forwarded-host': 'evil.example/"><script>' },
      ];
      for (const headers of odd) expect((await behind(headers)).status).to.equal(400);
    });
  });
});
