import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TOTP, URI } from 'otpauth';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../tests/support/browser.js';
import { eventually } from '../tests/support/eventually.js';
import { feed } from './feed.js';
import { ONCE_RETRY_SCALE } from './once.js';
import { PROJECT } from './options.js';
import { type Stage, setStage } from './stage.js';

/** Where the pictures go that README and docs show. */
const FOLDER = join(PROJECT, 'docs', 'screenshots');
const WIDTHS = [1280, 390] as const;
/** A longer page is cut there, so that a picture stays small. */
const MAX_HEIGHT = 1_400;
const EVENTS = 600;
const PASSWORD = 'six geese walk to the river';

/** What pages are about. */
interface Ids {
  flow: string;
  action: string;
  /** Of a delivery that failed. */
  delivery: string;
}

/** Each page of the dashboard: its picture's name, its address, and whether it is taken in the dark too. */
const PAGES: readonly (readonly [name: string, path: (ids: Ids) => string, inTheDark?: 'dark'])[] = [
  ['analytics', () => '/analytics?range=hour', 'dark'],
  ['failed', () => '/analytics/failed'],
  ['flows', () => '/flows'],
  ['flow', ({ flow }) => `/flows/${flow}`],
  ['editor', ({ flow, action }) => `/flows/${flow}/actions/${action}`, 'dark'],
  ['delivery', ({ delivery }) => `/deliveries/${delivery}`, 'dark'],
  ['system', () => '/system'],
  ['account', () => '/account', 'dark'],
];

/** Plays the demo's shop, sets up its owner by the pages themselves, and takes a picture of each. */
async function takeScreenshots(): Promise<void> {
  process.env.NO_PROXY = '*';
  mkdirSync(FOLDER, { recursive: true });
  await using cleanUp = new AsyncDisposableStack();
  const stage = await setStage(join(tmpdir(), 'hookledger-screenshots'), ONCE_RETRY_SCALE, cleanUp, say);
  const browser = await startBrowser();
  cleanUp.defer(() => browser.close());

  say('Setting up the owner …');
  const owner = await setUpOwner(stage, browser);
  say(`Sending ${EVENTS} events …`);
  await stage.joinList();
  await feed(stage.events.slice(0, EVENTS), (event) => stage.shop.sendEvent(event));
  await eventually('some deliveries fail', async () => (await stage.shop.totals()).failed > 20, 60_000);

  const ids = await idsOf(stage);
  for (const [name, path, inTheDark] of PAGES) {
    const address = stage.server.url + path(ids);
    await take(browser, name, address, owner);
    if (inTheDark === 'dark') await take(browser, `${name}-dark`, address, { ...owner, colorScheme: 'dark' });
  }
  await take(browser, 'log-in', `${stage.server.url}/log-in`, {});
}

/** By the link that the server printed, as people do it. @returns what makes a window of theirs */
async function setUpOwner({ server }: Stage, browser: Browser): Promise<BrowserContextOptions> {
  const setUpUrl = await server.setUpUrl;
  await take(browser, 'set-up', setUpUrl, {});
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(setUpUrl);
  await page.getByLabel('E-mail address').fill('olga@northwind.example');
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button').click();
  await page.getByRole('button', { name: 'Set up two-step authentication' }).click();
  const url = await page.getByRole('link', { name: 'open it in an app' }).getAttribute('href');
  const storageState = await context.storageState();
  await take(browser, 'two-step', page.url(), { storageState });
  await page.getByLabel('Code').fill((URI.parse(url as string) as TOTP).generate());
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
  await context.close();
  return { storageState };
}

/** A flow, its first action and a delivery that failed, by the API. */
async function idsOf({ server, keyPath }: Stage): Promise<Ids> {
  const headers = { authorization: `Klaviyo-API-Key ${readFileSync(keyPath, 'utf8').trim()}`, revision: '2026-07-15' };
  const first = async (path: string): Promise<string> => {
    const answer = (await (await fetch(server.url + path, { headers })).json()) as { data: { id: string }[] };
    const [found] = answer.data;
    if (found === undefined) throw new Error(`${path} lists nothing.`);
    return found.id;
  };
  const flow = await first(`/api/flows?filter=${encodeURIComponent('equals(name,"Order confirmation")')}`);
  return {
    flow,
    action: await first(`/api/flows/${flow}/flow-actions`),
    delivery: await first(`/api/hookledger/deliveries?filter=${encodeURIComponent('equals(status,"failed")')}`),
  };
}

/** A picture of the page in each width. */
async function take(browser: Browser, name: string, address: string, options: BrowserContextOptions): Promise<void> {
  for (const width of WIDTHS) {
    const viewport = { width, height: width === WIDTHS[0] ? 800 : 844 };
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options, viewport });
    try {
      const page = await context.newPage();
      const answer = await page.goto(address);
      if (answer?.status() === 404) {
        say(`${name}: there is no page at ${new URL(address).pathname}; left out.`);
        return;
      }
      await picture(page, `${name}-${width}.png`);
    } finally {
      await context.close();
    }
  }
}

async function picture(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize() as { width: number };
  const whole = (await page.evaluate('document.documentElement.scrollHeight')) as number;
  const height = Math.min(whole, MAX_HEIGHT);
  await page.screenshot({ path: join(FOLDER, name), fullPage: true, clip: { x: 0, y: 0, width, height } });
  say(name);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await takeScreenshots();
// What the receivers and the SDK keep open must not keep the process.
process.exit(0);
