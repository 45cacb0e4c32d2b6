import { expect } from 'chai';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { TOKENS } from '../../src/container.js';
import { PASSWORD, Person } from '../interfaces/http/person.js';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { seriousViolations, startBrowser, Window } from '../support/browser.js';
import { postgres } from '../support/postgres.js';

const EMAIL = 'owner@example.com';

async function open(page: Page, { url }: RunningServer): Promise<void> {
  await page.goto(`${url}/system`);
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/system');
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

describe('The System page in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let window: Window;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
    await Person.join(server, { email: EMAIL, role: 'owner' });
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  const positionOf = async (page: Page, name: string, position: number): Promise<void> =>
    row(page, name).getByText(position.toLocaleString('en'), { exact: true }).waitFor();
  const createMetric = async (name: string): Promise<number> => {
    const body = { data: { type: 'metric', attributes: { name } } };
    await server.fetch('POST', '/api/hookledger/metrics', { body });
    return server.eventStore.headPosition();
  };

  it('moves with the events, without being loaded again', async () => {
    window = await Window.open(browser);
    const { page } = window;
    await open(page, server);
    await positionOf(page, 'queue', await server.eventStore.headPosition());
    await page.evaluate("document.body.dataset.same = 'yes'");
    await page.getByText('Live', { exact: true }).waitFor();
    const head = await createMetric('Placed Order');
    await positionOf(page, 'catalog', head);
    await positionOf(page, 'activity', head);
    expect(await page.evaluate('document.body.dataset.same')).to.equal('yes');
  });

  it('shows what a read model is stuck at, and that it goes on', async () => {
    window = await Window.open(browser);
    const { page } = window;
    await open(page, server);
    const { writer } = server.container.get(TOKENS.ReadModelDatabase);
    await sql`alter table catalog rename to catalog_away`.execute(writer);
    // Its answer waits for the read models, so nobody waits for it here.
    const created = createMetric('Viewed Product');
    await row(page, 'catalog').getByText('stuck', { exact: true }).waitFor();
    await row(page, 'catalog').getByText('no such table: catalog').waitFor();
    await page.getByText('Read models are stuck:').waitFor();
    expect(await seriousViolations(page)).to.deep.equal([]);
    await sql`alter table catalog_away rename to catalog`.execute(writer);
    await created;
    await row(page, 'catalog').getByText('up to date').waitFor();
    await page.getByText('Read models are stuck:').waitFor({ state: 'detached' });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious violation and nothing that sticks out, ${colorScheme}, on a phone`, async () => {
      window = await Window.open(browser, { colorScheme, viewport: { width: 360, height: 740 } });
      const { page } = window;
      await open(page, server);
      expect(await seriousViolations(page)).to.deep.equal([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(360);
      await page.setViewportSize({ width: 2560, height: 1200 });
      expect(await seriousViolations(page)).to.deep.equal([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(2560);
    });
  }

  it('can be read without a script', async () => {
    window = await Window.open(browser, { javaScriptEnabled: false });
    const { page } = window;
    await open(page, server);
    await positionOf(page, 'queue', await server.eventStore.headPosition());
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).to.deep.equal([
      'Read models',
      'Workers',
      'What has waited longest, by receiver',
      'Process managers',
      'Stores',
      'This process',
    ]);
  });

  it('builds the read models anew at the press of a button, once that was confirmed', async () => {
    const schema = await (await postgres()).newSchema();
    const many = await startServer(undefined, { env: { HOOKLEDGER_READ_MODELS: schema.url } });
    await Person.join(many, { email: EMAIL, role: 'owner' });
    window = await Window.open(browser);
    const { page } = window;
    await open(page, many);
    const { writer } = many.container.get(TOKENS.ReadModelDatabase);
    await sql`delete from api_keys`.execute(writer);
    const asked: string[] = [];
    page.once('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    const button = page.getByRole('button', { name: 'Rebuild' });
    await button.click();
    page.once('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.accept();
    });
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await button.click();
    expect((await answered).status()).to.equal(303);
    expect(asked).to.have.lengthOf(2);
    expect(asked[0]).to.match(/^Build all read models anew\?/);
    await button.waitFor();
    expect(await writer.selectFrom('api_keys').selectAll().execute(), 'the key of the test is back').to.have.lengthOf(
      1,
    );
    expect(await seriousViolations(page)).to.deep.equal([]);
    await many.stop();
    await schema.remove();
  });
});
