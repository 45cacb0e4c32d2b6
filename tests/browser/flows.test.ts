import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Person } from '../interfaces/http/person.js';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { startBrowser, type Window } from '../support/browser.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { looksRight } from './looks.js';
import { joined, windowOf } from './member-window.js';

describe('Flows in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let receiver: Receiver;
  let owner: Person;
  let window: Window;
  let page: Page;
  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({ ca, answer: () => ({ status: 200 }), keepRequests: 10 });
    server = await startServer(ca);
    browser = await startBrowser();
    owner = await joined(server, { email: 'owner@example.com', role: 'owner' });
  });
  after(async () => {
    await browser.close();
    await server.stop();
    await receiver.close();
  });
  beforeEach(async () => {
    window = await windowOf(browser, server, owner);
    page = window.page;
  });
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  const heading = () => page.getByRole('heading', { level: 1 }).textContent();

  it('say what to do while there are none', async () => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'Make a new flow' }).click();
    await page.waitForURL('**/flows/new');
    expect(await heading()).to.equal('New flow');
  });

  it('are made, get a webhook, go live and deliver a test event, by clicks alone', async () => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'New flow', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Tell the warehouse');
    await page.getByLabel('Metric').fill('Placed Order');
    await page.getByRole('button', { name: 'Create flow' }).click();
    await page.getByText('The flow was created, as a draft.').waitFor();
    expect(await heading()).to.equal('Tell the warehouse');

    await page.getByRole('link', { name: 'Add a webhook' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Warehouse');
    await page.getByLabel('URL').fill(`${receiver.url}/orders`);
    await page.getByLabel('Body').fill('{"order": {{ event.OrderId }}, "to": "{{ person.email }}"}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. The set-up worked:').waitFor();
    await page.getByRole('link', { name: 'set it live' }).click();

    await page.getByRole('button', { name: 'Set live', exact: true }).click();
    await page.getByText('Each trigger starts it').waitFor();
    await page.getByLabel('E-mail address of the profile').fill('ana@example.com');
    await page.getByLabel('Properties (JSON)').fill('{"OrderId": 1042}');
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByRole('heading', { name: 'What came of the test' }).waitFor();
    // The page follows by itself.
    await page.locator('#flow').getByText('succeeded', { exact: true }).waitFor();
    await page.getByText('1 succeeded').waitFor();
    const [request] = receiver.requests;
    expect(request?.path).to.equal('/orders');
    expect(JSON.parse(request?.body ?? '')).to.deep.equal({ order: 1042, to: 'ana@example.com' });
    const link = page.getByRole('link', { name: `Delivery to ${receiver.url}/orders` });
    expect(await link.getAttribute('href')).to.equal(`/deliveries/${request?.webhookId}`);
  });

  it('keep what was typed where properties are not JSON, and say where they break off', async () => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'Tell the warehouse' }).click();
    expect(await page.getByLabel('Properties (JSON)').inputValue()).to.equal('{\n  "OrderId": 1042\n}');
    await page.getByLabel('Properties (JSON)').fill('{"a": }');
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByText('(line 1, column 7)').waitFor();
    expect(await page.getByLabel('Properties (JSON)').inputValue()).to.equal('{"a": }');
    // Chromium notes every answer that is a refusal.
    expect(window.complaints.splice(0).join()).to.include('400');
  });

  it('started by a list begin with a profile that joins it', async () => {
    await page.goto('/flows/new?trigger=list');
    await page.getByLabel('Name', { exact: true }).fill('Welcome');
    await page.getByLabel('New list').fill('Newsletter');
    await page.getByRole('button', { name: 'Create flow' }).click();
    await page.getByRole('link', { name: 'Add a webhook' }).first().click();
    await page.getByText('View profile properties').waitFor();
    await page.getByLabel('URL').fill(`${receiver.url}/joined`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'set it live' }).click();
    await page.getByRole('button', { name: 'Set live', exact: true }).click();
    await page.getByLabel('E-mail address of the profile').fill('bea@example.com');
    await page.getByRole('button', { name: 'Add to the list' }).click();
    await eventually('the webhook arrives', () => receiver.requests.some(({ path }) => path === '/joined'));
  });

  it('started by a date are refused for what is wrong with it, at the field', async () => {
    await page.goto('/flows/new?trigger=date');
    await page.getByLabel('Name', { exact: true }).fill('Birthdays');
    await page.getByLabel('Property').fill('birthday');
    await page.getByLabel('Time zone').fill('Europe/Nowhere');
    await page.getByRole('button', { name: 'Create flow' }).click();
    await page.getByText("'Europe/Nowhere' is no time zone").waitFor();
    expect(await page.getByLabel('Property').inputValue()).to.equal('birthday');
    expect(window.complaints.splice(0).join()).to.include('400');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Create flow' }).click();
    await page.getByText('On the date in birthday at 09:00:00 (Europe/Berlin), annually').first().waitFor();
  });

  it('are renamed, and lose a webhook once that is confirmed', async () => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'Welcome' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Welcome to the newsletter');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByText('The flow was renamed.').waitFor();
    expect(await heading()).to.equal('Welcome to the newsletter');
    await page.getByRole('button', { name: 'Disable Webhook' }).click();
    await page.getByText('disabled', { exact: true }).waitFor();
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      return questions.length === 1 ? dialog.dismiss() : dialog.accept();
    });
    await page.getByRole('button', { name: 'Remove Webhook' }).click();
    await page.getByRole('button', { name: 'Remove Webhook' }).click();
    await page.getByText('The webhook was removed from the flow.').waitFor();
    await page.getByText('Nothing happens yet when the flow is started.').waitFor();
    expect(questions[0]).to.match(/^Remove this webhook from the flow\?/);
  });

  it('are only looked at by an analyst', async () => {
    const analyst = await joined(server, { email: 'analyst@example.com', role: 'analyst', twoStep: false });
    const theirs = await windowOf(browser, server, analyst);
    await theirs.page.goto('/flows');
    await theirs.page.getByRole('link', { name: 'Tell the warehouse' }).click();
    await theirs.page.getByText('Changing a flow takes the role manager, admin or owner').waitFor();
    const buttons = await theirs.page.getByRole('main').getByRole('button').count();
    expect(buttons).to.equal(0);
    await theirs.page.getByRole('link', { name: 'Warehouse', exact: true }).click();
    await theirs.page.getByText('Adding or editing a webhook takes the role').waitFor();
    expect(await theirs.page.getByRole('main').locator('form').count()).to.equal(0);
    expect(theirs.complaints).to.deep.equal([]);
    await theirs.close();
  });

  it('look right in light, in the dark and on a phone', async () => {
    const { data } = await server.get('/api/flows');
    const flowId = data.find(({ attributes }) => attributes.name === 'Tell the warehouse')?.id;
    const forms = ['/flows/new', '/flows/new?trigger=segment', '/flows/new?trigger=low-inventory'];
    await looksRight(browser, server, owner, ['/flows?cursor=x', `/flows/${flowId}`, ...forms]);
  });
});
