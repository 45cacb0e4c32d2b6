import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { LogIn } from '../../src/application/commands/log-in.js';
import { assetPath } from '../../src/interfaces/http/pages/assets.js';
import { memberPage } from '../../src/interfaces/http/pages/member-page.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import { PASSWORD, Person } from '../interfaces/http/person.js';
import { OPERATOR, type RunningServer, startServer } from '../interfaces/http/running-server.js';
import { startBrowser, Window } from '../support/browser.js';

/** A page with a figure that the projection `access` changes; what the figure is says the test. */
const pageWith = (figure: number, mark: number): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Figures</title><link rel="icon" href="data:,">
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}'>
<script src="${assetPath('htmx.js')}" defer></script>
<script src="${assetPath('live.js')}" type="module"></script></head>
<body><span id="live-state" data-since="${mark}" role="status" hidden></span>
<p id="figures" data-live="access" hx-get="/figures" hx-trigger="live" hx-select="#figures" hx-target="this" hx-swap="outerMorph">${figure}</p>
<p id="other" data-live="profiles" hx-get="/figures" hx-trigger="live" hx-select="#other" hx-target="this" hx-swap="outerMorph">${figure}</p>
</body></html>`;

describe('Live figures in a browser', () => {
  let browser: Browser;
  let server: RunningServer;
  let window: Window;
  let person: Person;
  let figure = 1;
  let status = 200;
  before(async () => {
    server = await startServer(undefined, {
      extend: (app, container) =>
        memberPage(app, container.get(LogIn), '/figures', (_request, reply) => {
          reply.headers({ 'content-type': 'text/html; charset=utf-8' }).code(status);
          const { mark } = container.get(ProjectionProgress);
          return reply.send(status === 200 ? pageWith(figure, mark) : 'broken');
        }),
    });
    browser = await startBrowser();
    person = await Person.join(server, { email: 'olga@example.com', role: 'owner' });
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(async () => {
    status = 200;
    window = await Window.open(browser);
    const { page } = window;
    await page.goto(`${server.url}/log-in?continue=/figures`);
    await page.getByLabel('E-mail address').fill('olga@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('**/figures');
    await says('Live');
  });
  afterEach(() => window.close());

  const says = (text: string): Promise<unknown> =>
    window.page.locator('#live-state', { hasText: new RegExp(`^${text}$`) }).waitFor();
  const shows = (expected: number): Promise<unknown> =>
    window.page.locator('#figures', { hasText: new RegExp(`^${expected}$`) }).waitFor();

  /** Changes the figure, and the projection that it is made of. */
  async function change(): Promise<void> {
    figure++;
    await server.issueKey();
  }

  it('move by themselves, the part alone that what changed belongs to', async () => {
    const { page } = window;
    const before = figure;
    for (const _ of [1, 2]) {
      await change();
      await shows(figure);
    }
    expect(await page.locator('#other').textContent()).to.equal(String(before));
    expect(window.complaints).to.deep.equal([]);
  });

  it('say that the connection is lost, and are what changed meanwhile once it stands again', async () => {
    await window.context.setOffline(true);
    await says('Connection lost; connecting again');
    await change();
    await window.context.setOffline(false);
    await shows(figure);
    await says('Live');
    // The browser itself complains of what it could not load, and nothing else does.
    expect(window.complaints.filter((complaint) => !complaint.includes('net::ERR_'))).to.deep.equal([]);
  });

  it('stay where the server fails, and are mended when it does not any more', async () => {
    const before = figure;
    status = 500;
    await change();
    await says('Connection lost; connecting again');
    await shows(before);
    status = 200;
    await shows(figure);
    await says('Live');
    expect(window.complaints.filter((complaint) => !complaint.includes('status of 500'))).to.deep.equal([]);
  });

  it('stay where the session is over, and say so', async () => {
    const before = figure;
    await server.logIn.endOtherSessions(person.userId, '', OPERATOR);
    await change();
    await says('Your session is over; reload the page');
    await shows(before);
    expect(window.complaints).to.deep.equal([]);
  });
});
