import { expect } from 'chai';
import type { Role } from '../../../src/domain/account/role.js';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { PASSWORD, Person } from './person.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const HOUR = 3_600_000;
const MEMBERS = '/api/hookledger/members';
const INVITATIONS = '/api/hookledger/invitations';
const TWO_STEP = '/api/hookledger/two-step';
const KEYS = '/api/hookledger/api-keys';

const document = (type: string, attributes: object, id?: string) => ({
  data: { type, ...(id === undefined ? {} : { id }), attributes },
});
const errorOf = async (response: Response) => ((await response.json()) as Document).errors[0];

describe('Accounts over HTTP', () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let owner: Person;
  let count = 0;

  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
  });
  after(() => server.stop());
  beforeEach(async () => {
    owner = await loggedIn('owner');
  });

  const loggedIn = async (role: Role): Promise<Person> => {
    const given = { email: `${role}-${++count}@example.com`, role, address: `192.0.2.${++count}` };
    const person = await Person.join(server, given);
    expect((await person.logIn()).status).to.equal(201);
    return person;
  };
  const writer = async (role: Role): Promise<Person> => {
    const person = await loggedIn(role);
    await person.switchTwoStepOn();
    expect((await person.logIn()).status).to.equal(201);
    return person;
  };
  const logIn = (email: string, password: string) =>
    owner.browser().fetch('POST', '/api/hookledger/session', document('session', { email, password }));

  describe('An invitation', () => {
    const invite = async (role = 'analyst'): Promise<{ id: string; email: string; token: string }> => {
      const email = `invited-${++count}@example.com`;
      const { data } = await owner.document('POST', INVITATIONS, document('invitation', { email, role }));
      const [, token = ''] = /^\/invitations\/(\S+)$/.exec(data.attributes.path as string) ?? [];
      return { id: data.id, email, token };
    };
    const accept = (token: string, password = PASSWORD) =>
      owner.browser().fetch('POST', `${INVITATIONS}/accept`, document('invitation', { token, password }));

    it('makes a member of whoever has its link, once', async () => {
      const { id, email, token } = await invite('analyst');
      const listed = async () => (await owner.document('GET', MEMBERS)).data.find((member) => member.id === id);
      expect((await listed())?.attributes).to.include({ status: 'invited', role: 'analyst', has_password: false });
      expect((await accept(token)).status).to.equal(204);
      expect((await listed())?.attributes).to.include({ status: 'member', has_password: true, expires_at: null });
      expect((await logIn(email, PASSWORD)).status).to.equal(201);
      expect(await errorOf(await accept(token))).to.include({ status: 404, code: 'not_found' });
    });

    it('asks for a password that will do, and is not used up by another', async () => {
      const { token } = await invite();
      const error = await errorOf(await accept(token, 'short'));
      expect(error).to.deep.include({ status: 400, source: { pointer: '/data/attributes/password' } });
      expect((await accept(token)).status).to.equal(204);
    });

    it('works no more once it is withdrawn or replaced, and not after a week', async () => {
      const [withdrawn, late] = [await invite(), await invite()];
      expect((await owner.fetch('DELETE', `${INVITATIONS}/${withdrawn.id}`)).status).to.equal(204);
      expect((await accept(withdrawn.token)).status).to.equal(404);
      const again = document('invitation', { email: late.email, role: 'support' });
      const { data } = await owner.document('POST', INVITATIONS, again);
      expect((await accept(late.token)).status).to.equal(404);
      clock.advance(7 * 24 * HOUR);
      const [, token = ''] = /^\/invitations\/(\S+)$/.exec(data.attributes.path as string) ?? [];
      expect(await errorOf(await accept(token))).to.include({ status: 410, code: 'gone' });
    });

    it('is refused to a page of another site', async () => {
      const { token } = await invite();
      const body = document('invitation', { token, password: PASSWORD });
      const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
      expect((await owner.browser().fetch('POST', `${INVITATIONS}/accept`, body, headers)).status).to.equal(403);
      expect((await accept(token)).status).to.equal(204);
    });
  });

  describe('A member', () => {
    it('gets another role, which counts at once', async () => {
      const person = await loggedIn('manager');
      const body = document('member', { role: 'support' }, person.userId);
      const { data } = await owner.document('PATCH', `${MEMBERS}/${person.userId}`, body);
      expect(data.attributes).to.include({ role: 'support', email: person.email });
      expect((await person.document('GET', '/api/hookledger/session')).data.attributes).to.include({ role: 'support' });
    });

    it('does not change their own role, and somebody is always owner', async () => {
      const body = document('member', { role: 'admin' }, owner.userId);
      const own = await errorOf(await owner.fetch('PATCH', `${MEMBERS}/${owner.userId}`, body));
      expect(own).to.deep.include({ status: 403, code: 'permission_denied', source: {} });
      for (const { id, attributes } of (await owner.document('GET', MEMBERS)).data) {
        if (attributes.role !== 'owner' || id === owner.userId) continue;
        expect((await owner.fetch('DELETE', `${MEMBERS}/${id}`)).status).to.equal(204);
      }
      const last = await errorOf(await owner.fetch('DELETE', `${MEMBERS}/${owner.userId}`));
      expect(last).to.deep.include({ status: 403, code: 'permission_denied' });
      expect(last?.detail).to.match(/last owner/);
    });

    it('who is none is not found', async () => {
      for (const [method, path, body] of [
        ['PATCH', `${MEMBERS}/none`, document('member', { role: 'admin' }, 'none')],
        ['DELETE', `${MEMBERS}/none`, undefined],
        ['POST', `${MEMBERS}/none/password-link`, undefined],
      ] as const) {
        expect((await owner.fetch(method, path, body)).status, path).to.equal(404);
      }
    });

    it('sets a new password by a link, once, within a day, which ends their sessions', async () => {
      const person = await loggedIn('analyst');
      const link = async (): Promise<string> => {
        const { data } = await owner.document('POST', `${MEMBERS}/${person.userId}/password-link`);
        return /^\/password\/(\S+)$/.exec(data.attributes.path as string)?.[1] ?? '';
      };
      const set = (token: string) => {
        const body = document('password', { token, password: 'five other words that nobody joins' });
        return owner.browser().fetch('POST', '/api/hookledger/password', body);
      };
      const token = await link();
      expect((await set(token)).status).to.equal(204);
      expect((await person.fetch('GET', '/api/hookledger/session')).status).to.equal(401);
      expect((await logIn(person.email, PASSWORD)).status).to.equal(401);
      expect((await logIn(person.email, 'five other words that nobody joins')).status).to.equal(201);
      expect((await set(token)).status).to.equal(404);
      const late = await link();
      clock.advance(24 * HOUR);
      expect(await errorOf(await set(late))).to.include({ status: 410, code: 'gone' });
    });
  });

  describe('Two-step authentication', () => {
    const code = (value: string) => document('two-step', { code: value });

    it('is prepared, confirmed by a code, and asked for from then on', async () => {
      const person = await loggedIn('manager');
      const { cookie } = person;
      person.cookie = undefined;
      await person.logIn();
      const prepared = (await person.document('POST', TWO_STEP)).data.attributes;
      person.secret = prepared.secret as string;
      expect(prepared.otpauth_url)
        .to.match(/^otpauth:\/\/totp\//)
        .and.include(person.secret);
      expect(prepared.qr).to.match(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      const wrong = await errorOf(await person.fetch('POST', `${TWO_STEP}/confirm`, code('none')));
      expect(wrong).to.deep.include({ status: 400, source: { pointer: '/data/attributes/code' } });
      const { data } = await person.document('POST', `${TWO_STEP}/confirm`, code(person.code()));
      expect(data.attributes.recovery_codes).to.have.length(10);
      expect((await person.document('GET', '/api/hookledger/session')).data.attributes).to.include({
        two_step: true,
        may_write_actions: true,
      });
      // Whoever only knew the password is out.
      expect((await person.browser(cookie).fetch('GET', '/api/hookledger/session')).status).to.equal(401);
      expect(await errorOf(await logIn(person.email, PASSWORD))).to.include({ code: 'two_step_code_required' });
    });

    it('has its recovery codes replaced: the former ones work no more', async () => {
      const person = await writer('manager');
      clock.advance(60_000);
      person.waited();
      const [former = ''] = person.recoveryCodes;
      const { data } = await person.document('POST', `${TWO_STEP}/recovery-codes`, code(person.code()));
      const [fresh = ''] = data.attributes.recovery_codes as string[];
      expect((await person.logIn({ code: former })).status).to.equal(401);
      expect((await person.logIn({ code: fresh })).status).to.equal(201);
    });

    it('is switched off by password and code together', async () => {
      const person = await writer('manager');
      clock.advance(60_000);
      person.waited();
      const off = (attributes: object) =>
        person.fetch('POST', `${TWO_STEP}/switch-off`, document('two-step', attributes));
      const password = await errorOf(await off({ password: 'not my password', code: person.code() }));
      expect(password).to.deep.include({ status: 400, source: { pointer: '/data/attributes/password' } });
      const wrongCode = await errorOf(await off({ password: PASSWORD, code: 'none' }));
      expect(wrongCode).to.deep.include({ status: 400, source: { pointer: '/data/attributes/code' } });
      expect((await off({ password: PASSWORD, code: person.code() })).status).to.equal(204);
      expect((await person.document('GET', '/api/hookledger/session')).data.attributes).to.include({ two_step: false });
    });
  });

  describe('An API key', () => {
    const issue = (person: Person, attributes: object) => person.fetch('POST', KEYS, document('api-key', attributes));

    it('is shown once, acts in the name of its issuer, and works until it is revoked', async () => {
      const person = await writer('manager');
      const response = await issue(person, { name: 'Shop', scopes: ['flows:write', 'lists:read'] });
      expect(response.status).to.equal(201);
      const { data } = (await response.json()) as Document;
      const { key, ...shown } = data.attributes;
      expect(shown).to.deep.include({
        name: 'Shop',
        scopes: ['flows:write', 'lists:read'],
        status: 'active',
        issuer_id: person.userId,
        last_used_at: null,
        revoked_at: null,
      });
      const headers = { authorization: `Klaviyo-API-Key ${key}` };
      expect((await server.fetch('GET', '/api/lists', { headers })).status).to.equal(200);
      const list = await (await person.fetch('GET', KEYS)).text();
      expect(list).to.include(data.id).and.not.include(key);
      expect((await person.fetch('DELETE', `${KEYS}/${data.id}`)).status).to.equal(204);
      expect((await server.fetch('GET', '/api/lists', { headers })).status).to.equal(401);
      const revoked = (await person.document('GET', KEYS)).data.find(({ id }) => id === data.id);
      expect(revoked?.attributes).to.include({ status: 'revoked' });
    });

    it('has no end in the past and no scope that there is not', async () => {
      const past = await errorOf(
        await issue(owner, { name: 'a', scopes: ['lists:read'], expires_at: '2020-01-01T00:00:00Z' }),
      );
      expect(past).to.deep.include({ status: 400, source: { pointer: '/data/attributes/expires_at' } });
      const unknown = await errorOf(await issue(owner, { name: 'a', scopes: ['lists:read', 'all'] }));
      expect(unknown).to.deep.include({ status: 400, source: { pointer: '/data/attributes/scopes/1' } });
      const nothing = await errorOf(await issue(owner, { name: 'a', scopes: [] }));
      expect(nothing).to.deep.include({ status: 400, source: { pointer: '/data/attributes/scopes' } });
    });

    it('that is none is not found', async () => {
      expect((await owner.fetch('DELETE', `${KEYS}/none`)).status).to.equal(404);
    });

    it('issues no other: only users do', async () => {
      const body = document('api-key', { name: 'a', scopes: ['lists:read'] });
      expect(await errorOf(await server.fetch('POST', KEYS, { body }))).to.include({
        status: 401,
        code: 'not_authenticated',
      });
    });
  });

  describe('A signing secret', () => {
    const path = (id: string) => `/api/hookledger/flow-actions/${id}/signing-secret`;
    const newAction = async (): Promise<string> => {
      const metric = await owner.document(
        'POST',
        '/api/hookledger/metrics',
        document('metric', { name: 'Placed Order' }),
      );
      const message = { url: 'https://localhost:1/', body: '{}' };
      const definition = {
        triggers: [{ type: 'metric', id: metric.data.id }],
        entry_action_id: 'a',
        actions: [{ temporary_id: 'a', type: 'send-webhook', data: { message } }],
      };
      const flow = await server.fetch('POST', '/api/flows', { body: document('flow', { name: 'Orders', definition }) });
      const { data } = (await flow.json()) as Document;
      return (await server.get(`/api/flows/${data.id}/flow-actions`)).data[0]?.id as string;
    };

    it('is answered with once, and the former one signs beside it as long as is asked', async () => {
      const [person, action] = [await writer('admin'), await newAction()];
      for (const [attributes, hours] of [
        [undefined, 24],
        [{}, 24],
        [{ overlap_hours: 0 }, 0],
        [{ overlap_hours: 720 }, 720],
      ] as const) {
        const body = attributes === undefined ? undefined : document('signing-secret', attributes);
        const response = await person.fetch('POST', path(action), body);
        expect(response.status).to.equal(201);
        const { data } = (await response.json()) as Document;
        expect(data.attributes.secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
        expect(data.attributes.key_id).to.equal(data.id);
        const overlap = (Date.parse(data.attributes.overlap_until as string) - clock.now()) / HOUR;
        expect(overlap).to.be.within(hours - 0.01, hours);
      }
    });

    it('takes an action that is there, and an overlap of a month at the most', async () => {
      const person = await writer('admin');
      expect((await person.fetch('POST', path('none'))).status).to.equal(404);
      for (const overlap_hours of [-1, 720.1, '24', null]) {
        const body = document('signing-secret', { overlap_hours });
        const error = await errorOf(await person.fetch('POST', path('none'), body));
        expect(error).to.deep.include({ status: 400, source: { pointer: '/data/attributes/overlap_hours' } });
        expect(error?.detail).to.match(/^'overlap_hours' /);
      }
    });
  });
});
