import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { ApiClient } from '../end-to-end/api-client.js';
import { Person } from '../interfaces/http/person.js';
import { type Document, type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { seriousViolations, startBrowser, Window } from '../support/browser.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { windowOf } from './member-window.js';

/** Awkward in HTML, in JSON and in a shell. */
const AWKWARD = `O'Neil "the \\ one" </script><b>$(id) \`id\``;
const SECRET = 'Bearer planted-header-value';

describe('The page of a delivery in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let receiver: Receiver;
  let window: Window;
  let owner: Person;
  let api: ApiClient;
  let actionId = '';
  let answer = 503;
  let events = 0;

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({
      ca,
      keepRequests: 1_000,
      answer: ({ attempt }) => ({ status: attempt <= 2 ? 503 : answer, body: `you sent ${SECRET}` }),
    });
    server = await startServer(ca);
    browser = await startBrowser();
    owner = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
    api = new ApiClient(server.url, server.key);
    const flowId = await api.liveFlow('Placed Order', [`${receiver.url}/orders`]);
    actionId = (await server.get(`/api/flows/${flowId}/flow-actions`)).data[0]?.id as string;
    const message = {
      url: `${receiver.url}/orders`,
      headers: { authorization: SECRET },
      body: '{"n": "{{ event.n }}"}',
    };
    const data = {
      type: 'flow-action',
      id: actionId,
      attributes: { definition: { type: 'send-webhook', data: { message } } },
    };
    const changed = await server.fetch('PATCH', `/api/flow-actions/${actionId}`, { body: { data } });
    expect(changed.status, await changed.text()).to.equal(200);
    await server.fetch('POST', `/api/hookledger/flow-actions/${actionId}/signing-secret`, {
      body: { data: { type: 'signing-secret', attributes: {} } },
    });
  });
  after(async () => {
    await browser.close();
    await server.stop();
    await receiver.close();
  });
  beforeEach(async () => {
    await owner.logIn();
    window = await windowOf(browser, server, owner, {
      permissions: ['clipboard-read', 'clipboard-write'],
      timezoneId: 'Asia/Tokyo',
    });
  });
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  /** Its id, once it came to its end. */
  async function delivered(): Promise<string> {
    const uniqueId = `order-${++events}`;
    const before = new Set(receiver.receivedById.keys());
    await api.sendEvent('Placed Order', uniqueId, { n: AWKWARD });
    const id = await eventually('it is sent', () => [...receiver.receivedById.keys()].find((one) => !before.has(one)));
    await eventually('it ended', async () => {
      const answered = await server.fetch('GET', `/api/hookledger/deliveries/${id}`);
      // The activity log may be a tenth of a second late.
      if (answered.status === 404) return false;
      const { status } = ((await answered.json()) as Document).data.attributes;
      return ['succeeded', 'failed', 'skipped'].includes(status as string);
    });
    return id;
  }

  it('tells what was sent and answered, when and why, and shows no secret', async () => {
    answer = 200;
    const id = await delivered();
    const { page } = window;
    await page.goto(`${server.url}/deliveries/${id}`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).to.match(
      /^Delivery to 127\.0\.0\.1:\d+ succeeded$/,
    );
    const text = (await page.locator('main').textContent()) as string;
    expect(text).to.include(AWKWARD.replaceAll(/[\\"]/g, '\\$&'));
    expect(text)
      .to.include(`order-${events}@example.com`)
      .and.include('metric “Placed Order”')
      .and.include('•••sha256:');
    expect(await page.locator('details.attempt').count()).to.equal(3);
    expect(await page.locator('.timeline li').count()).to.equal(9);
    // Nine hours before UTC, which stands there for whoever points at it.
    const time = page.locator('.timeline time').first();
    const at = new Date((await time.getAttribute('datetime')) as string);
    expect(await time.textContent()).to.equal(
      new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Asia/Tokyo' }).format(at),
    );
    expect(await time.getAttribute('title')).to.equal(`${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`);
    for (const shown of [text, await page.content()]) expect(shown).not.to.include('planted-header-value');
    expect(await seriousViolations(page)).to.deep.equal([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousViolations(page)).to.deep.equal([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(360);
  });

  it('copies the request as a command that a shell understands, with a variable for what is secret', async () => {
    answer = 200;
    const id = await delivered();
    const { page } = window;
    await page.goto(`${server.url}/deliveries/${id}`);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const command = (await page.evaluate('navigator.clipboard.readText()')) as string;
    const sent = receiver.requests.find(({ webhookId }) => webhookId === id);
    expect(command).to.include(`'webhook-id: ${id}'`).and.include(`'authorization: '"$AUTHORIZATION"`);
    expect(command).to.include(`'${sent?.body.replaceAll("'", "'\\''")}'`);
    expect(command).not.to.include('planted').and.not.include('webhook-signature');
  });

  it('says whether a signature is the one that was sent', async () => {
    answer = 200;
    const id = await delivered();
    const second = receiver.requests.filter(({ webhookId }) => webhookId === id)[1];
    const { page } = window;
    await page.goto(`${server.url}/deliveries/${id}`);
    const check = async (signature: string): Promise<string> => {
      await page.getByLabel('Attempt', { exact: true }).selectOption('2');
      await page.getByLabel('webhook-signature').fill(signature);
      await page.getByRole('button', { name: 'Check' }).click();
      return (await page.locator('#signature-check ~ .notice, #signature-check ~ .problem').textContent()) as string;
    };
    expect(await check(String(second?.headers['webhook-signature']))).to.match(
      /^It is genuine: made for attempt 2 by the key /,
    );
    expect(await check('v1,bm90IGl0')).to.match(/^No key of this action made that/);
  });

  it('sends a failed one again, and shows how that goes without being loaded again', async () => {
    answer = 503;
    const id = await delivered();
    const { page } = window;
    await page.goto(`${server.url}/deliveries/${id}`);
    expect(await page.locator('h1 .badge').textContent()).to.equal('failed');
    answer = 200;
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is sent again').waitFor();
    await page.locator('h1 .badge', { hasText: 'succeeded' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send again' }).count()).to.equal(0);
  });

  it('says what a forgotten profile has left of it, and knows no other deliveries', async () => {
    answer = 200;
    const id = await delivered();
    const { profile_id } = (await server.get(`/api/hookledger/deliveries/${id}`)).data.attributes;
    const profile = { data: { type: 'profile', id: profile_id } };
    const data = { type: 'data-privacy-deletion-job', attributes: { profile } };
    expect((await server.fetch('POST', '/api/data-privacy-deletion-jobs', { body: { data } })).status).to.equal(202);
    const { page } = window;
    await page.goto(`${server.url}/deliveries/${id}`);
    const text = (await page.locator('main').textContent()) as string;
    expect(text).to.include('The profile was forgotten, and this body with it.').and.not.include("O'Neil");
    // The console tells of the status; that is the one complaint here.
    const unknown = await page.request.get(`${server.url}/deliveries/none`);
    expect(unknown.status()).to.equal(404);
    expect(await unknown.text()).to.include('That did not work');
  });

  it('is for members', async () => {
    const stranger = await Window.open(browser);
    await stranger.page.goto(`${server.url}/deliveries/x?y=1`);
    expect(new URL(stranger.page.url()).search).to.equal(`?continue=${encodeURIComponent('/deliveries/x?y=1')}`);
    await stranger.close();
  });
});
