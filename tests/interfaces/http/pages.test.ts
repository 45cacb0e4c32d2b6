import { expect } from 'chai';
import { TOTP } from 'otpauth';
import { MemberCommands } from '../../../src/application/commands/members.js';
import { EventStoreUnusable } from '../../../src/application/ports/event-store.js';
import { userIdOf } from '../../../src/domain/account/email.js';
import type { Role } from '../../../src/domain/account/role.js';
import { ManualClock } from '../../support/manual-clock.js';
import { alertIn, expectSafePage, PageBrowser, titleIn } from './page-browser.js';
import { type RunningServer, startServer } from './running-server.js';

const PASSWORD = 'correct horse battery';
const CONTEXT = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'test',
  causationId: 'test',
} as const;

/** Awkward wherever it is written down as it is. */
const AWKWARD = `"><script>alert('x')</script>&{{ 7 * 7 }}`;

describe('The pages', () => {
  let server: RunningServer;
  let members: MemberCommands;
  const clock = new ManualClock('2026-03-01T09:00:00Z');
  before(async () => {
    server = await startServer(undefined, { clock, env: { HOOKLEDGER_TRUST_PROXY: '127.0.0.1' } });
    members = server.container.get(MemberCommands);
  });
  after(() => server.stop());

  const newBrowser = (): PageBrowser => new PageBrowser(server.url);

  let users = 0;
  /** A new member, and a browser; logged in unless told. */
  async function newMember({ role = 'owner' as Role, logIn = true } = {}) {
    const email = `user-${++users}@example.com`;
    await members.createUser({ email, role, password: PASSWORD }, CONTEXT);
    const browser = newBrowser();
    if (logIn) expect((await browser.post('/log-in', { email, password: PASSWORD })).status).to.equal(303);
    return { email, browser };
  }

  /** The code that an app shows; a new one each time, since each works once. */
  function nextCode(secret: string): string {
    clock.advance(30_000);
    return new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: clock.now() });
  }

  async function withTwoStep() {
    const member = await newMember();
    await member.browser.post('/two-step', { action: 'prepare' });
    const secret = secretIn((await member.browser.get('/two-step')).html);
    const { html } = await member.browser.post('/two-step', { action: 'confirm', code: nextCode(secret) });
    return { ...member, secret, recoveryCodes: codesIn(html) };
  }

  const secretIn = (html: string): string => /<code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
  const codesIn = (html: string): string[] =>
    [...html.matchAll(/<code>([0-9a-z]{5}-[0-9a-z]{5})<\/code>/g)].map(([, code]) => code as string);
  describe('The first page', () => {
    it('leads to where one begins: the set-up, the log-in, the figures', async () => {
      const leadsTo = async (browser: PageBrowser): Promise<unknown> => {
        const { status, location } = await browser.get('/');
        return { status, location };
      };
      const empty = await startServer();
      try {
        expect(await leadsTo(new PageBrowser(empty.url))).to.deep.equal({ status: 303, location: '/set-up' });
      } finally {
        await empty.stop();
      }
      const { browser } = await newMember({ role: 'analyst' });
      expect(await leadsTo(browser)).to.deep.equal({ status: 303, location: '/analytics' });
      expect(await leadsTo(newBrowser())).to.deep.equal({ status: 303, location: '/log-in' });
    });

    it('is not there where a process has other work', async () => {
      const worker = await startServer(undefined, { env: { HOOKLEDGER_ROLES: 'worker' } });
      try {
        for (const path of ['/', '/log-in', '/two-step', '/assets/pages.css']) {
          const answer = await fetch(worker.url + path, { headers: { accept: 'text/html' } });
          expect(answer.status).to.equal(404);
          expect(answer.headers.get('content-type')).to.include('json');
        }
      } finally {
        await worker.stop();
      }
    });
  });

  describe('The style sheet', () => {
    it('is kept for good under the address that pages name, and under no other', async () => {
      const { html } = await newBrowser().get('/log-in');
      const address = /href="(\/assets\/pages\.css\?v=[0-9a-f]{16})"/.exec(html)?.[1] as string;
      const named = await fetch(server.url + address);
      expect(named.headers.get('content-type')).to.equal('text/css; charset=utf-8');
      expect(named.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
      expect(await named.text()).to.include('light-dark(');
      const other = await fetch(`${server.url}/assets/pages.css?v=0`);
      expect([other.status, other.headers.get('cache-control')]).to.deep.equal([200, 'no-cache']);
    });
  });

  describe('The log-in', () => {
    it("starts a session by a cookie that scripts and other sites can't use, and goes on to where it was asked to", async () => {
      const { browser, email } = await newMember({ logIn: false });
      const form = await browser.get('/log-in?continue=/two-step%3Fcontinue%3D%252Fdocs');
      expectSafePage(form);
      const action = /<form method="post" action="([^"]+)"/.exec(form.html)?.[1] as string;
      const done = await browser.post(action, { email: ` ${email.toUpperCase()}`, password: PASSWORD });
      expect([done.status, done.location]).to.deep.equal([303, '/two-step?continue=%2Fdocs']);
      expect(done.headers.getSetCookie()).to.have.lengthOf(1);
      expect(done.headers.getSetCookie()[0]).to.match(
        /^hookledger_session=[\w.-]{80}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      );
      // Whoever is logged in needs no form.
      const again = await browser.get('/log-in?continue=/docs');
      expect([again.status, again.location]).to.deep.equal([303, '/docs']);
    });

    it('behind TLS sets a cookie that nobody else can set, and that plain HTTP never carries', async () => {
      const { email } = await newMember({ logIn: false });
      const host = new URL(server.url).host;
      const done = await newBrowser().post(
        '/log-in',
        { email, password: PASSWORD },
        { 'x-forwarded-proto': 'https', origin: `https://${host}` },
      );
      expect(done.status).to.equal(303);
      expect(done.headers.getSetCookie()[0]).to.match(
        /^__Host-hookledger_session=[\w.-]{80}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
      );
    });

    it('shows the form again, with the address and without the password, and says what was wrong', async () => {
      const { browser, email } = await newMember({ logIn: false });
      const failed = await browser.post('/log-in', { email, password: 'some wrong password' });
      expect(failed.status).to.equal(400);
      expect(alertIn(failed.html)).to.equal('The e-mail address or the password is wrong.');
      expect(failed.html).to.include(`value="${email}"`).and.not.include('some wrong password');
      expect(failed.headers.getSetCookie()).to.deep.equal([]);
      expectSafePage(failed);
    });

    it('writes what was typed as text', async () => {
      const failed = await newBrowser().post(`/log-in?continue=${encodeURIComponent(`/${AWKWARD}`)}`, {
        email: AWKWARD,
        password: AWKWARD,
        code: AWKWARD,
      });
      expect(failed.html).to.include(
        'value="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;{{ 7 * 7 }}"',
      );
      // The addresses of assets have a hash, in which it may stand by chance.
      expect(failed.html.replaceAll(/\?v=[0-9a-f]+/g, '')).not.to.include('49');
      expectSafePage(failed);
      const path = await newBrowser().get(`/log-in?continue=${encodeURIComponent(`/"><script>x</script>`)}`);
      expect(path.html).to.include('action="/log-in?continue=%2F%22%3E%3Cscript%3Ex%3C%2Fscript%3E"');
      expectSafePage(path);
    });

    it('asks for the code where two-step authentication is on, and takes each once', async () => {
      const { email, secret, recoveryCodes } = await withTwoStep();
      const browser = newBrowser();
      const asked = await browser.post('/log-in', { email, password: PASSWORD });
      expect(asked.status).to.equal(400);
      expect(alertIn(asked.html)).to.match(/^Two-step authentication is on for you; give your password again/);
      expect(asked.html).to.match(/<input id="code"[^>]* required/);
      expect(asked.html).to.include(`value="${email}"`).and.not.include(PASSWORD);
      expectSafePage(asked);

      const code = nextCode(secret);
      expect((await browser.post('/log-in', { email, password: PASSWORD, code })).status).to.equal(303);
      const reused = await newBrowser().post('/log-in', { email, password: PASSWORD, code });
      expect(reused.status).to.equal(400);
      expect(reused.html).to.include('id="code-problem" role="alert">The code is wrong or was used already');
      expect(reused.html).not.to.include(code);
      expectSafePage(reused);

      const [recoveryCode = ''] = recoveryCodes;
      const statuses = [];
      for (const _ of [1, 2]) {
        statuses.push((await newBrowser().post('/log-in', { email, password: PASSWORD, code: recoveryCode })).status);
      }
      expect(statuses).to.deep.equal([303, 400]);
    });

    it('is slowed down after five failures', async () => {
      const { email } = await newMember({ logIn: false });
      const statuses = [];
      for (let guess = 0; guess < 6; guess++) {
        statuses.push((await newBrowser().post('/log-in', { email, password: `guess ${guess}` })).status);
      }
      expect(statuses).to.deep.equal([400, 400, 400, 400, 400, 429]);
      clock.advance(15 * 60_000);
      expect((await newBrowser().post('/log-in', { email, password: PASSWORD })).status).to.equal(303);
    });

    it('ends by a form, and says so', async () => {
      const { browser } = await newMember();
      const token = browser.cookie;
      const done = await browser.post('/log-out', {});
      expect([done.status, done.location]).to.deep.equal([303, '/log-in?notice=logged-out']);
      expect(done.headers.getSetCookie()[0]).to.equal(
        'hookledger_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
      );
      expect((await browser.get('/log-in?notice=logged-out')).html).to.include('You are logged out.');
      browser.cookie = token;
      expect((await browser.get('/two-step')).html).not.to.include('Log out');
      // Nobody's link puts other words there.
      expect((await newBrowser().get('/log-in?notice=Call+555-0100')).html).not.to.include('555');
    });

    it('ends the session that the browser had before', async () => {
      const { browser, email } = await newMember();
      const former = browser.cookie;
      expect((await browser.post('/log-in', { email, password: PASSWORD })).status).to.equal(303);
      expect(browser.cookie).not.to.equal(former);
      expect((await browser.get('/two-step')).html).to.include('Log out');
      browser.cookie = former;
      expect((await browser.get('/two-step')).html).not.to.include('Log out');
    });

    it('exchanges an old token while the session is used', async () => {
      const { browser } = await newMember();
      const first = browser.cookie;
      clock.advance(16 * 60_000);
      expect((await browser.get('/two-step')).html).to.include('Log out');
      expect(browser.cookie).not.to.equal(first);
      expect((await browser.get('/two-step')).html).to.include('Log out');
    });
  });

  describe('Where a page goes on to', () => {
    let member: Awaited<ReturnType<typeof newMember>>;
    before(async () => {
      member = await newMember();
    });

    const refused = [
      'https://evil.example',
      'https:/evil.example',
      'https:evil.example',
      'HTTPS://evil.example/two-step',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '/.//evil.example',
      '/x\\..\\evil.example',
      '\\\\evil.example',
      '\\/evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '\t//evil.example',
      ' //evil.example',
      '/x\r\nset-cookie: a=b',
      'javascript:alert(1)',
      'data:text/html,x',
      'evil.example',
      '@evil.example',
      '.evil.example',
      '',
      '/ /evil.example',
      '/ü',
      `/${'a'.repeat(2_000)}`,
    ];
    for (const path of refused) {
      it(`is never ${JSON.stringify(path.slice(0, 30))}`, async () => {
        const query = `?continue=${encodeURIComponent(path)}`;
        // Whoever is logged in already, and whoever logs in.
        const fields = { email: member.email, password: PASSWORD };
        const seen = [await member.browser.get(`/log-in${query}`), await newBrowser().post(`/log-in${query}`, fields)];
        expect(seen.map(({ status, location }) => [status, location])).to.deep.equal([
          [303, '/'],
          [303, '/'],
        ]);
      });
    }

    const taken = ['/', '/two-step', '/a/b?c=d&e=%2F%2Fx#f', '/docs/@evil.example', `/${'a'.repeat(1_999)}`];
    for (const path of taken) {
      it(`may be ${JSON.stringify(path.slice(0, 30))}`, async () => {
        const { status, location } = await member.browser.get(`/log-in?continue=${encodeURIComponent(path)}`);
        expect([status, location]).to.deep.equal([303, path]);
        expect(new URL(location as string, server.url).origin).to.equal(server.url);
      });
    }

    it('is one thing', async () => {
      const { location } = await member.browser.get('/log-in?continue=/docs&continue=//evil.example');
      expect(location).to.equal('/');
    });
  });

  describe('The page for two-step authentication', () => {
    it('leads to the log-in first, and back', async () => {
      for (const seen of [
        await newBrowser().get('/two-step?continue=/docs'),
        await newBrowser().post('/two-step?continue=/docs', { action: 'prepare' }),
      ]) {
        expect(seen.status).to.equal(303);
        const back = new URL(seen.location as string, server.url);
        expect([back.pathname, back.searchParams.get('continue')]).to.deep.equal([
          '/log-in',
          '/two-step?continue=%2Fdocs',
        ]);
      }
    });

    it('goes from off to prepared to on, and shows ten recovery codes once', async () => {
      const { browser, email } = await newMember();
      const off = await browser.get('/two-step?continue=/docs');
      expect(off.status).to.equal(200);
      expect(off.html).to.include('Set up two-step authentication').and.include('webhook action');
      expectSafePage(off);

      const done = await browser.post('/two-step?continue=/docs', { action: 'prepare' });
      expect([done.status, done.location]).to.deep.equal([303, '/two-step?continue=%2Fdocs']);
      const prepared = await browser.get('/two-step?continue=/docs');
      expectSafePage(prepared);
      const secret = secretIn(prepared.html);
      expect(secret).to.match(/^[A-Z2-7]{32}$/);
      expect(prepared.html).to.include(`otpauth://totp/hookledger:${encodeURIComponent(email)}`);
      const image = /<img class="qr" src="data:image\/svg\+xml;base64,([^"]+)"/.exec(prepared.html)?.[1] as string;
      expect(Buffer.from(image, 'base64').toString()).to.match(/^<svg /);

      const wrong = await browser.post('/two-step?continue=/docs', { action: 'confirm', code: 'abc' });
      expect(wrong.status).to.equal(400);
      expect(wrong.html).to.include('id="code-problem" role="alert">The code is wrong');
      // The same one: the app has it already.
      expect(secretIn(wrong.html)).to.equal(secret);
      expectSafePage(wrong);

      const code = nextCode(secret);
      const on = await browser.post('/two-step?continue=/docs', { action: 'confirm', code });
      expect(on.status).to.equal(200);
      expect(new Set(codesIn(on.html)).size).to.equal(10);
      expect(on.html).to.include('<a class="button" href="/docs">Continue</a>');
      expectSafePage(on);

      const reloaded = await browser.post('/two-step?continue=/docs', { action: 'confirm', code });
      expect(reloaded.status).to.equal(400);
      expect(alertIn(reloaded.html)).to.equal('Two-step authentication is on already.');
      const later = await browser.get('/two-step');
      expect(later.html).to.include('10 recovery codes are left');
      for (const seen of [reloaded, later]) {
        expect(codesIn(seen.html)).to.deep.equal([]);
        expect(seen.html).not.to.include(secret).and.not.include('otpauth:');
        expectSafePage(seen);
      }
    });

    it('makes a new key for whoever asks for one', async () => {
      const { browser } = await newMember();
      const secrets = [];
      for (const _ of [1, 2]) {
        await browser.post('/two-step', { action: 'prepare' });
        secrets.push(secretIn((await browser.get('/two-step')).html));
      }
      expect(new Set(secrets).size).to.equal(2);
    });

    it('replaces the recovery codes, for a code', async () => {
      const { browser, email, secret, recoveryCodes } = await withTwoStep();
      const wrong = await browser.post('/two-step', { action: 'renew', code: '' });
      expect(wrong.status).to.equal(400);
      expect(wrong.html).to.include('id="renew-code-problem" role="alert">').and.not.include('off-code-problem');
      expectSafePage(wrong);
      const renewed = await browser.post('/two-step', { action: 'renew', code: nextCode(secret) });
      expect(renewed.status).to.equal(200);
      expectSafePage(renewed);
      const newCodes = codesIn(renewed.html);
      expect(newCodes).to.have.lengthOf(10);
      const logInBy = async (code = '') =>
        (await newBrowser().post('/log-in', { email, password: PASSWORD, code })).status;
      expect([await logInBy(recoveryCodes[0]), await logInBy(newCodes[0])]).to.deep.equal([400, 303]);
      expect((await browser.get('/two-step')).html).to.include('9 recovery codes are left');
    });

    it('switches it off, for the password and a code', async () => {
      const { browser, email, secret } = await withTwoStep();
      const tries: [fields: Record<string, string>, problem: string][] = [
        [{ password: 'some wrong password', code: nextCode(secret) }, 'off-password-problem'],
        [{ password: PASSWORD, code: 'abc' }, 'off-code-problem'],
      ];
      for (const [fields, problem] of tries) {
        const wrong = await browser.post('/two-step', { action: 'switch-off', ...fields });
        expect(wrong.status).to.equal(400);
        expect(wrong.html).to.include(`id="${problem}" role="alert">`).and.not.include('wrong password"');
        expectSafePage(wrong);
      }
      const done = await browser.post('/two-step', {
        action: 'switch-off',
        password: PASSWORD,
        code: nextCode(secret),
      });
      expect([done.status, done.location]).to.deep.equal([303, '/two-step']);
      expect((await browser.get('/two-step')).html).to.include('it is off for you');
      expect((await newBrowser().post('/log-in', { email, password: PASSWORD })).status).to.equal(303);
    });

    it('knows no other action', async () => {
      const { browser } = await newMember();
      for (const fields of [{}, { action: 'toString' }, { action: AWKWARD }]) {
        const seen = await browser.post('/two-step', fields);
        expect(seen.status).to.equal(400);
        expect(alertIn(seen.html)).to.match(/^The form names nothing that this page can do/);
        expectSafePage(seen);
      }
    });

    it("says so where it can't be verified, and lets one try again", async () => {
      const { browser } = await newMember();
      const { eventStore } = server;
      eventStore.readStream = async () => {
        throw new EventStoreUnusable('The event store is away.');
      };
      try {
        for (const seen of [
          await browser.get('/two-step?continue=/docs'),
          await browser.post('/two-step?continue=/docs', { action: 'prepare' }),
        ]) {
          expect(seen.status).to.equal(503);
          expect(titleIn(seen.html)).to.equal('Two-step authentication can&#39;t be verified now');
          expect(seen.html).to.include('<a class="button" href="/two-step?continue=%2Fdocs">Try again</a>');
          expectSafePage(seen);
        }
        const first = await browser.get('/');
        expect(first.status).to.equal(503);
        expectSafePage(first);
      } finally {
        // What the instance was given goes, and its class's own is there again.
        Reflect.deleteProperty(eventStore, 'readStream');
      }
      expect((await browser.get('/two-step')).status).to.equal(200);
    });
  });

  describe('The page of an invitation', () => {
    it('says whom it invites as what, takes a password twice, and works once', async () => {
      const { token } = (await members.invite('ben@example.com', 'analyst', CONTEXT)).result;
      const browser = newBrowser();
      const form = await browser.get(`/invitations/${token}`);
      expect(form.status).to.equal(200);
      expect(form.html).to.include('ben@example.com').and.include('analyst').and.not.include(token);
      expectSafePage(form);

      const differing = await browser.post(`/invitations/${token}`, { password: PASSWORD, repeated: `${PASSWORD}!` });
      expect(differing.html).to.include('id="repeated-problem" role="alert">The two passwords differ');
      const short = await browser.post(`/invitations/${token}`, { password: 'short', repeated: 'short' });
      expect(short.html).to.include('id="password-problem" role="alert">A password has 12 to 200 characters');
      for (const seen of [differing, short]) {
        expect(seen.status).to.equal(400);
        expect(seen.html).not.to.include(PASSWORD).and.not.include('"short"');
        expectSafePage(seen);
      }

      const joined = await browser.post(`/invitations/${token}`, { password: PASSWORD, repeated: PASSWORD });
      expect([joined.status, joined.location]).to.deep.equal([303, '/log-in?notice=joined']);
      expect((await browser.get('/log-in?notice=joined')).html).to.include('You are a member now');
      const loggedIn = await browser.post('/log-in', { email: 'ben@example.com', password: PASSWORD });
      expect(loggedIn.status).to.equal(303);

      for (const seen of [
        await newBrowser().get(`/invitations/${token}`),
        await newBrowser().post(`/invitations/${token}`, { password: PASSWORD, repeated: PASSWORD }),
      ]) {
        expect(seen.status).to.equal(410);
        expect(alertIn(seen.html)).to.match(/^This invitation was used, .*; ask for another one\./);
        expectSafePage(seen);
      }
    });

    it('expires, and never was one for another link', async () => {
      const { token } = (await members.invite('eve@example.com', 'analyst', CONTEXT)).result;
      clock.advance(8 * 86_400_000);
      const expired = await newBrowser().get(`/invitations/${token}`);
      expect(expired.status).to.equal(410);
      expect(alertIn(expired.html)).to.match(/^This invitation expired at .*; ask for another one\./);
      const unknown = await newBrowser().get(`/invitations/${encodeURIComponent(AWKWARD)}`);
      expect(unknown.status).to.equal(410);
      expectSafePage(unknown);
    });
  });

  describe('The page of a link for a password', () => {
    it('sets it once and ends all sessions', async () => {
      const { browser, email } = await newMember();
      const token = await resetOf(email);
      const form = await browser.get(`/password/${token}`);
      expect(form.html).to.include(email).and.not.include(token);
      expectSafePage(form);
      const fields = { password: 'four words nobody joins', repeated: 'four words nobody joins' };
      const done = await browser.post(`/password/${token}`, fields);
      expect([done.status, done.location]).to.deep.equal([303, '/log-in?notice=password-set']);
      // The old session is over.
      expect((await browser.get('/log-in?notice=password-set')).html).to.include('Your new password is set');
      expect((await browser.post('/log-in', { email, password: PASSWORD })).status).to.equal(400);
      expect((await browser.post('/log-in', { email, password: fields.password })).status).to.equal(303);
      const again = await browser.post(`/password/${token}`, fields);
      expect(again.status).to.equal(410);
      expect(alertIn(again.html)).to.match(/^This link was used or replaced by a newer one; ask for another one\./);
      expectSafePage(again);
    });

    it('takes no weak one, and expires', async () => {
      const { browser, email } = await newMember();
      const token = await resetOf(email);
      const weak = await browser.post(`/password/${token}`, { password: 'password1234', repeated: 'password1234' });
      expect(weak.status).to.equal(400);
      expect(weak.html).to.include('id="password-problem"').and.not.include('password1234');
      clock.advance(2 * 86_400_000);
      expect((await browser.get(`/password/${token}`)).status).to.equal(410);
    });

    const resetOf = async (email: string): Promise<string> =>
      (await members.offerPasswordReset(userIdOf(email), CONTEXT)).result.token;
  });

  describe('A form', () => {
    const paths = [
      ...['/log-in', '/log-out', '/two-step', '/invitations/x', '/password/x', '/set-up'],
      ...['/account/password', '/account/sessions', '/account/theme'],
    ];
    for (const path of paths) {
      it(`${path} is taken from pages of this server alone`, async () => {
        const { browser } = await newMember();
        for (const from of [newBrowser(), browser]) {
          for (const headers of [
            { origin: 'https://evil.example' },
            { origin: 'null' },
            { 'sec-fetch-site': 'cross-site' },
            { 'sec-fetch-site': 'same-site' },
          ]) {
            const seen = await from.post(path, {}, headers);
            expect([seen.status, alertIn(seen.html)], JSON.stringify(headers)).to.deep.equal([
              403,
              'The request comes from a page of another site; only pages of this server may use a session.',
            ]);
            expectSafePage(seen);
          }
        }
        expect((await browser.get('/two-step')).html).to.include('Log out');
      });
    }

    it('is no JSON and no file, and has an end', async () => {
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
        const seen = await newBrowser().post('/log-in', { email: 'a', password: 'b' }, { 'content-type': type });
        expect(seen.status, type).to.equal(415);
        expectSafePage(seen);
      }
      const long = await newBrowser().post('/log-in', { email: 'a'.repeat(16 * 1024) });
      expect([long.status, alertIn(long.html)]).to.deep.equal([
        413,
        'The form is larger than 16 KB; shorten what it holds.',
      ]);
      expectSafePage(long);
    });

    it('of a page is nothing that the API reads', async () => {
      const response = await server.fetch('POST', '/api/events', {
        body: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(response.status).to.equal(415);
      expect(response.headers.get('content-type')).to.include('json');
    });
  });

  describe('An address at which there is nothing', () => {
    it('is answered with a page where a browser asks for one', async () => {
      for (const path of ['/nothing', '/flow', `/${encodeURIComponent(AWKWARD)}`]) {
        const seen = await newBrowser().get(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
        expect([seen.status, titleIn(seen.html)], path).to.deep.equal([404, 'Not found']);
        expectSafePage(seen);
      }
    });

    it('is answered as the API answers to programs, to other methods and below /api', async () => {
      const accept = 'text/html';
      for (const seen of [
        await newBrowser().get('/nothing'),
        await newBrowser().post('/nothing', {}, { accept }),
        await newBrowser().get('/api/nothing', { accept }),
      ]) {
        expect(seen.status).to.equal(404);
        expect(seen.headers.get('content-type')).to.include('json');
      }
    });
  });

  it('are not part of the API that is described', async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths).filter((path) => !/^\/(api\/|healthz|readyz|metrics)/.test(path))).to.deep.equal([]);
  });
});
