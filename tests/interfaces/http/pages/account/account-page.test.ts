import { expect } from 'chai';
import { TwoStepCommands } from '../../../../../src/application/commands/two-step.js';
import type { Role } from '../../../../../src/domain/account/role.js';
import { ManualClock } from '../../../../support/manual-clock.js';
import { alertIn, expectSafePage, PageBrowser } from '../../page-browser.js';
import { PASSWORD, Person } from '../../person.js';
import { type RunningServer, startServer } from '../../running-server.js';

const NEW_PASSWORD = 'six geese walk to the river';

describe('The account page', () => {
  let server: RunningServer;
  const clock = new ManualClock('2026-03-01T09:00:00Z');
  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
  });
  after(() => server.stop());

  let users = 0;
  async function newMember(role: Role = 'owner'): Promise<Person> {
    return Person.join(server, { email: `user-${++users}@example.com`, role });
  }
  async function logIn({ email }: Person, password = PASSWORD): Promise<PageBrowser> {
    const browser = new PageBrowser(server.url);
    expect((await browser.post('/log-in', { email, password })).status).to.equal(303);
    return browser;
  }
  const isLoggedIn = async (browser: PageBrowser): Promise<boolean> => (await browser.get('/account')).status === 200;
  const endingsIn = (html: string): string[] =>
    [...html.matchAll(/name="end" value="([0-9a-f]{64})"/g)].map(([, sha256]) => sha256 as string);

  it('leads to the log-in first, and back', async () => {
    const stranger = new PageBrowser(server.url);
    for (const seen of [
      await stranger.get('/account'),
      await stranger.post('/account/password', {}),
      await stranger.post('/account/sessions', { end: 'others' }),
      await stranger.post('/account/theme', { theme: 'dark' }),
    ]) {
      expect([seen.status, seen.location]).to.deep.equal([303, '/log-in?continue=%2Faccount']);
      expect(seen.headers.getSetCookie()).to.deep.equal([]);
    }
  });

  it('says who one is, for each role', async () => {
    for (const role of ['owner', 'support'] as const) {
      const person = await newMember(role);
      const seen = await (await logIn(person)).get('/account');
      expect(seen.html).to.include(person.email).and.include(`<dd>${role}</dd>`);
      expect(seen.html).to.include('href="/two-step').and.include('href="/docs"');
      expectSafePage(seen);
    }
  });

  describe('reminds of two-step authentication', () => {
    const REMINDER = 'Adding or editing a webhook action needs two-step authentication';

    it('where it is off for those who may write webhook actions, and leads to its set-up and back', async () => {
      const seen = await (await logIn(await newMember('manager'))).get('/account');
      expect(seen.html).to.include(REMINDER).and.include('href="/two-step?continue=%2Faccount"');
      expect(seen.html).to.include('<a class="button quiet" href="/account">Continue</a>');
    });

    it('not where it is on, nor whom it would not help', async () => {
      const withTwoStep = await newMember('admin');
      await withTwoStep.switchTwoStepOn();
      const on = new PageBrowser(server.url);
      const code = withTwoStep.code();
      await on.post('/log-in', { email: withTwoStep.email, password: PASSWORD, code });
      const analyst = await logIn(await newMember('analyst'));
      for (const browser of [on, analyst]) {
        const { status, html } = await browser.get('/account');
        expect(status).to.equal(200);
        expect(html).not.to.include(REMINDER);
      }
    });

    it("says so where it can't be verified, and lets one try again", async () => {
      const browser = await logIn(await newMember('owner'));
      const twoStep = server.container.get(TwoStepCommands);
      twoStep.stateOf = async () => {
        throw new Error('The event store is away.');
      };
      try {
        const seen = await browser.get('/account');
        expect(seen.status).to.equal(200);
        expect(seen.html).to.match(/role="alert">\s*<p><strong>Two-step authentication can't be verified now/);
        expect(seen.html).to.include('<a class="button" href="/account">Try again</a>');
        expect(seen.html).not.to.include(REMINDER);
        expectSafePage(seen);
      } finally {
        // What the instance was given goes, and its class's own is there again.
        Reflect.deleteProperty(twoStep, 'stateOf');
      }
    });
  });

  describe('changes the password', () => {
    it('and ends the other sessions, not this one', async () => {
      const person = await newMember();
      const [browser, other] = [await logIn(person), await logIn(person)];
      const done = await browser.post('/account/password', {
        password: PASSWORD,
        newPassword: NEW_PASSWORD,
        repeated: NEW_PASSWORD,
      });
      expect([done.status, done.location]).to.deep.equal([303, '/account?notice=password-changed']);
      expect((await browser.get(done.location as string)).html).to.include('Your password is changed');
      expect([await isLoggedIn(browser), await isLoggedIn(other)]).to.deep.equal([true, false]);
      await logIn(person, NEW_PASSWORD);
    });

    it('not for a wrong one, a weak one or two that differ, and says so at the field', async () => {
      const person = await newMember();
      const browser = await logIn(person);
      const good = { password: PASSWORD, newPassword: NEW_PASSWORD, repeated: NEW_PASSWORD };
      const tries: [given: Partial<typeof good>, problem: string][] = [
        [{ password: 'some wrong password' }, 'id="password-problem" role="alert">The password is wrong.'],
        [{ newPassword: 'short', repeated: 'short' }, 'id="newPassword-problem" role="alert">A password has'],
        [{ repeated: PASSWORD }, 'id="repeated-problem" role="alert">The two passwords differ'],
      ];
      for (const [given, problem] of tries) {
        const seen = await browser.post('/account/password', { ...good, ...given });
        expect(seen.status).to.equal(400);
        expect(seen.html).to.include(problem).and.not.include(NEW_PASSWORD).and.not.include(PASSWORD);
        expectSafePage(seen);
      }
      await logIn(person);
    });

    it('not by guessing the present one', async () => {
      const browser = await logIn(await newMember());
      const statuses = [];
      for (let guess = 0; guess < 6; guess++) {
        const fields = { password: `wrong password ${guess}`, newPassword: NEW_PASSWORD, repeated: NEW_PASSWORD };
        statuses.push((await browser.post('/account/password', fields)).status);
      }
      expect(statuses).to.deep.equal([400, 400, 400, 400, 400, 429]);
    });
  });

  describe('lists the sessions', () => {
    it('with this one marked, and ends one of the others', async () => {
      const person = await newMember();
      const first = await logIn(person);
      clock.advance(60_000);
      const browser = await logIn(person);
      const { html } = await browser.get('/account');
      expect(html.match(/this one/g)).to.have.lengthOf(1);
      const endings = endingsIn(html);
      expect(endings).to.have.lengthOf(1);
      const done = await browser.post('/account/sessions', { end: endings[0] as string });
      expect([done.status, done.location]).to.deep.equal([303, '/account?notice=session-ended']);
      expect([await isLoggedIn(first), await isLoggedIn(browser)]).to.deep.equal([false, true]);
      const after = await browser.get('/account?notice=session-ended');
      expect(after.html).to.include('The session is over.').and.not.include('End all other sessions');
      expect(endingsIn(after.html)).to.deep.equal([]);
    });

    it('and ends all others at once', async () => {
      const person = await newMember();
      const others = [await logIn(person), await logIn(person)];
      const browser = await logIn(person);
      const done = await browser.post('/account/sessions', { end: 'others' });
      expect([done.status, done.location]).to.deep.equal([303, '/account?notice=others-ended']);
      expect(await Promise.all([browser, ...others].map(isLoggedIn))).to.deep.equal([true, false, false]);
    });

    it("and never ends somebody else's", async () => {
      const [victim, attacker] = [await newMember(), await newMember()];
      const browser = await logIn(victim);
      const [session] = await server.logIn.sessionsOf(victim.userId);
      await (await logIn(attacker)).post('/account/sessions', { end: session?.sha256 as string });
      expect(await isLoggedIn(browser)).to.equal(true);
    });
  });

  describe('keeps the colours', () => {
    it('of this browser on all pages, in a cookie of its own', async () => {
      const browser = await logIn(await newMember());
      expect((await browser.get('/account')).html)
        .to.include('<html lang="en">')
        .and.include('content="light dark"');
      const done = await browser.post('/account/theme', { theme: 'dark' });
      expect([done.status, done.location]).to.deep.equal([303, '/account']);
      expect(done.headers.getSetCookie()).to.deep.equal([
        'hookledger_theme=dark; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000',
      ]);
      for (const path of ['/account', '/two-step']) {
        const seen = await browser.get(path);
        expect(seen.html).to.include('<html lang="en" data-theme="dark">').and.include('content="dark"');
        expectSafePage(seen);
      }
      expect((await browser.get('/account')).html).to.include('value="dark" checked');
      await browser.post('/account/theme', { theme: 'system' });
      expect((await browser.get('/account')).html)
        .to.include('<html lang="en">')
        .and.include('value="system" checked');
    });

    it('that there are, and writes no others into a page', async () => {
      const browser = await logIn(await newMember());
      const unknown = await browser.post('/account/theme', { theme: 'pink' });
      expect([unknown.status, alertIn(unknown.html)]).to.deep.equal([
        400,
        'There is no such look; choose one of system, light, dark.',
      ]);
      const forged = await fetch(`${server.url}/log-in`, { headers: { cookie: 'hookledger_theme="><script>' } });
      expect(await forged.text())
        .to.include('<html lang="en">')
        .and.not.include('<script');
    });

    it('behind TLS in a cookie that plain HTTP never carries', async () => {
      const person = await newMember();
      const origin = `https://${new URL(server.url).host}`;
      const tls = { 'x-forwarded-proto': 'https', origin };
      const browser = new PageBrowser(server.url);
      await browser.post('/log-in', { email: person.email, password: PASSWORD }, tls);
      const done = await browser.post('/account/theme', { theme: 'light' }, tls);
      expect(done.headers.getSetCookie()[0]).to.match(/^hookledger_theme=light; .*; Secure$/);
    });
  });
});
