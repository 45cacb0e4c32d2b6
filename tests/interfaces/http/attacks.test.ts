import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { expect } from 'chai';
import { RawConnection, sendRaw } from './raw-connection.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

/** Attacks on a server that runs, over real sockets; each row of docs/security.md's table that names this file is here. */
describe('Attacks over HTTP', () => {
  let server: RunningServer;
  let authority: string;
  let auth: string;

  before(async () => {
    server = await startServer(undefined, { env: { HOOKLEDGER_RATE_LIMIT: '0' } });
    authority = new URL(server.url).host;
    auth = `Authorization: Klaviyo-API-Key ${server.key}\r\n`;
  });
  after(() => server.stop());

  /** The server still serves others, and nobody changed what all objects inherit. */
  afterEach(async () => {
    expect((await server.fetch('GET', '/api/flows')).status).to.equal(200);
    expect(Object.keys(Object.prototype)).to.deep.equal([]);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  const get = (path: string, headers = ''): string =>
    `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\n${auth}${headers}Connection: close\r\n\r\n`;
  const post = (headers: string, body: string): string =>
    `POST /api/lists HTTP/1.1\r\nHost: ${authority}\r\n${auth}Content-Type: application/json\r\n${headers}\r\n${body}`;
  const list = (name: string): string => JSON.stringify({ data: { type: 'list', attributes: { name } } });
  const listNames = async (): Promise<unknown[]> =>
    (await server.get('/api/lists')).data.map(({ attributes }) => attributes.name);

  describe('that hold connections', () => {
    /** With short limits, so that the tests are; it has to serve others all the while. */
    let impatient: RunningServer;

    before(async () => {
      const limits = { headersTimeout: 400, requestTimeout: 600, checkingInterval: 20, idleTimeout: 800 };
      impatient = await startServer(undefined, { limits });
    });
    after(() => impatient.stop());
    afterEach(async () => expect((await impatient.fetch('GET', '/api/flows')).status).to.equal(200));

    it('by headers that never end (slow loris)', async () => {
      const connection = await RawConnection.open(impatient.url);
      connection.send(`GET /api/flows HTTP/1.1\r\nHost: ${authority}\r\nX-Slow: `);
      const { statuses } = await connection.drip('x', 20);
      expect(statuses).to.deep.equal([408]);
    });

    it('by a body that never ends', async () => {
      const connection = await RawConnection.open(impatient.url);
      const authorization = `Authorization: Klaviyo-API-Key ${impatient.key}`;
      const head = `POST /api/lists HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\nContent-Type: application/json\r\n`;
      connection.send(`${head}Content-Length: 100000\r\n\r\n{"data": "`);
      const { statuses } = await connection.drip('x', 20);
      expect(statuses).to.deep.equal([408]);
    });

    it('by sending nothing at all', async () => {
      const connection = await RawConnection.open(impatient.url);
      expect((await connection.untilClosed()).statuses).to.satisfy(
        (statuses: number[]) => statuses.length === 0 || statuses[0] === 408,
      );
    });

    it('by not reading the answers', async () => {
      const cut = new Promise<void>((resolve) => {
        impatient.http.once('connection', (socket) => socket.once('close', () => resolve()));
      });
      const connection = await RawConnection.open(impatient.url);
      connection.stopReading();
      // Megabytes each, so that together they fit into no buffer.
      connection.send(`GET /docs/js/scalar.js HTTP/1.1\r\nHost: ${authority}\r\n\r\n`.repeat(8));
      await cut;
      connection.destroy();
    });

    it('many at once, while others are served', async () => {
      const slow = await Promise.all(Array.from({ length: 50 }, () => RawConnection.open(impatient.url)));
      for (const connection of slow) connection.send('GET /api/flows HTTP/1.1\r\nX-Slow: ');
      expect((await impatient.fetch('GET', '/api/flows')).status).to.equal(200);
      const ends = await Promise.all(slow.map((connection) => connection.drip('x', 50)));
      expect(ends.map(({ statuses }) => statuses)).to.deep.equal(slow.map(() => [408]));
    });
  });

  describe('by size', () => {
    const tooLarge: Record<string, [status: number, request: () => string]> = {
      'a header': [431, () => get('/api/flows', `X-Large: ${'x'.repeat(17 * 1024)}\r\n`)],
      'all headers together': [431, () => get('/api/flows', `X-Large: ${'x'.repeat(400)}\r\n`.repeat(45))],
      'the number of headers': [431, () => get('/api/flows', 'X-N: 1\r\n'.repeat(101))],
      'the address': [414, () => get(`/api/flows?x=${'x'.repeat(8_192)}`)],
      'the address, beyond what is read at all': [431, () => get(`/api/flows?x=${'x'.repeat(20 * 1024)}`)],
    };
    for (const [what, [status, request]] of Object.entries(tooLarge)) {
      it(`of ${what}`, async () => {
        const { statuses, text } = await sendRaw(server.url, request());
        expect(statuses).to.deep.equal([status]);
        expect(text).to.match(/^X-Content-Type-Options: nosniff\r$/im);
      });
    }

    it('of nesting: a body of a million brackets', async () => {
      const response = await server.fetch('POST', '/api/lists', { body: '['.repeat(1_000_000) });
      expect(response.status).to.equal(400);
      const closed = await server.fetch('POST', '/api/lists', { body: '['.repeat(100_000) + ']'.repeat(100_000) });
      expect(closed.status).to.equal(400);
    });
  });

  describe('that smuggle a second request inside of a first', () => {
    const SECOND = `DELETE /api/flows/x HTTP/1.1\r\nHost: x\r\n\r\n`;
    const ambiguous: Record<string, () => string> = {
      'Content-Length and Transfer-Encoding': () =>
        post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SECOND}`),
      'two lengths that differ': () => post('Content-Length: 2\r\nContent-Length: 70\r\n', `{}${SECOND}`),
      'two lengths in one header': () => post('Content-Length: 2, 70\r\n', `{}${SECOND}`),
      'a length with a sign': () => post('Content-Length: +2\r\n', `{}${SECOND}`),
      'a transfer encoding that is not known': () => post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${SECOND}`),
      'a transfer encoding that is chunked twice over': () =>
        post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${SECOND}`),
      'white space before the colon': () => post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${SECOND}`),
      'a chunk whose size is no number': () => post('Transfer-Encoding: chunked\r\n', `zz\r\n{}\r\n0\r\n\r\n${SECOND}`),
      'a chunk that is longer than its size': () =>
        post('Transfer-Encoding: chunked\r\n', `2\r\n{}}}}}\r\n0\r\n\r\n${SECOND}`),
      'a line that ends with a line feed alone': () =>
        `GET /api/flows HTTP/1.1\nHost: ${authority}\nContent-Length: 70\n\n${SECOND}`,
      'a folded header': () => get('/api/flows', 'X-Folded: a\r\n Transfer-Encoding: chunked\r\n') + SECOND,
      'a null byte in a header': () => get('/api/flows', 'X-Null: a\0b\r\n') + SECOND,
      'a carriage return in a header': () => get('/api/flows', 'X-Return: a\rTransfer-Encoding: chunked\r\n') + SECOND,
    };
    for (const [what, request] of Object.entries(ambiguous)) {
      it(`by ${what}`, async () => {
        const { statuses, text } = await sendRaw(server.url, request());
        expect(statuses, text).to.deep.equal([400]);
        expect(text).to.match(/^connection: close\r$/im);
        expect(text).to.match(/"code":"invalid"/);
      });
    }
  });

  describe('on headers', () => {
    const splitting = [
      '%0d%0aSet-Cookie:%20a=b',
      '%0D%0A%0D%0A<script>',
      '%E5%98%8A%E5%98%8DSet-Cookie:a=b',
      '%0aX: y',
    ];
    for (const id of splitting) {
      it(`by an id that would split the answer: ${id}`, async () => {
        for (const path of [`/api/flows/${id}`, `/api/hookledger/streams/${id}/history`, `/nowhere/${id}`]) {
          const { headers, status } = await fetch(server.url + path.replace(' ', '%20'), {
            headers: { authorization: `Klaviyo-API-Key ${server.key}` },
          });
          expect(status).to.equal(404);
          expect(headers.get('set-cookie')).to.equal(null);
          expect(headers.get('x')).to.equal(null);
          expect(headers.get('content-type')).to.equal('application/vnd.api+json');
        }
      });
    }

    it('by a Host header that would get into links', async () => {
      const hosts = ['evil.example/x?', '"><script>alert(1)</script>', 'user@evil.example', 'evil.example#', 'a b', ''];
      for (const host of hosts) {
        const { statuses, text } = await sendRaw(
          server.url,
          `GET /api/lists HTTP/1.1\r\nHost: ${host}\r\n${auth}Connection: close\r\n\r\n`,
        );
        expect(statuses, host).to.deep.equal([400]);
        expect(text).not.to.include('evil.example').and.not.to.include('<script>');
      }
    });

    it('by two Host headers, or none', async () => {
      for (const hosts of [`Host: ${authority}\r\nHost: evil.example\r\n`, '']) {
        const request = `GET /api/lists HTTP/1.1\r\n${hosts}${auth}Connection: close\r\n\r\n`;
        expect((await sendRaw(server.url, request)).statuses).to.deep.equal([400]);
      }
    });

    it("by another's Host: the links lead there, for the caller alone, and no cache keeps them", async () => {
      const request = `GET /api/lists HTTP/1.1\r\nHost: evil.example\r\n${auth}Connection: close\r\n\r\n`;
      const { text } = await sendRaw(server.url, request);
      expect(text).to.include('http://evil.example/api/lists');
      expect(text).to.match(/^cache-control: no-store\r$/im);
    });

    it('by X-Forwarded headers, which nobody but a trusted proxy is believed', async () => {
      const forwarded =
        'X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.9\r\nForwarded: host=evil.example\r\n';
      const { text } = await sendRaw(server.url, get('/api/lists', forwarded));
      expect(text).to.include(`"http://${authority}/api/lists"`).and.not.to.include('evil.example');
      expect(text).not.to.match(/strict-transport-security/i);
    });

    it('that would override the method', async () => {
      const made = await server.fetch('POST', '/api/lists', { body: list('kept') });
      const { id } = ((await made.json()) as Document).data;
      const override = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' };
      const answer = await server.fetch('GET', `/api/lists/${id}?`, { headers: override });
      expect(answer.status).to.equal(200);
      expect((await server.fetch('GET', `/api/lists/${id}`)).status).to.equal(200);
    });

    it('that expect what is not there', async () => {
      const { statuses, text } = await sendRaw(server.url, get('/api/flows', 'Expect: 200-maybe\r\n'));
      expect(statuses).to.deep.equal([417]);
      expect(text).to.match(/^x-frame-options: DENY\r$/im);
    });

    for (const method of ['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'PURGE', 'get', 'GETT']) {
      it(`by the method ${method}`, async () => {
        const secret = 'X-Secret: echo-me\r\n';
        const { statuses, text } = await sendRaw(server.url, get('/api/flows', secret).replace('GET', method));
        expect(statuses.filter((status) => status < 400)).to.deep.equal([]);
        expect(text).not.to.include('echo-me');
      });
    }

    it('that would change the protocol', async () => {
      const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
      const { statuses } = await sendRaw(server.url, get('/api/flows', upgrade));
      expect(statuses).to.deep.equal([200]);
    });
  });

  describe('by what JSON can hold', () => {
    const PLACES: Record<string, (payload: string) => string> = {
      'the document': (payload) => `{${payload}, "data": {"type": "list", "attributes": {"name": "a"}}}`,
      data: (payload) => `{"data": {${payload}, "type": "list", "attributes": {"name": "a"}}}`,
      attributes: (payload) => `{"data": {"type": "list", "attributes": {${payload}, "name": "a"}}}`,
    };
    const POLLUTION = {
      __proto__: '"__proto__": {"polluted": true}',
      'constructor.prototype': '"constructor": {"prototype": {"polluted": true}}',
      'an escaped __proto__': '"\\u005f_proto__": {"polluted": true}',
      toString: '"toString": "polluted"',
    };
    for (const [place, around] of Object.entries(PLACES)) {
      for (const [what, payload] of Object.entries(POLLUTION)) {
        it(`${what} in ${place}`, async () => {
          const response = await server.fetch('POST', '/api/lists', { body: around(payload) });
          expect(response.status, await response.clone().text()).to.equal(400);
        });
      }
    }

    it("constructor.prototype in a profile's properties is a property like any other", async () => {
      const attributes = `{"email": "proto@example.com", "properties": {"constructor": {"prototype": {"polluted": true}}}}`;
      const body = `{"data": {"type": "profile", "attributes": ${attributes}}}`;
      const response = await server.fetch('POST', '/api/profiles', { body });
      expect(response.status).to.equal(201);
      const { data } = (await response.json()) as Document;
      expect((await server.get(`/api/profiles/${data.id}`)).data.attributes.properties).to.deep.equal({
        constructor: { prototype: { polluted: true } },
      });
    });

    it("__proto__ deep in a profile's properties", async () => {
      const attributes = `{"email": "deep@example.com", "properties": {"a": [{"b": {"__proto__": {"polluted": true}}}]}}`;
      const body = `{"data": {"type": "profile", "attributes": ${attributes}}}`;
      expect((await server.fetch('POST', '/api/profiles', { body })).status).to.equal(400);
    });

    it('one key twice: all that decides sees the last, and that alone is kept', async () => {
      const body = '{"data": {"type": "segment", "type": "list", "attributes": {"name": "first", "name": "last"}}}';
      const response = await server.fetch('POST', '/api/lists', { body });
      expect(response.status).to.equal(201);
      expect(await listNames())
        .to.include('last')
        .and.not.include('first');
    });

    it('a name of markup, which comes back as text of JSON that no browser sniffs', async () => {
      const name = '</script><script>alert(1)</script>';
      const response = await server.fetch('POST', '/api/lists', { body: list(name) });
      expect(response.status).to.equal(201);
      expect(response.headers.get('content-type')).to.equal('application/vnd.api+json');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(await listNames()).to.include(name);
    });

    it('a byte order mark, bytes that are no UTF-8, a body in UTF-16', async () => {
      const utf16 = Buffer.from(list('utf-16'), 'utf16le');
      const invalid = Buffer.from(list('bad \u00ff name'), 'latin1');
      for (const bytes of [utf16, Buffer.concat([Buffer.from('\ufeff'), Buffer.from('{"data": ')])]) {
        const response = await fetch(`${server.url}/api/lists`, {
          method: 'POST',
          headers: { authorization: `Klaviyo-API-Key ${server.key}`, 'content-type': 'application/json' },
          body: bytes,
        });
        expect(response.status).to.equal(400);
      }
      const replaced = await fetch(`${server.url}/api/lists`, {
        method: 'POST',
        headers: { authorization: `Klaviyo-API-Key ${server.key}`, 'content-type': 'application/json' },
        body: invalid,
      });
      expect(replaced.status).to.equal(201);
      expect(await listNames()).to.include('bad \ufffd name');
    });
  });

  describe('by ids and paths', () => {
    const ids = [
      '~0',
      '~1',
      '~01~1',
      '%2f',
      '%2F..%2F..%2Fetc%2Fpasswd',
      '..%2f..',
      '%00',
      'a%00b',
      '__proto__',
      'constructor',
      '%24%7B7*7%7D',
      "'%20OR%201=1--",
      '%FF',
    ];
    for (const id of ids) {
      it(`the id ${id}`, async () => {
        for (const path of [`/api/flows/${id}`, `/api/lists/${id}/profiles`, `/api/hookledger/streams/${id}/history`]) {
          const { statuses, text } = await sendRaw(server.url, get(path));
          expect(statuses[0], `${path}: ${text}`).to.be.oneOf([400, 404]);
          expect(text).to.match(/"code":"(not_found|invalid)"/);
        }
      });
    }

    const traversals = [
      '/docs/../../package.json',
      '/docs/js/../../../package.json',
      '/docs/js/..%2f..%2fpackage.json',
      '/docs/%2e%2e/%2e%2e/package.json',
      '/docs/js/scalar.js/../../../../etc/passwd',
      '/docs/..\\..\\package.json',
      '//etc/passwd',
      '/docs//../package.json',
      'http://evil.example/docs/../package.json',
    ];
    for (const path of traversals) {
      it(`the path ${path}`, async () => {
        const { statuses, text } = await sendRaw(server.url, get(path));
        expect(statuses[0]).to.be.oneOf([400, 404]);
        expect(text).not.to.include('"dependencies"').and.not.to.include('root:');
      });
    }

    it('a path that would have the server send browsers elsewhere', async () => {
      for (const path of ['//evil.example/docs', '/docs?x=//evil.example', '/docs/..//evil.example']) {
        const { text } = await sendRaw(server.url, get(path));
        const [, location] = /^location: (.*)\r$/im.exec(text) ?? [];
        expect(location ?? '/docs/').to.equal('/docs/');
      }
    });
  });

  describe('from pages of other sites', () => {
    const session = { cookie: 'theme=dark; hookledger_session=abc', authorization: '' };
    const send = async (headers: Record<string, string>) => {
      const { authorization, ...sent } = { 'content-type': 'application/json', ...session, ...headers };
      const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
      if (authorization !== '') lines.push(`authorization: ${authorization}\r\n`);
      const body = list('forged');
      const head = `POST /api/lists HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
      return sendRaw(server.url, `${head}${lines.join('')}\r\n${body}`);
    };

    it("with a session's cookie", async () => {
      const foreign = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
        {},
      ];
      for (const headers of foreign) {
        const { statuses, text } = await send(headers as Record<string, string>);
        expect(statuses, JSON.stringify(headers)).to.deep.equal([403]);
        expect(text).to.include('"code":"permission_denied"');
      }
      expect(await listNames()).not.to.include('forged');
    });

    it('as a form would send it: text/plain, which needs no leave of the browser', async () => {
      const { statuses } = await send({
        'content-type': 'text/plain',
        authorization: `Klaviyo-API-Key ${server.key}`,
        origin: 'https://evil.example',
      });
      expect(statuses).to.deep.equal([415]);
    });

    it('that want to read answers: no other site is ever given leave', async () => {
      const preflight = await fetch(`${server.url}/api/lists`, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      const read = await server.fetch('GET', '/api/lists', { headers: { origin: 'https://evil.example' } });
      for (const { headers } of [preflight, read]) expect(headers.get('access-control-allow-origin')).to.equal(null);
      expect(preflight.ok).to.equal(false);
    });
  });

  describe('on keys', () => {
    /** Times can't be asserted, but what is done can: Node's own comparison is counted. */
    const comparisonsFor = async (key: string): Promise<{ status: number; lengths: number[][] }> => {
      const lengths: number[][] = [];
      const { timingSafeEqual } = crypto;
      crypto.timingSafeEqual = (a, b) => {
        lengths.push([a.byteLength, b.byteLength]);
        return timingSafeEqual(a, b);
      };
      syncBuiltinESMExports();
      try {
        const headers = { authorization: `Klaviyo-API-Key ${key}` };
        return { status: (await server.fetch('GET', '/api/flows', { headers })).status, lengths };
      } finally {
        crypto.timingSafeEqual = timingSafeEqual;
        syncBuiltinESMExports();
      }
    };

    it('by the time that a check takes: an id that nobody has and a wrong secret are compared alike', async () => {
      const unknownId = `hk_${'0'.repeat(32)}_${'A'.repeat(43)}`;
      const wrongSecret = `${server.key.slice(0, -43)}${'A'.repeat(43)}`;
      const once = [[64, 64]];
      expect(await comparisonsFor(unknownId)).to.deep.equal({ status: 401, lengths: once });
      expect(await comparisonsFor(wrongSecret)).to.deep.equal({ status: 401, lengths: once });
      expect(await comparisonsFor(server.key)).to.deep.equal({ status: 200, lengths: once });
    });

    it('by trying them in bulk', async () => {
      const alone = await startServer();
      try {
        const tries = Array.from({ length: 40 }, (_, n) => `hk_${String(n).padStart(32, '0')}_${'A'.repeat(43)}`);
        const statuses: number[] = [];
        for (const key of tries) {
          const headers = { authorization: `Klaviyo-API-Key ${key}` };
          statuses.push((await alone.fetch('GET', '/api/flows', { headers })).status);
        }
        expect(statuses.slice(0, 30)).to.deep.equal(Array(30).fill(401));
        expect(statuses.slice(-5)).to.deep.equal(Array(5).fill(429));
      } finally {
        await alone.stop();
      }
    });
  });
});
