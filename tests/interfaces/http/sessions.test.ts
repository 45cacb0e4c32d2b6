import { expect } from 'chai';
import type { Role } from '../../../src/domain/account/role.js';
import { ShiftedClock } from '../../support/shifted-clock.js';
import { PASSWORD, Person } from './person.js';
import { type Document, type RunningServer, startServer } from './running-server.js';

const MINUTE = 60_000;
const SESSION = '/api/hookledger/session';
const SESSIONS = '/api/hookledger/sessions';

describe('Sessions', () => {
  const clock = new ShiftedClock();
  let server: RunningServer;
  let count = 0;

  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
  });
  after(() => server.stop());

  /** Each with an address of their own, so that no test throttles another. */
  const join = ({ role = 'manager', address = `192.0.2.${++count}` }: { role?: Role; address?: string } = {}) =>
    Person.join(server, { email: `person-${++count}@example.com`, role, address });
  const loggedIn = async (): Promise<Person> => {
    const person = await join();
    expect((await person.logIn()).status).to.equal(201);
    return person;
  };
  const status = async (person: Person): Promise<number> => (await person.fetch('GET', SESSION)).status;
  const errorOf = async (response: Response) => ((await response.json()) as Document).errors[0];
  const logInBody = (email: string, password: string, code?: string) => ({
    data: { type: 'session', attributes: { email, password, ...(code === undefined ? {} : { code }) } },
  });

  describe('begin', () => {
    it('with a cookie that scripts can not read and other sites do not send', async () => {
      const person = await join();
      const response = await person.logIn();
      expect(response.status).to.equal(201);
      const [cookie = '', ...others] = response.headers.getSetCookie();
      expect(others).to.deep.equal([]);
      expect(cookie).to.match(
        /^hookledger_session=[0-9a-f-]{36}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      );
      const { data } = (await response.json()) as Document;
      expect(data).to.deep.include({ type: 'session-user', id: person.userId });
      expect(data.attributes).to.deep.include({
        email: person.email,
        role: 'manager',
        two_step: false,
        may_write_actions: false,
      });
      expect(data.attributes.scopes).to.include('events:write').and.not.include('flows:write');
      const hours = (Date.parse(data.attributes.expires_at as string) - clock.now()) / 3_600_000;
      expect(hours).to.be.within(11.9, 12);
      expect(JSON.stringify(data)).not.to.include(person.cookie?.split('=')[1]);
    });

    it('with a cookie for TLS alone behind TLS', async () => {
      const person = await join();
      const origin = server.url.replace('http:', 'https:');
      const response = await person.fetch('POST', SESSION, logInBody(person.email, PASSWORD), {
        'x-forwarded-proto': 'https',
        origin,
      });
      expect(response.headers.getSetCookie()[0]).to.match(
        /^__Host-hookledger_session=\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
      );
    });

    it('never with a cookie that was there before (fixation)', async () => {
      const [victim, thief] = [await join(), await loggedIn()];
      const planted = thief.cookie;
      victim.cookie = planted;
      expect((await victim.logIn()).status).to.equal(201);
      expect(victim.cookie).not.to.equal(planted);
      expect((await victim.document('GET', SESSION)).data.id).to.equal(victim.userId);
      // The former session of that browser is over, whoever's it was.
      expect(await status(thief.browser(planted))).to.equal(401);

      const made = `hookledger_session=${victim.userId}.${'A'.repeat(43)}`;
      const other = (await join()).browser(made);
      expect((await other.logIn()).status).to.equal(201);
      expect(await status(other.browser(made))).to.equal(401);
    });

    it('for whoever may write webhook actions with all that they may', async () => {
      const person = await join();
      await person.switchTwoStepOn();
      await person.logIn();
      const { attributes } = (await person.document('GET', SESSION)).data;
      expect(attributes).to.deep.include({ two_step: true, may_write_actions: true });
      expect(attributes.scopes).to.include('flows:write');
    });

    it('by no request of a page of another site', async () => {
      const person = await join();
      for (const headers of [
        { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const response = await person.fetch('POST', SESSION, logInBody(person.email, PASSWORD), headers);
        expect(response.status).to.equal(403);
        expect(response.headers.getSetCookie()).to.deep.equal([]);
      }
    });
  });

  describe('fail', () => {
    it('in the same words for a wrong password and for nobody', async () => {
      const person = await join();
      const address = { 'x-forwarded-for': '192.0.2.254' };
      const wrong = await person.fetch('POST', SESSION, logInBody(person.email, 'not my password'), address);
      const nobody = await person.fetch('POST', SESSION, logInBody('nobody@example.com', 'not my password'), address);
      const answers = await Promise.all([wrong, nobody].map((response) => errorOf(response)));
      for (const answer of answers) expect(answer).to.deep.include({ status: 401, code: 'authentication_failed' });
      const [one, other] = answers.map((answer) => ({ ...answer, id: '' }));
      expect(one).to.deep.equal(other);
    });

    it('without a code where two-step authentication is on, by a code of their own', async () => {
      const person = await join();
      await person.switchTwoStepOn();
      const error = await errorOf(await person.fetch('POST', SESSION, logInBody(person.email, PASSWORD)));
      expect(error).to.deep.include({
        status: 401,
        code: 'two_step_code_required',
        source: { pointer: '/data/attributes/code' },
      });
      const guess = await errorOf(await person.fetch('POST', SESSION, logInBody(person.email, 'not my password')));
      expect(guess).to.deep.include({ code: 'authentication_failed' });
    });

    it('with a code that was used already', async () => {
      const person = await join();
      await person.switchTwoStepOn();
      const code = person.code();
      expect((await person.logIn({ code })).status).to.equal(201);
      const again = await person.logIn({ code });
      expect(again.status).to.equal(401);
      expect(await errorOf(again)).to.deep.include({ source: { pointer: '/data/attributes/code' } });
      clock.advance(MINUTE);
      person.waited();
      expect((await person.logIn()).status).to.equal(201);
    });

    it('with a recovery code that was used already', async () => {
      const person = await join();
      await person.switchTwoStepOn();
      const [code = '', other = ''] = person.recoveryCodes;
      expect((await person.logIn({ code })).status).to.equal(201);
      expect((await person.logIn({ code })).status).to.equal(401);
      expect((await person.logIn({ code: other.toUpperCase() })).status).to.equal(201);
    });

    it('for one user five times, whether they exist or not, and then without a look for a quarter of an hour', async () => {
      const person = await join();
      for (const email of [person.email, `nobody-${++count}@example.com`]) {
        const statuses: number[] = [];
        for (let n = 0; n < 6; n++) {
          const address = { 'x-forwarded-for': `198.51.100.${++count}` };
          const response = await person.fetch('POST', SESSION, logInBody(email, 'not my password'), address);
          statuses.push(response.status);
          if (n < 5) continue;
          expect(Number(response.headers.get('retry-after'))).to.be.within(880, 900);
          expect(await errorOf(response)).to.include({ code: 'throttled' });
        }
        expect(statuses, email).to.deep.equal([401, 401, 401, 401, 401, 429]);
      }
      expect((await person.logIn()).status).to.equal(429);
      clock.advance(15 * MINUTE);
      expect((await person.logIn()).status).to.equal(201);
    });

    it('from one address twenty times, and then without a look', async () => {
      const address = '203.0.113.7';
      const person = await join({ address });
      const statuses: number[] = [];
      for (let n = 0; n < 21; n++) {
        const body = logInBody(`nobody-${++count}@example.com`, 'not my password');
        statuses.push((await person.fetch('POST', SESSION, body)).status);
      }
      expect(statuses).to.deep.equal([...Array<number>(20).fill(401), 429]);
      expect((await person.logIn()).status).to.equal(429);
      const elsewhere = await person.fetch('POST', SESSION, logInBody(person.email, PASSWORD), {
        'x-forwarded-for': '203.0.113.8',
      });
      expect(elsewhere.status).to.equal(201);
    });

    it('where passwords would be hashed more than thirty times a minute for one address', async () => {
      const person = await join({ address: '203.0.113.9' });
      const body = { data: { type: 'password', attributes: { token: 'wrong', password: PASSWORD } } };
      const statuses = new Map<number, number>();
      for (let n = 0; n < 35; n++) {
        const { status } = await person.fetch('POST', '/api/hookledger/password', body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect(statuses.get(404)).to.be.within(30, 33);
      expect(statuses.get(429)).to.be.within(2, 5);
    });
  });

  describe('go on', () => {
    it('with a new token every quarter of an hour; the old one works a minute longer, and then opens nothing', async () => {
      const person = await loggedIn();
      const first = person.cookie;
      await person.fetch('GET', SESSION);
      expect(person.cookie).to.equal(first);
      clock.advance(15 * MINUTE + 1_000);
      expect(await status(person)).to.equal(200);
      expect(person.cookie).not.to.equal(first);
      const old = person.browser(first);
      expect(await status(old)).to.equal(200);
      expect(old.cookie).to.equal(first);
      clock.advance(MINUTE + 1_000);
      expect(await status(old)).to.equal(401);
      expect(await status(person)).to.equal(200);
      expect((await person.document('GET', SESSIONS)).data).to.have.length(1);
    });

    it('with the new token even where the request itself is refused', async () => {
      const person = await loggedIn();
      const first = person.cookie;
      clock.advance(16 * MINUTE);
      expect((await person.fetch('GET', '/api/lists/none')).status).to.equal(404);
      expect(person.cookie).not.to.equal(first);
      expect(await status(person)).to.equal(200);
    });

    it('for two hours without use, and twelve however much they are used', async () => {
      const [idle, busy] = [await loggedIn(), await loggedIn()];
      clock.advance(119 * MINUTE);
      expect(await status(busy)).to.equal(200);
      clock.advance(MINUTE);
      expect(await status(idle)).to.equal(401);
      for (let hours = 2; hours < 11; hours++) {
        clock.advance(60 * MINUTE);
        expect(await status(busy), `after ${hours + 1} hours`).to.equal(200);
      }
      clock.advance(59 * MINUTE);
      expect(await status(busy)).to.equal(200);
      clock.advance(MINUTE);
      expect(await status(busy)).to.equal(401);
    });

    it('by no request of a page of another site', async () => {
      const person = await loggedIn();
      const body = { data: { type: 'list', attributes: { name: 'Wholesale' } } };
      const other = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
      expect((await person.fetch('POST', '/api/lists', body)).status).to.equal(201);
      for (const [method, path] of [
        ['POST', '/api/lists'],
        ['POST', '/api/hookledger/two-step'],
        ['DELETE', SESSIONS],
        ['DELETE', SESSION],
      ] as const) {
        const response = await person.fetch(method, path, method === 'POST' ? body : undefined, other);
        expect(await errorOf(response), path).to.include({ status: 403, code: 'permission_denied' });
      }
      // A key beside the cookie makes no user of anybody.
      const key = { ...other, authorization: `Klaviyo-API-Key ${server.key}` };
      expect((await person.fetch('DELETE', SESSION, undefined, key)).status).to.equal(401);
      expect(await status(person)).to.equal(200);
    });
  });

  describe('end', () => {
    it('by logging out, for whoever has the cookie', async () => {
      const person = await loggedIn();
      const { cookie } = person;
      const response = await person.fetch('DELETE', SESSION);
      expect(response.status).to.equal(204);
      expect(response.headers.getSetCookie()).to.deep.equal([
        'hookledger_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
      ]);
      expect(person.cookie).to.equal(undefined);
      const error = await errorOf(await person.browser(cookie).fetch('GET', SESSION));
      expect(error).to.include({ status: 401, code: 'authentication_failed' });
      expect(await errorOf(await person.fetch('GET', SESSION))).to.include({ status: 401, code: 'not_authenticated' });
    });

    it('by logging out when the token was just due', async () => {
      const person = await loggedIn();
      const { cookie } = person;
      clock.advance(16 * MINUTE);
      expect((await person.fetch('DELETE', SESSION)).status).to.equal(204);
      expect(person.cookie).to.equal(undefined);
      expect(await status(person.browser(cookie))).to.equal(401);
    });

    it('one by one, or all others at once, by their owner and nobody else', async () => {
      const [person, stranger] = [await loggedIn(), await loggedIn()];
      const browsers = [person.browser(), person.browser(), person.browser()];
      for (const browser of browsers) expect((await browser.logIn()).status).to.equal(201);
      const { data } = await person.document('GET', SESSIONS);
      expect(data.map(({ attributes }) => attributes.current)).to.deep.equal([true, false, false, false]);
      const second = `${SESSIONS}/${data[1]?.id}`;
      expect((await stranger.fetch('DELETE', second)).status).to.equal(404);
      expect((await person.fetch('DELETE', second)).status).to.equal(204);
      expect((await person.fetch('DELETE', second)).status).to.equal(404);
      expect(await Promise.all(browsers.map(status))).to.deep.equal([401, 200, 200]);
      expect((await person.fetch('DELETE', SESSIONS)).status).to.equal(204);
      expect(await Promise.all(browsers.map(status))).to.deep.equal([401, 401, 401]);
      expect(await status(person)).to.equal(200);
      expect(await status(stranger)).to.equal(200);
    });

    it('with their user', async () => {
      const [person, owner] = [await loggedIn(), await join({ role: 'owner' })];
      await owner.logIn();
      expect((await owner.fetch('DELETE', `/api/hookledger/members/${person.userId}`)).status).to.equal(204);
      expect(await status(person)).to.equal(401);
      expect((await person.logIn()).status).to.equal(401);
    });
  });
});
