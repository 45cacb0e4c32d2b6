import { expect } from 'chai';
import { API_SCOPES, type ApiScope } from '../../../src/domain/account/api-key.js';
import { ROLES, type Role } from '../../../src/domain/account/role.js';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { PASSWORD, Person } from './person.js';
import { type Document, OPERATOR, type RunningServer, startServer } from './running-server.js';

/**
 * Who may do what: each request of the API, by whom it is made, and what comes of it.
 *
 * By session, a column for each role: Owner, Admin, Manager, aNalyst, Support; with two-step authentication on (O+) and
 * off (O). By API key: `key` the operator's own, with every scope; `less` all but the one that is needed; `iss` of a
 * manager with two-step; and of such a manager who switched it off since (`-2`), became an analyst (`-role`), or was
 * removed (`gone`); `rev` revoked, `exp` expired; `none` nothing at all.
 *
 * A number is the status of what went well, `404` that the named thing isn't there (so that nothing else stood against it).
 */
const OUTCOMES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  '2st': [403, 'two_step_required'],
  den: [403, 'permission_denied'],
  bad: [401, 'authentication_failed'],
  non: [401, 'not_authenticated'],
  inv: [400, 'invalid'],
  '404': [404, 'not_found'],
};

const TABLE = `
                                                          | O+  O   A+  A   M+  M   N+  N   S+  S   | key less iss -2  -role gone rev exp none

POST /api/flows                                           | 201 2st 201 2st 201 2st den den den den | 201 den  201 2st den   den  bad bad non
PATCH /api/flows/{id}                                     | 200 2st 200 2st 200 2st den den den den | 200 den  200 2st den   den  bad bad non
DELETE /api/flows/{id}                                    | 204 2st 204 2st 204 2st den den den den | 204 den  204 2st den   den  bad bad non
PATCH /api/flow-actions/{id}                              | 200 2st 200 2st 200 2st den den den den | 200 den  200 2st den   den  bad bad non
DELETE /api/flow-actions/{id}                             | 204 2st 204 2st 204 2st den den den den | 204 den  204 2st den   den  bad bad non
POST /api/hookledger/flow-actions/{id}/signing-secret     | 201 2st 201 2st 201 2st den den den den | 201 den  201 2st den   den  bad bad non
POST /api/hookledger/flow-actions/{id}/resume             | 404 2st 404 2st 404 2st den den den den | 404 den  404 2st den   den  bad bad non
POST /api/hookledger/feed-subscriptions                   | 201 2st 201 2st 201 2st den den den den | 201 den  201 2st den   den  bad bad non
PATCH /api/hookledger/feed-subscriptions/{id}             | 200 2st 200 2st 200 2st den den den den | 200 den  200 2st den   den  bad bad non
DELETE /api/hookledger/feed-subscriptions/{id}            | 204 2st 204 2st 204 2st den den den den | 204 den  204 2st den   den  bad bad non
POST /api/hookledger/feed-subscriptions/{id}/signing-secret | 201 2st 201 2st 201 2st den den den den | 201 den  201 2st den   den  bad bad non
POST /api/hookledger/feed-subscriptions/{id}/resume       | 404 2st 404 2st 404 2st den den den den | 404 den  404 2st den   den  bad bad non
POST /api/hookledger/template-previews                    | 200 2st 200 2st 200 2st den den den den | 200 den  200 2st den   den  bad bad non

POST /api/events                                          | 202 202 202 202 202 202 den den den den | 202 den  202 202 202   202  bad bad non
POST /api/event-bulk-create-jobs                          | 202 202 202 202 202 202 den den den den | 202 den  202 202 202   202  bad bad non
POST /api/hookledger/metrics                              | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
POST /api/profiles                                        | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
PATCH /api/profiles/{id}                                  | 200 200 200 200 200 200 den den den den | 200 den  200 200 200   200  bad bad non
POST /api/profile-import                                  | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
POST /api/data-privacy-deletion-jobs                      | 202 202 202 202 202 202 den den den den | 202 den  202 202 202   202  bad bad non
POST /api/catalog-items                                   | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
PATCH /api/catalog-items/{id}                             | 200 200 200 200 200 200 den den den den | 200 den  200 200 200   200  bad bad non
DELETE /api/catalog-items/{id}                            | 204 204 204 204 204 204 den den den den | 204 den  204 204 204   204  bad bad non
POST /api/catalog-variants                                | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
PATCH /api/catalog-variants/{id}                          | 200 200 200 200 200 200 den den den den | 200 den  200 200 200   200  bad bad non
DELETE /api/catalog-variants/{id}                         | 204 204 204 204 204 204 den den den den | 204 den  204 204 204   204  bad bad non
POST /api/lists                                           | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
POST /api/lists/{id}/relationships/profiles               | 204 204 204 204 204 204 den den den den | 204 den  204 204 204   204  bad bad non
DELETE /api/lists/{id}/relationships/profiles             | 204 204 204 204 204 204 den den den den | 204 den  204 204 204   204  bad bad non
POST /api/segments                                        | 201 201 201 201 201 201 den den den den | 201 den  201 201 201   201  bad bad non
POST /api/hookledger/segments/{id}/members                | 204 204 204 204 204 204 den den den den | 204 den  204 204 204   204  bad bad non
DELETE /api/hookledger/segments/{id}/members              | 204 204 204 204 204 204 den den den den | 204 den 204 204 204  204  bad bad non
POST /api/hookledger/deliveries/{id}/resend               | 404 404 404 404 404 404 den den den den | 404 den  404 404 404   404  bad bad non

GET /api/flows                                            | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flows/{id}                                       | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flows/{id}/flow-actions                          | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flows/{id}/relationships/flow-actions            | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flow-actions/{id}                                | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flow-actions/{id}/flow                           | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/flow-actions/{id}/relationships/flow             | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/metrics                                          | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/metrics/{id}                                     | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/metrics/{id}/flow-triggers                       | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/metrics/{id}/relationships/flow-triggers         | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/profiles                                         | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/profiles/{id}                                    | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-items                                    | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-items/{id}                               | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-items/{id}/variants                      | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-items/{id}/relationships/variants        | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-variants                                 | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/catalog-variants/{id}                            | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists                                            | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists/{id}                                       | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists/{id}/flow-triggers                         | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists/{id}/relationships/flow-triggers           | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists/{id}/profiles                              | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/lists/{id}/relationships/profiles                | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments                                         | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments/{id}                                    | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments/{id}/flow-triggers                      | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments/{id}/relationships/flow-triggers        | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments/{id}/profiles                           | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/segments/{id}/relationships/profiles             | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/feed-subscriptions                    | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/feed-subscriptions/{id}               | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/analytics                             | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/deliveries                            | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/deliveries/{id}                       | 404 404 404 404 404 404 404 404 404 404 | 404 den  404 404 404   404  bad bad non
GET /api/hookledger/deliveries/{id}/history               | 404 404 404 404 404 404 404 404 404 404 | 404 den  404 404 404   404  bad bad non
GET /api/hookledger/queues/{queue}                        | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non
GET /api/hookledger/streams/{stream}/history              | 200 200 200 200 200 200 200 200 200 200 | 200 den  200 200 200   200  bad bad non

POST /api/hookledger/session, with a wrong password       | bad bad bad bad bad bad bad bad bad bad | bad bad  bad bad bad   bad  bad bad bad
GET /api/hookledger/session                               | 200 200 200 200 200 200 200 200 200 200 | non non  non non non   non  non non non
DELETE /api/hookledger/session                            | 204 204 204 204 204 204 204 204 204 204 | non non  non non non   non  non non non
GET /api/hookledger/sessions                              | 200 200 200 200 200 200 200 200 200 200 | non non  non non non   non  non non non
DELETE /api/hookledger/sessions                           | 204 204 204 204 204 204 204 204 204 204 | non non  non non non   non  non non non
DELETE /api/hookledger/sessions/{id}, of somebody else    | 404 404 404 404 404 404 404 404 404 404 | non non  non non non   non  non non non
POST /api/hookledger/two-step                             | inv 201 inv 201 inv 201 inv 201 inv 201 | non non  non non non   non  non non non
POST /api/hookledger/two-step/confirm, with a wrong code  | inv inv inv inv inv inv inv inv inv inv | non non  non non non   non  non non non
POST /api/hookledger/two-step/recovery-codes, wrong code  | inv inv inv inv inv inv inv inv inv inv | non non  non non non   non  non non non
POST /api/hookledger/two-step/switch-off, wrong password  | inv inv inv inv inv inv inv inv inv inv | non non  non non non   non  non non non
GET /api/hookledger/members                               | 200 200 200 200 den den den den den den | non non  non non non   non  non non non
PATCH /api/hookledger/members/{id}                        | 200 200 200 200 den den den den den den | non non  non non non   non  non non non
PATCH /api/hookledger/members/{id}, of an owner           | 200 200 den den den den den den den den | non non  non non non   non  non non non
DELETE /api/hookledger/members/{id}                       | 204 204 204 204 den den den den den den | non non  non non non   non  non non non
DELETE /api/hookledger/members/{id}, an owner             | 204 204 den den den den den den den den | non non  non non non   non  non non non
POST /api/hookledger/members/{id}/password-link           | 201 201 201 201 den den den den den den | non non  non non non   non  non non non
POST /api/hookledger/members/{id}/password-link, an owner | 201 201 den den den den den den den den | non non  non non non   non  non non non
POST /api/hookledger/invitations                          | 201 201 201 201 den den den den den den | non non  non non non   non  non non non
POST /api/hookledger/invitations, an owner                | 201 201 den den den den den den den den | non non  non non non   non  non non non
DELETE /api/hookledger/invitations/{id}                   | 204 204 204 204 den den den den den den | non non  non non non   non  non non non
POST /api/hookledger/invitations/accept, a wrong token    | 404 404 404 404 404 404 404 404 404 404 | 404 404  404 404 404   404  404 404 404
POST /api/hookledger/password, a wrong token              | 404 404 404 404 404 404 404 404 404 404 | 404 404  404 404 404   404  404 404 404
GET /api/hookledger/api-keys                              | 200 200 200 200 200 200 den den den den | non non  non non non   non  non non non
POST /api/hookledger/api-keys                             | 201 201 201 201 201 201 den den den den | non non  non non non   non  non non non
POST /api/hookledger/api-keys, with flows:write           | 201 2st 201 2st 201 2st den den den den | non non  non non non   non  non non non
DELETE /api/hookledger/api-keys/{id}, of somebody else    | 204 204 204 204 den den den den den den | non non  non non non   non  non non non
`;

const [COLUMNS = [], ...LINES] = TABLE.split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [name = '', ...cells] = line.split('|');
    return [name.trim(), ...cells.join(' ').trim().split(/\s+/)];
  });
const ROWS = LINES.map(([name = '', ...cells]) => ({ name, route: name.split(',')[0] as string, cells }));

const LETTERS: Readonly<Record<string, Role>> = { O: 'owner', A: 'admin', M: 'manager', N: 'analyst', S: 'support' };

interface Request {
  /** What stands in the path's braces. */
  id?: string;
  body?: object;
}

describe('Who may do what', () => {
  let server: RunningServer;
  const clock = new ShiftedClock();
  const persons = new Map<string, Person>();
  const keys = new Map<string, string>();
  const scopeOf = new Map<string, ApiScope>();
  const operations: string[] = [];
  let issuer: Person;
  let requests = 0;

  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
    await describeRoutes();
    await makeKeys();
    for (const [letter, role] of Object.entries(LETTERS)) {
      for (const suffix of ['+', '']) {
        const email = `${role}${suffix === '+' ? '-2' : ''}@example.com`;
        const person = await Person.join(server, { email, role, address: nextAddress() });
        if (suffix === '+') await person.switchTwoStepOn();
        expect((await person.logIn()).status, email).to.equal(201);
        persons.set(letter + suffix, person);
      }
    }
  });
  after(() => server.stop());

  /** So that no address has too many failures: this is not about how many there may be. */
  const nextAddress = (): string => {
    requests++;
    return `10.0.${requests >> 8}.${requests & 255}`;
  };

  async function describeRoutes(): Promise<void> {
    const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { description?: string }>>;
    };
    for (const [path, methods] of Object.entries(description.paths)) {
      if (!path.startsWith('/api/')) continue;
      for (const [method, operation] of Object.entries(methods)) {
        const name = `${method.toUpperCase()} ${path}`;
        operations.push(name);
        const [, scope] = /Scope: `([\w:]+)`/.exec(operation.description ?? '') ?? [];
        if (scope !== undefined) scopeOf.set(name, scope as ApiScope);
      }
    }
  }

  async function makeKeys(): Promise<void> {
    const { apiKeys, members, twoStep } = server;
    const manager = async (name: string) => {
      const person = await Person.join(server, { email: `${name}@example.com`, role: 'manager' });
      await person.switchTwoStepOn();
      const given = { name, scopes: API_SCOPES, issuerId: person.userId };
      const { key } = (await apiKeys.issue(given, OPERATOR)).result;
      return { person, key };
    };
    keys.set('key', server.key);
    for (const scope of API_SCOPES) {
      keys.set(`less ${scope}`, await server.issueKey(API_SCOPES.filter((other) => other !== scope)));
    }
    const good = await manager('meets-the-rule');
    keys.set('iss', good.key);
    issuer = good.person;
    const off = await manager('switched-it-off');
    await twoStep.switchOff(off.person.userId, PASSWORD, off.person.code(), off.person.context);
    keys.set('-2', off.key);
    const demoted = await manager('became-an-analyst');
    await members.changeRole(demoted.person.userId, 'analyst', OPERATOR);
    keys.set('-role', demoted.key);
    const removed = await manager('was-removed');
    await members.remove(removed.person.userId, OPERATOR);
    keys.set('gone', removed.key);
    const revoked = (await apiKeys.issue({ name: 'revoked', scopes: API_SCOPES }, OPERATOR)).result;
    await apiKeys.revoke(revoked.keyId, OPERATOR);
    keys.set('rev', revoked.key);
    const expiresAt = new Date(clock.now() + 60_000).toISOString();
    keys.set('exp', (await apiKeys.issue({ name: 'expired', scopes: API_SCOPES, expiresAt }, OPERATOR)).result.key);
    clock.advance(60_000);
  }

  async function send(column: string, name: string, { id = 'none', body }: Request): Promise<Response> {
    const route = name.split(',')[0] as string;
    const [method = '', path = ''] = route.replace(/\{\w+\}/, id).split(' ');
    const forwarded = { 'x-forwarded-for': nextAddress() };
    const person = persons.get(column);
    if (person !== undefined) return person.fetch(method, path, body, forwarded);
    const key = keys.get(column === 'less' ? `less ${scopeOf.get(route) ?? 'events:write'}` : column);
    return fetch(server.url + path, {
      method,
      headers: {
        ...forwarded,
        ...(key === undefined ? {} : { authorization: `Klaviyo-API-Key ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  it('is said for every route that there is', () => {
    expect(ROWS.map(({ route }) => route)).to.include.members(operations);
    expect(operations).to.include.members(ROWS.map(({ route }) => route));
    expect(COLUMNS.slice(1)).to.have.length(19);
    for (const { name, cells } of ROWS) expect(cells, name).to.have.length(19);
  });

  for (const { name, route, cells } of ROWS) {
    it(name, async () => {
      for (const [index, cell] of cells.entries()) {
        const column = COLUMNS[index + 1] as string;
        const response = await send(column, name, await requestFor(name));
        const [status, code] = OUTCOMES[cell] ?? [Number(cell), undefined];
        const text = await response.text();
        const answered = response.status < 400 ? undefined : (JSON.parse(text) as Document).errors[0]?.code;
        expect({ status: response.status, code: answered }, `${column}: ${text}`).to.deep.equal({ status, code });
        // Whoever logged out logs in again, with a recovery code: the app shows no new one yet.
        const person = persons.get(column);
        if (person === undefined || route !== 'DELETE /api/hookledger/session') continue;
        const [recovery, ...others] = person.recoveryCodes;
        person.recoveryCodes = others;
        expect((await person.logIn(recovery === undefined ? {} : { code: recovery })).status).to.equal(201);
      }
    });
  }

  it('leads whoever has two-step authentication off to where they switch it on, and back', async () => {
    const page = '/flows/1?tab=actions';
    const { body } = await requestFor('POST /api/flows');
    for (const [given, shown] of [
      [page, page],
      ['//elsewhere.example/', '/'],
      ['https://elsewhere.example/', '/'],
    ] as const) {
      const manager = persons.get('M') as Person;
      const response = await manager.fetch('POST', '/api/flows', body, { 'x-hookledger-page': given });
      const [error] = ((await response.json()) as Document).errors;
      expect(error).to.deep.include({
        status: 403,
        code: 'two_step_required',
        source: {},
        meta: { set_up: `/two-step?continue=${encodeURIComponent(shown)}`, continue: shown },
      });
      expect(error?.detail).to.include('manager@example.com');
    }
  });

  it('says so where it can not be found out, and saves nothing', async () => {
    const { eventStore } = server;
    const before = await eventStore.headPosition();
    const readStream = eventStore.readStream.bind(eventStore);
    eventStore.readStream = (stream, options) =>
      stream === `user-${issuer.userId}` ? Promise.reject(new Error('the disk is gone')) : readStream(stream, options);
    try {
      const response = await send('iss', 'POST /api/flows', { body: flowBody() });
      const [error] = ((await response.json()) as Document).errors;
      expect(error).to.deep.include({ status: 503, code: 'two_step_unverifiable' });
      expect(error?.meta).to.deep.equal({ set_up: '/two-step?continue=%2F', continue: '/' });
    } finally {
      Reflect.deleteProperty(eventStore, 'readStream');
    }
    expect(await eventStore.headPosition()).to.equal(before);
    expect((await send('iss', 'POST /api/flows', { body: flowBody() })).status).to.equal(201);
  });

  // What the requests are about, made by the operator.

  let count = 0;
  let metricId = '';
  const flowBody = () => ({
    data: {
      type: 'flow',
      attributes: {
        name: 'Orders',
        definition: {
          triggers: [{ type: 'metric', id: metricId }],
          entry_action_id: 'a',
          actions: [
            { temporary_id: 'a', type: 'send-webhook', data: { message: { url: 'https://localhost:1/', body: '{}' } } },
          ],
        },
      },
    },
  });
  const make = async (path: string, type: string, attributes: object): Promise<string> => {
    const response = await server.fetch('POST', path, { body: { data: { type, attributes } } });
    return ((await response.json()) as Document).data.id;
  };
  const chai = () => ({
    external_id: `chai-${++count}`,
    title: 'Chai',
    description: '',
    url: 'https://shop.example.com/chai',
  });
  const boxBody = async () => ({
    data: {
      type: 'catalog-variant',
      attributes: { ...chai(), sku: 'CHAI-20', price: 18, inventory_quantity: 39 },
      relationships: { item: { data: { type: 'catalog-item', id: await once('catalog-items') } } },
    },
  });
  const known: Record<string, () => Promise<string>> = {
    metrics: () => make('/api/hookledger/metrics', 'metric', { name: 'Placed Order' }),
    profiles: () => make('/api/profiles', 'profile', { email: `profile-${++count}@example.com` }),
    'catalog-items': () => make('/api/catalog-items', 'catalog-item', chai()),
    'catalog-variants': async () => {
      const response = await server.fetch('POST', '/api/catalog-variants', { body: await boxBody() });
      return ((await response.json()) as Document).data.id;
    },
    lists: () => make('/api/lists', 'list', { name: 'Wholesale' }),
    segments: () => make('/api/segments', 'segment', { name: 'Big spenders' }),
    flows: async () => {
      metricId ||= await once('metrics');
      const response = await server.fetch('POST', '/api/flows', { body: flowBody() });
      return ((await response.json()) as Document).data.id;
    },
    'flow-actions': async () => {
      const flow = await (known.flows as () => Promise<string>)();
      return (await server.get(`/api/flows/${flow}/flow-actions`)).data[0]?.id as string;
    },
    'feed-subscriptions': async () => {
      const response = await server.fetch('POST', '/api/hookledger/feed-subscriptions', { body: subscriptionBody() });
      return ((await response.json()) as Document).data.id;
    },
  };
  const subscriptionBody = () =>
    document('feed-subscription', { name: 'On-call', url: 'https://localhost:1/feed', events: ['delivery.failed'] });
  const lasting = new Map<string, string>();
  /** For what nobody changes: one for all. */
  const once = async (kind: string): Promise<string> => {
    const id = lasting.get(kind) ?? (await known[kind]?.()) ?? 'none';
    lasting.set(kind, id);
    return id;
  };
  const fresh = async (kind: string): Promise<string> => (await known[kind]?.()) ?? 'none';
  const newMember = async (role: Role): Promise<string> =>
    (await server.members.createUser({ email: `member-${++count}@example.com`, role }, OPERATOR)).result.userId;
  const event = () => ({
    properties: { n: ++count },
    unique_id: String(count),
    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
  });
  const profile = () => ({ data: { type: 'profile', attributes: { email: 'ana@example.com' } } });
  const document = (type: string, attributes: object, id?: string) => ({
    data: { type, ...(id === undefined ? {} : { id }), attributes },
  });

  async function requestFor(name: string): Promise<Request> {
    const made = await REQUESTS[name]?.();
    if (made !== undefined) return made;
    const [, kind = ''] = /^GET \/api\/([\w-]+)\/\{id\}/.exec(name) ?? [];
    if (kind !== '') return { id: await once(kind) };
    if (name.includes('{queue}')) return { id: 'failed' };
    if (name.includes('{stream}')) return { id: `flow-${await once('flows')}` };
    expect(name, 'a request of its own').to.match(
      /^GET |two-step$|sessions?$|\{id\}, of somebody else$|resend$|resume$/,
    );
    return {};
  }

  const members = async (kind: string): Promise<Request> => ({
    id: await once(kind),
    body: { data: [{ type: 'profile', id: await once('profiles') }] },
  });
  const ofMember = async (role: Role, body?: (id: string) => object): Promise<Request> => {
    const id = await newMember(role);
    return { id, ...(body === undefined ? {} : { body: body(id) }) };
  };
  const WRONG_TOKEN = { token: 'wrong', password: PASSWORD };

  const REQUESTS: Readonly<Record<string, () => Promise<Request>>> = {
    'POST /api/flows': async () => {
      metricId ||= await once('metrics');
      return { body: flowBody() };
    },
    'PATCH /api/flows/{id}': async () => {
      const id = await fresh('flows');
      return { id, body: document('flow', { status: 'manual' }, id) };
    },
    'DELETE /api/flows/{id}': async () => ({ id: await fresh('flows') }),
    'PATCH /api/flow-actions/{id}': async () => {
      const id = await fresh('flow-actions');
      const message = { url: 'https://localhost:1/other', body: '{}' };
      return { id, body: document('flow-action', { definition: { type: 'send-webhook', data: { message } } }, id) };
    },
    'DELETE /api/flow-actions/{id}': async () => ({ id: await fresh('flow-actions') }),
    'POST /api/hookledger/flow-actions/{id}/signing-secret': async () => ({ id: await once('flow-actions') }),
    'POST /api/hookledger/feed-subscriptions': async () => ({ body: subscriptionBody() }),
    'GET /api/hookledger/feed-subscriptions/{id}': async () => ({ id: await once('feed-subscriptions') }),
    'PATCH /api/hookledger/feed-subscriptions/{id}': async () => {
      const id = await once('feed-subscriptions');
      return { id, body: document('feed-subscription', { name: `On-call ${++count}` }, id) };
    },
    'DELETE /api/hookledger/feed-subscriptions/{id}': async () => ({ id: await fresh('feed-subscriptions') }),
    'POST /api/hookledger/feed-subscriptions/{id}/signing-secret': async () => ({
      id: await once('feed-subscriptions'),
    }),
    'POST /api/hookledger/template-previews': async () => ({ body: document('template-preview', { body: '{}' }) }),
    'POST /api/events': async () => ({ body: document('event', { ...event(), profile: profile() }) }),
    'POST /api/event-bulk-create-jobs': async () => {
      const events = { data: [{ type: 'event', attributes: event() }] };
      const job = { type: 'event-bulk-create', attributes: { profile: profile(), events } };
      return { body: document('event-bulk-create-job', { 'events-bulk-create': { data: [job] } }) };
    },
    'POST /api/hookledger/metrics': async () => ({ body: document('metric', { name: `Metric ${++count}` }) }),
    'POST /api/profiles': async () => ({ body: document('profile', { email: `new-${++count}@example.com` }) }),
    'PATCH /api/profiles/{id}': async () => {
      const id = await once('profiles');
      return { id, body: document('profile', { first_name: `Ana ${++count}` }, id) };
    },
    'POST /api/profile-import': async () => ({ body: document('profile', { email: `import-${++count}@example.com` }) }),
    'POST /api/data-privacy-deletion-jobs': async () => ({
      body: document('data-privacy-deletion-job', {
        profile: { data: { type: 'profile', id: await fresh('profiles') } },
      }),
    }),
    'POST /api/catalog-items': async () => ({ body: document('catalog-item', chai()) }),
    'PATCH /api/catalog-items/{id}': async () => {
      const id = await once('catalog-items');
      return { id, body: document('catalog-item', { price: ++count }, id) };
    },
    'DELETE /api/catalog-items/{id}': async () => ({ id: await fresh('catalog-items') }),
    'POST /api/catalog-variants': async () => ({ body: await boxBody() }),
    'PATCH /api/catalog-variants/{id}': async () => {
      const id = await once('catalog-variants');
      return { id, body: document('catalog-variant', { price: ++count }, id) };
    },
    'DELETE /api/catalog-variants/{id}': async () => ({ id: await fresh('catalog-variants') }),
    'POST /api/lists': async () => ({ body: document('list', { name: 'List' }) }),
    'POST /api/lists/{id}/relationships/profiles': () => members('lists'),
    'DELETE /api/lists/{id}/relationships/profiles': () => members('lists'),
    'POST /api/segments': async () => ({ body: document('segment', { name: 'Segment' }) }),
    'POST /api/hookledger/segments/{id}/members': () => members('segments'),
    'DELETE /api/hookledger/segments/{id}/members': () => members('segments'),
    'POST /api/hookledger/session, with a wrong password': async () => ({
      body: document('session', { email: `nobody-${++count}@example.com`, password: PASSWORD }),
    }),
    'POST /api/hookledger/two-step/confirm, with a wrong code': async () => ({
      body: document('two-step', { code: 'none' }),
    }),
    'POST /api/hookledger/two-step/recovery-codes, wrong code': async () => ({
      body: document('two-step', { code: 'none' }),
    }),
    'POST /api/hookledger/two-step/switch-off, wrong password': async () => ({
      body: document('two-step', { password: 'not my password', code: 'none' }),
    }),
    'PATCH /api/hookledger/members/{id}': () =>
      ofMember('support', (id) => document('member', { role: 'analyst' }, id)),
    'PATCH /api/hookledger/members/{id}, of an owner': () =>
      ofMember('owner', (id) => document('member', { role: 'analyst' }, id)),
    'DELETE /api/hookledger/members/{id}': () => ofMember('support'),
    'DELETE /api/hookledger/members/{id}, an owner': () => ofMember('owner'),
    'POST /api/hookledger/members/{id}/password-link': () => ofMember('support'),
    'POST /api/hookledger/members/{id}/password-link, an owner': () => ofMember('owner'),
    'POST /api/hookledger/invitations': async () => ({
      body: document('invitation', { email: `invited-${++count}@example.com`, role: 'manager' }),
    }),
    'POST /api/hookledger/invitations, an owner': async () => ({
      body: document('invitation', { email: `invited-${++count}@example.com`, role: 'owner' }),
    }),
    'DELETE /api/hookledger/invitations/{id}': async () => ({
      id: (await server.members.invite(`invited-${++count}@example.com`, 'support', OPERATOR)).result.userId,
    }),
    'POST /api/hookledger/invitations/accept, a wrong token': async () => ({
      body: document('invitation', WRONG_TOKEN),
    }),
    'POST /api/hookledger/password, a wrong token': async () => ({ body: document('password', WRONG_TOKEN) }),
    'POST /api/hookledger/api-keys': async () => ({
      body: document('api-key', { name: 'Shop', scopes: ['events:read'] }),
    }),
    'POST /api/hookledger/api-keys, with flows:write': async () => ({
      body: document('api-key', { name: 'Shop', scopes: ['flows:write'] }),
    }),
    'DELETE /api/hookledger/api-keys/{id}, of somebody else': async () => ({
      id: (await server.apiKeys.issue({ name: 'Shop', scopes: ['events:write'] }, OPERATOR)).result.keyId,
    }),
  };

  it('has a column for each role', () => {
    expect(Object.values(LETTERS)).to.deep.equal([...ROLES]);
  });
});
