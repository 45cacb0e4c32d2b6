import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { PASSWORD, Person } from '../interfaces/http/person.js';
import { type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { seriousViolations, startBrowser, Window } from '../support/browser.js';

describe('The log-in in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let window: Window;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(async () => {
    window = await Window.open(browser);
  });
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  it('leads a member in by the keyboard alone', async () => {
    const { email } = await Person.join(server, { email: 'owner@example.com', role: 'owner' });
    const { page } = window;
    await page.goto(`${server.url}/two-step`);
    expect(await page.title()).to.equal('Log in · hookledger');
    expect(await seriousViolations(page)).to.deep.equal([]);
    await page.getByLabel('E-mail address').focus();
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/two-step');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).to.equal('Two-step authentication');
    expect(await seriousViolations(page)).to.deep.equal([]);
  });
});
