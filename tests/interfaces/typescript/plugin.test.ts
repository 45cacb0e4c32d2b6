import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createHookledger, type Hookledger } from '../../../src/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger.plugin', () => {
  const folder = temporaryFolder();
  let hookledger: Hookledger;
  let app: FastifyInstance;
  let url: string;
  let key: string;
  const hooks: string[] = [];

  before(async () => {
    hookledger = await createHookledger({ data: folder.path });
    const scopes = ['lists:read', 'lists:write', 'metrics:read', 'events:write'] as const;
    key = (await hookledger.apiKeys.issue({ name: 'test', scopes })).key;
    app = Fastify({ loggerInstance: pino({ level: 'silent' }) }) as unknown as FastifyInstance;
    // All that could clash: the names of decorators, an error handler, parsers, a validator and hooks.
    app.decorateRequest('authorised', undefined);
    app.decorate('swagger', () => 'of the host');
    app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send({ host: error.message }));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ host: 'not here' }));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, { parsedByHost: body }),
    );
    app.setValidatorCompiler(() => () => ({ error: new Error('the validator of the host') }));
    app.addHook('onRequest', async (request) => {
      hooks.push(`request ${request.url}`);
    });
    app.addHook('onResponse', async (request, reply) => {
      hooks.push(`response ${request.url} ${reply.raw.statusCode}`);
    });
    app.post('/orders', async (request) => request.body);
    app.get('/healthz', async () => ({ host: 'well' }));
    app.get('/broken', async () => {
      throw new Error('on purpose');
    });
    app.post('/checked', { schema: { body: {} } }, async () => 'never');
    await app.register(hookledger.plugin);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await app.close();
    await hookledger.close();
    folder.remove();
  });

  const ask = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: '2026-07-15',
        ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('serves the API, whose commands and those of the program are of one engine', async () => {
    const list = { data: { type: 'list', attributes: { name: 'Newsletter' } } };
    const made = await ask('POST', '/api/lists', list);
    expect(made.status).to.equal(201, await made.clone().text());
    const { data } = (await made.json()) as { data: { id: string; links: { self: string } } };
    expect(data.links.self).to.equal(`${url}/api/lists/${data.id}`);
    expect(await hookledger.lists.get(data.id)).to.include({ name: 'Newsletter' });
    const read = await ask('GET', `/api/lists/${data.id}`);
    expect(read.status).to.equal(200);
    expect(hooks).to.include(`request /api/lists/${data.id}`);
  });

  it('refuses in its own form, below its own paths', async () => {
    const problem = async (response: Response) => {
      const { errors } = (await response.json()) as { errors: { code: string }[] };
      return [response.status, errors[0]?.code, response.headers.get('x-frame-options')];
    };
    expect(await problem(await ask('GET', '/api/nothing'))).to.deep.equal([404, 'not_found', 'DENY']);
    expect(await problem(await ask('PUT', '/api/events'))).to.deep.equal([405, 'method_not_allowed', 'DENY']);
    const unknown = { authorization: 'Klaviyo-API-Key hk_0' };
    expect(await problem(await ask('GET', '/api/metrics', undefined, unknown))).to.deep.equal([
      401,
      'authentication_failed',
      'DENY',
    ]);
    expect(await problem(await ask('POST', '/api/events', { data: {} }))).to.deep.equal([400, 'invalid', 'DENY']);
  });

  it('describes itself', async () => {
    const described = (await (await ask('GET', '/openapi.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(described.paths)).to.include('/api/events').and.not.to.include('/orders');
    expect((await ask('GET', '/docs')).status).to.equal(200);
    expect((await ask('GET', '/docs/')).status).to.equal(200);
  });

  it('leaves the host as it is', async () => {
    const parsed = await ask('POST', '/orders', { id: 1 }, { 'content-type': 'application/json' });
    expect(await parsed.json()).to.deep.equal({ parsedByHost: '{"id":1}' });
    expect(parsed.headers.get('x-frame-options')).to.equal(null);
    const broken = await ask('GET', '/broken');
    expect([broken.status, await broken.json()]).to.deep.equal([418, { host: 'on purpose' }]);
    const missing = await ask('GET', '/nothing');
    expect([missing.status, await missing.json()]).to.deep.equal([404, { host: 'not here' }]);
    const checked = await ask('POST', '/checked', {}, { 'content-type': 'application/json' });
    expect(await checked.json()).to.deep.equal({ host: 'the validator of the host' });
    expect(await (await ask('GET', '/healthz')).json()).to.deep.equal({ host: 'well' });
    expect((await ask('GET', '/log-in')).status).to.equal(404);
    expect(hooks).to.include('response /broken 418');
  });

  it('keeps a connection open from an answer of one to an answer of the other', async () => {
    const socket = connect(new URL(url).port as unknown as number, '127.0.0.1');
    await once(socket, 'connect');
    let said = '';
    socket.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;
    socket.write(request('/openapi.json') + request('/healthz') + request('/api/nothing', 'connection: close\r\n'));
    await once(socket, 'close');
    expect([...said.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).to.deep.equal(['200', '200', '404']);
  });

  it('is refused under a prefix, with the reason', async () => {
    const other = Fastify();
    const error = await other.register(hookledger.plugin, { prefix: '/hooks' }).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.match(/can't be served under '\/hooks'; register its plugin without a prefix\.$/);
  });

  it('serves the pages and what operators ask for where all is wanted', async () => {
    await using whole = Fastify();
    await whole.register(hookledger.plugin, { routes: 'all' });
    const where = await whole.listen({ host: '127.0.0.1', port: 0 });
    const ready = await fetch(`${where}/readyz`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).to.deep.equal([200, 'ready']);
    expect((await fetch(`${where}/log-in`, { redirect: 'manual' })).headers.get('content-type')).to.match(
      /^text\/html/,
    );
    expect((await fetch(`${where}/nothing`)).status).to.equal(404);
  });

  it('answers 503 once the hookledger is closed, while the host goes on', async () => {
    const other = temporaryFolder();
    const closing = await createHookledger({ data: other.path });
    await using host = Fastify();
    host.get('/mine', async () => 'mine');
    await host.register(closing.plugin);
    const where = await host.listen({ host: '127.0.0.1', port: 0 });
    await closing.close();
    expect((await fetch(`${where}/api/flows`)).status).to.equal(503);
    expect(await (await fetch(`${where}/mine`)).text()).to.equal('mine');
    other.remove();
  });
});
