import { expect } from 'chai';
import { TOKENS } from '../../../src/container.js';
import { type Answer, DocumentedAnswers, type OpenApi } from './documented-answers.js';
import { startServer } from './running-server.js';

describe('The comparison of answers with the description', () => {
  let documented: DocumentedAnswers;
  const attributes = {
    name: 'Wholesale',
    created: '2026-07-15T09:30:00.000Z',
    updated: '2026-07-15T09:30:00.000Z',
    opt_in_process: 'single_opt_in',
  };
  const list = (shown: object) => ({
    data: { type: 'list', id: 'L1', attributes: shown },
    links: { self: 'http://localhost/api/lists/L1' },
  });
  const problemOf = (body: unknown, changes: Partial<Answer> = {}) =>
    documented.problem({
      method: 'GET',
      path: '/api/lists/{id}',
      url: '/api/lists/L1',
      status: 200,
      contentType: 'application/vnd.api+json',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...changes,
    });

  before(async () => {
    const server = await startServer();
    documented = new DocumentedAnswers((await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi);
    await server.stop();
  });

  it('finds nothing wrong with an answer as described', () => {
    expect(problemOf(list(attributes))).to.equal(undefined);
  });

  it('finds a field that is missing, of another type, or not described', () => {
    const { name: _, ...nameless } = attributes;
    expect(problemOf(list(nameless))).to.include('/data/attributes/name');
    expect(problemOf(list({ ...attributes, created: 'yesterday' }))).to.include('/data/attributes/created');
    expect(problemOf(list({ ...attributes, secret: 'x' }))).to.include('secret');
    expect(problemOf({ ...list(attributes), more: 1 })).to.include('more');
  });

  it('lets attributes be left out where the caller asked for others alone', () => {
    const { name } = attributes;
    expect(problemOf(list({ name }), { url: '/api/lists/L1?fields[list]=name' })).to.equal(undefined);
    expect(problemOf(list({ name: 1 }), { url: '/api/lists/L1?fields[list]=name' })).to.include(
      '/data/attributes/name',
    );
    expect(problemOf(list({ name }), { url: '/api/lists/L1?fields[flow]=name' })).to.include(
      '/data/attributes/created',
    );
  });

  it('finds a status, a media type or a body that is not described', () => {
    expect(problemOf(list(attributes), { status: 201 })).to.include('which is not among the described 200');
    expect(problemOf(list(attributes), { contentType: 'application/json' })).to.include('media types');
    expect(problemOf('<p>', {})).to.include('not JSON');
    const removed = { method: 'DELETE', path: '/api/flows/{id}', url: '/api/flows/F1', status: 204 };
    expect(problemOf('', { ...removed, contentType: undefined })).to.equal(undefined);
    expect(problemOf('{}', removed)).to.include('with a body');
  });

  it('finds a refusal that is not as all are, of any route and of none', () => {
    const error = { id: '1', status: 404, code: 'not_found', title: 'Not found.', detail: 'No.', source: {} };
    const { source: _, ...sourceless } = error;
    for (const path of ['/api/lists/{id}', undefined]) {
      expect(problemOf({ errors: [error] }, { status: 404, path })).to.equal(undefined);
      expect(problemOf({ errors: [sourceless] }, { status: 404, path })).to.include('/errors/0/source');
      expect(problemOf({ error: 'no' }, { status: 500, path })).to.include('/errors');
    }
    expect(problemOf(list(attributes), { path: undefined })).to.include('no operation is described');
  });

  it('makes a test fail whose server answered otherwise', async () => {
    const server = await startServer();
    const { catalog } = server.container.get(TOKENS.Queries);
    const at = '2026-07-15T09:30:00.000Z';
    catalog.entry = async () => ({
      kind: 'list',
      id: 'L1',
      name: 1 as never,
      populated: true,
      createdAt: at,
      updatedAt: at,
    });
    expect((await server.fetch('GET', '/api/lists/L1')).status).to.equal(200);
    const error = await server.stop().catch((reason: Error) => reason);
    expect(error).to.be.an('error').with.property('message').that.includes('/data/attributes/name');
  });
});
