import { expect } from 'chai';
import { setUpTokenOf } from '../../../../../src/application/set-up-token.js';
import { TOKENS } from '../../../../../src/container.js';
import { ACCOUNT_STREAM } from '../../../../../src/domain/account/account.js';
import { ManualClock } from '../../../../support/manual-clock.js';
import { alertIn, expectSafePage, PageBrowser, titleIn } from '../../page-browser.js';
import { PASSWORD } from '../../person.js';
import { type RunningServer, startServer } from '../../running-server.js';

describe('The set-up page', () => {
  let server: RunningServer;
  let token: string;
  let path: string;
  beforeEach(async () => {
    server = await startServer(undefined, { clock: new ManualClock('2026-03-01T09:00:00Z') });
    token = setUpTokenOf(server.container.get(TOKENS.Vault));
    path = `/set-up?token=${token}`;
  });
  afterEach(() => server.stop());

  const newBrowser = (): PageBrowser => new PageBrowser(server.url);
  const fields = { email: 'olga@example.com', password: PASSWORD, repeated: PASSWORD };
  const members = async () =>
    (await server.eventStore.readStream(ACCOUNT_STREAM)).map(({ type, data }) => ({ type, ...(data as object) }));

  it('makes the owner, logs them in, and leads on to two-step authentication and then to the flows', async () => {
    const browser = newBrowser();
    const form = await browser.get(path);
    expect(form.status).to.equal(200);
    // An address that is sent on or looked at over a shoulder is in the bar, and nowhere on the page.
    expect(form.html).not.to.include(token);
    expectSafePage(form);
    const done = await browser.post(path, { ...fields, email: ' Olga@Example.com ' });
    expect([done.status, done.location]).to.deep.equal([303, '/two-step?continue=%2Fflows']);
    const [member, ...others] = await members();
    expect(member).to.include({ type: 'MemberJoined', email: 'olga@example.com', role: 'owner' });
    expect(others).to.deep.equal([]);
    expect((await browser.get(done.location as string)).html)
      .to.include('olga@example.com')
      .and.include('owner');
  });

  it('is over once there is a member, whatever link one has', async () => {
    await newBrowser().post(path, fields);
    for (const seen of [
      await newBrowser().get('/set-up'),
      await newBrowser().get(path),
      await newBrowser().post(path, { ...fields, email: 'eve@example.com' }),
    ]) {
      expect([seen.status, titleIn(seen.html)]).to.deep.equal([404, 'hookledger is set up already']);
      expect(seen.html).to.include('href="/log-in"');
      expectSafePage(seen);
    }
    expect(await members()).to.have.lengthOf(1);
  });

  it('without the link says where it is, and makes nobody an owner', async () => {
    const hint = await newBrowser().get('/set-up');
    expect(hint.status).to.equal(200);
    expectSafePage(hint);
    const wrong = `/set-up?token=${token.replace(/^./, (first) => (first === '0' ? '1' : '0'))}`;
    const refused = [
      await newBrowser().get(wrong),
      await newBrowser().get('/set-up?token='),
      await newBrowser().get(`${path}&token=${token}`),
      await newBrowser().post(wrong, fields),
      await newBrowser().post('/set-up', fields),
    ];
    for (const seen of refused) {
      expect([seen.status, alertIn(seen.html)]).to.deep.equal([
        403,
        'This link is not the one of this installation; take the one that it printed.',
      ]);
      expectSafePage(seen);
    }
    for (const { html } of [hint, ...refused]) {
      expect(html).to.include('no members yet: set up the owner at').and.include('hookledger user create');
      expect(html).not.to.include(token).and.not.include('<form');
    }
    expect(await members()).to.deep.equal([]);
  });

  it('says what is wrong with what was typed, and keeps the address and no password', async () => {
    const tries: [given: Partial<typeof fields>, problem: RegExp][] = [
      [{ email: 'olga' }, /id="email-problem" role="alert">&#39;olga&#39; is no e-mail address/],
      [{ password: 'short', repeated: 'short' }, /id="password-problem" role="alert">A password has/],
      [{ repeated: `${PASSWORD}!` }, /id="repeated-problem" role="alert">The two passwords differ/],
    ];
    for (const [given, problem] of tries) {
      const seen = await newBrowser().post(path, { ...fields, ...given });
      expect(seen.status).to.equal(400);
      expect(seen.html)
        .to.match(problem)
        .and.include(`value="${given.email ?? fields.email}"`);
      expect(seen.html).not.to.include(PASSWORD).and.not.include('"short"');
      expectSafePage(seen);
    }
    expect(await members()).to.deep.equal([]);
  });

  it('makes one owner of two who are there at the same moment', async () => {
    const two = await Promise.all(
      ['olga@example.com', 'otto@example.com'].map((email) => newBrowser().post(path, { ...fields, email })),
    );
    expect(two.map(({ status }) => status).sort()).to.deep.equal([303, 404]);
    expect(await members()).to.have.lengthOf(1);
  });

  it('lets nobody try links for ever', async () => {
    const statuses = new Set<number>();
    for (let guess = 0; guess <= 30; guess++) statuses.add((await newBrowser().get(`/set-up?token=${guess}`)).status);
    expect([...statuses]).to.deep.equal([403, 429]);
    // Who has the link, or none, isn't slowed down by it.
    expect((await newBrowser().get(path)).status).to.equal(200);
    expect((await newBrowser().get('/set-up')).status).to.equal(200);
  });
});
