import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Person } from '../interfaces/http/person.js';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { startBrowser, type Window } from '../support/browser.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { looksRight } from './looks.js';
import { joined, windowOf } from './member-window.js';

const AWKWARD = 'O\'Neil "Bo" \\ Ltd\n😀 </script> {{ 7 }}';

describe('The editor of a webhook in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let receiver: Receiver;
  let redirecting: Receiver;
  let owner: Person;
  let window: Window;
  let page: Page;
  let flowId: string;
  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({ ca, answer: () => ({ status: 200 }) });
    const head = { status: 302, headers: { location: `${receiver.url}/elsewhere` } };
    redirecting = await startReceiver({ ca, answer: () => ({ status: 302 }), head });
    server = await startServer(ca);
    browser = await startBrowser();
    owner = await joined(server, { email: 'owner@example.com', role: 'owner' });
    await report('plain@example.com', 'Ana', 1);
    await report('awkward@example.com', AWKWARD, 2);
    const { data } = await server.get('/api/metrics');
    const actions = [
      {
        temporary_id: 'a',
        type: 'send-webhook',
        data: { message: { name: 'First', url: `${receiver.url}/first`, body: '{}' } },
      },
    ];
    const definition = { triggers: [{ type: 'metric', id: data[0]?.id }], actions, entry_action_id: 'a' };
    const attributes = { name: 'Orders', definition };
    const created = await server.fetch('POST', '/api/flows', { body: { data: { type: 'flow', attributes } } });
    flowId = ((await created.json()) as { data: { id: string } }).data.id;
  });
  after(async () => {
    await browser.close();
    await server.stop();
    await Promise.all([receiver.close(), redirecting.close()]);
  });
  beforeEach(async () => {
    window = await windowOf(browser, server, owner);
    page = window.page;
  });
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  /** An event of an order, as a shop reports it. */
  const report = (email: string, first_name: string, order: number) => {
    const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
    const profile = { data: { type: 'profile', attributes: { email, first_name } } };
    const properties = { order, 'Item Names': ['Tea', 'Pot'] };
    const attributes = { metric, profile, properties, value: 12.5, unique_id: `${order}` };
    return server.fetch('POST', '/api/events', { body: { data: { type: 'event', attributes } } });
  };
  const preview = () => page.locator('#preview .rendered');
  const body = () => page.getByLabel('Body', { exact: true });
  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  /** The browser notes every answer that is a refusal. */
  const expectRefusal = () => expect(window.complaints.splice(0).join()).to.include('400');

  it('renders the body with a real event as it is typed, whatever the customer is called', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await body().fill('{"name": "{{ person.first_name }}", "hello": {{ first_name }}, "n": {{ event.order }}}');
    await page.locator('#preview', { hasText: '"n": 2' }).waitFor();
    const rendered = JSON.parse((await preview().textContent()) ?? '');
    expect(rendered).to.deep.equal({ name: AWKWARD, hello: AWKWARD, n: 2 });
    await page.getByLabel('Event').selectOption({ index: 1 });
    await page.locator('#preview', { hasText: '"n": 1' }).waitFor();
    await page.locator('#variables', { hasText: '"Ana"' }).waitFor();
    await body().fill('{"name": {{ person.nickname }}}');
    await page.getByText('person.nickname (line 1, column 13) is not in the sample').waitFor();
  });

  it('says at the body what is wrong with it, and where, until it is mended', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await body().fill('{\n  "a": {{ event.order|uper }}\n}');
    await page.locator('#body-problem', { hasText: 'Line 2, column 23: There is no filter "uper"' }).waitFor();
    expect(await page.locator('.numbers .wrong').textContent()).to.equal('2\n');
    expect(await page.locator('.colours mark').textContent()).to.equal('u');
    expect(await body().getAttribute('aria-invalid')).to.equal('true');
    await body().fill('{"a" 1}');
    await page.locator('#body-problem', { hasText: 'The body is not JSON' }).waitFor();
    await body().fill('{"a": 1}');
    await page.locator('#body-problem').waitFor({ state: 'hidden' });
    expect(await page.locator('.numbers .wrong').count()).to.equal(0);
    expect(await body().getAttribute('aria-invalid')).to.equal(null);
  });

  it('colours JSON and templates, and draws only the lines in sight of a large body', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await body().fill('{\n"a{{ b }}": [-1.5e3, true],\n{# note #}\n{% if x %}"c"{% endif %}\n}');
    const drawn = page.locator('.colours span');
    await page.locator('.colours .comment').first().waitFor();
    const pieces = await drawn.evaluateAll((spans) => spans.map((span) => `${span.className} ${span.textContent}`));
    expect(pieces).to.deep.equal([
      'string "a',
      'variable {{ b }}',
      'string "',
      'number -1.5e3',
      'keyword true',
      'comment {# note #}',
      'tag {% if x %}',
      'string "c"',
      'tag {% endif %}',
    ]);
    const lines = Array.from({ length: 3_000 }, (_, index) => `"line ${index}": {{ event.order }}`);
    await body().evaluate(
      (area, text) => {
        Object.assign(area, { value: text });
        area.dispatchEvent(new Event('input', { bubbles: true }));
      },
      `{\n${lines.join(',\n')}\n}`,
    );
    await page.locator('#preview', { hasText: '"line 2999": 2' }).waitFor();
    expect(await page.locator('.numbers span').count()).to.be.within(18, 100);
    await body().evaluate((area) => area.scrollTo(0, area.scrollHeight));
    await page.locator('.numbers', { hasText: '3002' }).waitFor();
    expect(await page.locator('.numbers span').count()).to.be.at.most(100);
  });

  it('lists variables with their values, to be searched and copied', async () => {
    await window.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`/flows/${flowId}/actions/new`);
    await page.getByText('View profile and event variables').waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('$VALUE');
    const shown = page.locator('.variables li:visible');
    expect(await shown.count()).to.equal(1);
    expect(await shown.textContent()).to.include('12.5');
    await shown.getByRole('button').click();
    await shown.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).to.equal("{{ event|lookup:'$value' }}");
  });

  it('keeps what was typed when the session ends meanwhile, and says so', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await window.context.clearCookies();
    await body().fill('{"a": 1}');
    await page.locator('#preview', { hasText: 'Your session has ended.' }).waitFor();
    await page.getByRole('button', { name: 'Add headers' }).click();
    await page.getByRole('link', { name: 'Log in in another window' }).waitFor();
    expect(await body().inputValue()).to.equal('{"a": 1}');
  });

  it('refuses a URL without https and keeps all that was typed', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await page.getByLabel('Name', { exact: true }).fill('Second');
    await page.getByRole('button', { name: 'Add headers' }).click();
    await page.getByLabel('URL').fill('http://example.com/hook');
    await page.getByLabel('Name of header 1').fill('x-api-key');
    await page.getByLabel('Value of header 1').fill('top secret');
    await body().fill('{"a": 1}');
    await save();
    await page.locator('#url-problem', { hasText: 'The URL has to start with https://' }).waitFor();
    expectRefusal();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).to.equal('Second');
    expect(await page.getByLabel('Name of header 1').inputValue()).to.equal('x-api-key');
    expect(await page.getByLabel('Value of header 1').inputValue()).to.equal('top secret');
    expect(await body().inputValue()).to.equal('{"a": 1}');
    expect((await server.get(`/api/flows/${flowId}/flow-actions`)).data).to.have.lengthOf(1);
  });

  it('saves a URL that leads elsewhere as a draft and says why, and hashes header values from then on', async () => {
    await page.goto(`/flows/${flowId}/actions/new`);
    await page.getByLabel('Name', { exact: true }).fill('Second');
    await page.getByLabel('URL').fill(`${redirecting.url}/hook`);
    await page.getByRole('button', { name: 'Add headers' }).click();
    await page.getByLabel('Name of header 1').fill('x-api-key');
    await page.getByLabel('Value of header 1').fill('top secret');
    await body().fill('{\n  "a": 1\n}');
    await save();
    await page
      .getByRole('alert')
      .filter({ hasText: /Saved, but it is not live: The set-up failed: .*302/ })
      .waitFor();
    const shown = await page.getByLabel('Value of header 1').inputValue();
    expect(shown).to.match(/^•••sha256:[0-9a-f]{8}$/);
    expect(await page.content()).not.to.include('top secret');
    await page.getByLabel('URL').fill(`${receiver.url}/hook`);
    await body().fill('{\n  "a": 2\n}');
    await save();
    await page.getByText('Saved. The set-up worked:').waitFor();
    await page.getByText('The webhook is live.').waitFor();
    expect(await page.getByLabel('Value of header 1').inputValue()).to.equal(shown);
  });

  it('shows the revisions, who made them, and what differs between two', async () => {
    await page.goto(`/flows/${flowId}`);
    await page.getByRole('link', { name: 'revision 2' }).click();
    await page.getByRole('heading', { level: 1, name: 'Revisions' }).waitFor();
    const removed = page.locator('del').allTextContents();
    expect(await removed).to.deep.equal([`- ${redirecting.url}/hook`, '-   "a": 1']);
    expect(await page.locator('ins').allTextContents()).to.deep.equal([`+ ${receiver.url}/hook`, '+   "a": 2']);
    const rows = await page.locator('tbody tr').allTextContents();
    expect(rows.map((row) => row.includes('owner@example.com'))).to.deep.equal([true, true]);
    expect(rows[0]).to.include('worked');
    expect(rows[1]).to.include('failed');
    await page.getByLabel('From').selectOption('2');
    await page.getByText('Choose two revisions to compare.').waitFor();
  });

  it('takes headers away, and works by the keyboard alone', async () => {
    await page.goto(`/flows/${flowId}`);
    await page.getByRole('link', { name: 'Second', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Remove header 1' }).press('Enter');
    await page.getByLabel('Name of header 1').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add headers' }).press('Enter');
    // What was added is where one types next.
    await page.locator('[name="header-name"]:focus').waitFor();
    await page.keyboard.type('x-team');
    await page.keyboard.press('Tab');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await page.getByText('Saved. The set-up worked:').waitFor();
    expect(await page.getByLabel('Name of header 1').inputValue()).to.equal('x-team');
  });

  it('reminds whoever has two-step authentication off, and lets them in after it is on', async () => {
    const manager = await joined(server, { email: 'manager@example.com', role: 'manager', twoStep: false });
    const theirs = await windowOf(browser, server, manager);
    await theirs.page.goto(`/flows/${flowId}/actions/new`);
    const setUp = theirs.page.getByRole('link', { name: 'Set up two-step authentication' });
    await setUp.waitFor();
    expect(await theirs.page.locator('#editor').count()).to.equal(0);
    expect(await setUp.getAttribute('href')).to.include(encodeURIComponent(`/flows/${flowId}/actions/new`));
    await manager.switchTwoStepOn();
    await manager.logIn();
    expect(theirs.complaints).to.deep.equal([]);
    await theirs.close();
    const again = await windowOf(browser, server, manager);
    await again.page.goto(`/flows/${flowId}/actions/new`);
    await again.page.locator('#editor').waitFor();
    await again.close();
  });

  it('looks right in light, in the dark and on a phone', async () => {
    const { data } = await server.get(`/api/flows/${flowId}/flow-actions`);
    const action = data.find(({ attributes }) => JSON.stringify(attributes).includes('Second'))?.id;
    const paths = [`/flows/${flowId}/actions/${action}`, `/flows/${flowId}/actions/${action}/revisions?from=9`];
    await looksRight(browser, server, owner, paths);
  });
});
