import { expect } from 'chai';
import { TOTP, URI } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { setUpTokenOf } from '../../src/application/set-up-token.js';
import { TOKENS } from '../../src/container.js';
import { PASSWORD } from '../interfaces/http/person.js';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { seriousViolations, startBrowser, Window } from '../support/browser.js';

const NARROWEST = { width: 360, height: 800 };

/** What holds for each page as it stands there: nothing serious for those who see or hear it otherwise, and no page wider than the window. */
async function expectGoodPage(page: Page): Promise<void> {
  expect(await seriousViolations(page), page.url()).to.deep.equal([]);
  const size = page.viewportSize() ?? NARROWEST;
  await page.setViewportSize(NARROWEST);
  const width = await page.evaluate('document.documentElement.scrollWidth');
  await page.setViewportSize(size);
  expect(width, `${page.url()} at ${NARROWEST.width} pixels`).to.equal(NARROWEST.width);
}

describe('Set-up and account in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`go from nothing to an owner with two-step authentication and an account of their own, in the ${colorScheme}`, async () => {
      const window = await Window.open(browser, { colorScheme });
      const { page } = window;
      await page.goto(server.url);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).to.equal('Set up hookledger');
      await expectGoodPage(page);

      await page.goto(`${server.url}/set-up?token=${setUpTokenOf(server.container.get(TOKENS.Vault))}`);
      await expectGoodPage(page);
      await page.getByLabel('E-mail address').fill('olga@example.com');
      await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('New password again').fill(PASSWORD);
      await page.getByRole('button', { name: 'Become the owner' }).click();
      await page.waitForURL('**/two-step?continue=%2Fflows');
      await expectGoodPage(page);

      await page.goto(`${server.url}/account`);
      await expectGoodPage(page);
      // Times are the viewer's own, with UTC on hover.
      expect(await page.locator('time').first().getAttribute('title')).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);

      // The reminder leads to the set-up, which takes the code that an app makes of what the page holds for it.
      await page.getByText('needs two-step authentication, and it is off for you').waitFor();
      await page.getByRole('link', { name: 'Set up two-step authentication' }).click();
      await page.getByRole('button', { name: 'Set up two-step authentication' }).click();
      await page.getByRole('img', { name: /QR code/ }).waitFor();
      await expectGoodPage(page);
      const url = await page.getByRole('link', { name: 'open it in an app' }).getAttribute('href');
      const totp = URI.parse(url as string) as TOTP;
      await page.getByLabel('Code').fill(totp.generate());
      await page.getByRole('button', { name: 'Switch on' }).click();
      await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
      await expectGoodPage(page);
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.waitForURL('**/account');
      expect(await page.getByText('needs two-step authentication, and it is off').count()).to.equal(0);
      await expectGoodPage(page);

      await page.goto(`${server.url}/nothing-here`);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).to.equal('Not found');
      await expectGoodPage(page);
      // The browser notes that this last address was answered with 404.
      expect(window.complaints.filter((complaint) => !complaint.includes('/nothing-here'))).to.deep.equal([]);
      await window.close();
    });
  }

  it("keep the colours that were chosen, whatever the system's are", async () => {
    await server.members.setUpOwner('olga@example.com', PASSWORD, 'test');
    const window = await Window.open(browser, { colorScheme: 'light' });
    const { page } = window;
    await page.goto(`${server.url}/log-in?continue=/account`);
    await page.getByLabel('E-mail address').fill('olga@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('button', { name: 'Use these colours' }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    const dark = await ground();
    expect(dark).not.to.equal(light);
    expect(await seriousViolations(page)).to.deep.equal([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).to.equal(dark);
    await page.getByRole('radio', { name: 'Light' }).check();
    await page.getByRole('button', { name: 'Use these colours' }).click();
    await page.locator('html[data-theme="light"]').waitFor();
    expect(await ground()).to.equal(light);
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  it('end another session by its button', async () => {
    await server.members.setUpOwner('olga@example.com', PASSWORD, 'test');
    const windows = [await Window.open(browser), await Window.open(browser)];
    for (const { page } of windows) {
      await page.goto(`${server.url}/log-in?continue=/account`);
      await page.getByLabel('E-mail address').fill('olga@example.com');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL('**/account');
    }
    const [other, here] = windows as [Window, Window];
    await here.page.getByRole('button', { name: /^End the session of / }).click();
    await here.page.getByText('The session is over.').waitFor();
    await other.page.reload();
    expect(other.page.url()).to.include('/log-in?continue=%2Faccount');
    for (const window of windows) {
      expect(window.complaints).to.deep.equal([]);
      await window.close();
    }
  });
});
