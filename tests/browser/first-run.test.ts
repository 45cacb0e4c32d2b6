import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type TOTP, URI } from 'otpauth';
import type { Browser } from 'playwright-core';
import { startBrowser, Window } from '../support/browser.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PASSWORD = 'six geese walk to the river';

describe('From the first run to the first webhook', function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let receiver: Receiver;
  let server: ServerProcess;
  let browser: Browser;
  before(async () => {
    folder = temporaryFolder();
    const ca = await CertificateAuthority.create();
    const caFile = join(folder.path, 'ca.pem');
    writeFileSync(caFile, ca.pem);
    receiver = await startReceiver({ ca, answer: () => ({ status: 200, body: '{"taken": true}' }), keepRequests: 10 });
    server = await startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: caFile,
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
    });
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await server.end('SIGTERM');
    await receiver.close();
    folder.remove();
  });

  it('it takes a printed link and clicks alone', async () => {
    const printed = await eventually(
      'the link is printed',
      () => /^no members yet: set up the owner at (http:\S+)$/m.exec(server.printed())?.[1],
    );
    const { page, complaints } = await Window.open(browser);
    await page.goto(printed);
    await page.getByLabel('E-mail address').fill('olga@example.com');
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Become the owner' }).click();

    await page.getByRole('button', { name: 'Set up two-step authentication' }).click();
    const app = await page.getByRole('link', { name: 'open it in an app' }).getAttribute('href');
    await page.getByLabel('Code').fill((URI.parse(app as string) as TOTP).generate());
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
    await page.getByRole('link', { name: 'Continue' }).click();

    await page.getByRole('link', { name: 'Make a new flow' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Tell the warehouse');
    await page.getByLabel('Metric').fill('Placed Order');
    await page.getByRole('button', { name: 'Create flow' }).click();
    await page.getByRole('link', { name: 'Add a webhook' }).first().click();
    await page.getByLabel('URL').fill(`${receiver.url}/orders`);
    await page.getByLabel('Body').fill('{"order": {{ event.OrderId }}, "to": "{{ person.email }}"}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. The set-up worked:').waitFor();
    await page.getByRole('link', { name: 'set it live' }).click();
    await page.getByRole('button', { name: 'Set live', exact: true }).click();

    await page.getByLabel('E-mail address of the profile').fill('ana@example.com');
    await page.getByLabel('Properties (JSON)').fill('{"OrderId": 1042}');
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByRole('link', { name: `Delivery to ${receiver.url}/orders` }).click();
    await page.locator('h1', { hasText: 'succeeded' }).waitFor();
    expect(await page.locator('main').textContent())
      .to.include('{"taken": true}')
      .and.include('ana@example.com');
    const [request] = receiver.requests;
    expect(JSON.parse(request?.body ?? '')).to.deep.equal({ order: 1042, to: 'ana@example.com' });
    expect(page.url()).to.equal(`${server.url}/deliveries/${request?.webhookId}`);

    await page.getByRole('link', { name: 'Webhook Analytics' }).click();
    await page.getByRole('heading', { level: 1, name: 'Webhook Analytics' }).waitFor();
    expect(complaints).to.deep.equal([]);
  });
});
