import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { TOKENS } from '../../src/container.js';
import { fillReadModels } from '../projections/million-deliveries.js';
import { seriousViolations, startBrowser, Window } from '../support/browser.js';
import { Shop } from './shop.js';

/** Fits a phone: what is too wide scrolls by itself. */
const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > window.innerWidth') as Promise<boolean>;

/** A figure of the page's head, by its name. */
const figure = (page: Page, name: string): Promise<string | null> =>
  page.locator('.stats > div', { hasText: name }).locator('dd').textContent();

/** The lines of a CSV by their cells. Its texts have no line ends here. */
const cellsOf = (csv: string): string[][] =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell as string).slice(0, -1));

describe('Webhook Analytics in a browser', () => {
  let browser: Browser;
  let shop: Shop;
  let window: Window;
  let page: Page;
  let members = 0;

  before(async () => {
    shop = await Shop.open(['orders', 'crm', 'ledger']);
    Object.assign(shop.answers, { '/crm': { status: 503 }, '/ledger': { status: 410 } });
    for (const n of [1, 2, 3]) await shop.order(`order-${n}`, `customer-${n}@example.com`);
    await shop.deliveries('orders', 'succeeded', 3);
    await shop.deliveries('crm', 'failed', 3);
    await shop.deliveries('ledger', 'skipped', 3);
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await shop.close();
  });

  async function open(options: Parameters<typeof Window.open>[1] = {}, role: 'owner' | 'analyst' = 'owner') {
    window = await Window.open(browser, options);
    page = window.page;
    await shop.logIn(page, `member-${++members}@example.com`, role);
  }
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows what was delivered, as figures, a plot and tables, ${colorScheme}`, async () => {
      await open({ colorScheme });
      expect(await figure(page, 'Requested')).to.equal('9');
      expect(await figure(page, 'Succeeded')).to.equal('3');
      expect(await figure(page, 'Failed')).to.equal('3');
      expect(await figure(page, 'Skipped')).to.equal('3');
      expect(await figure(page, 'Success rate')).to.equal('33.33 %');
      expect(
        await page.locator('table', { hasText: 'Failed attempts' }).locator('tbody tr').allTextContents(),
      ).to.have.lengthOf(1);
      expect(await page.getByRole('cell', { name: shop.receiver.url }).textContent()).to.equal(shop.receiver.url);

      // What is drawn is drawn in the colours of the legend, which differ from each other and from what they stand on.
      const painted = (await page.evaluate(`(() => {
        const canvas = document.querySelector('#plot canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Map();
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] !== 255) continue;
          const colour = 'rgb(' + data[at] + ', ' + data[at + 1] + ', ' + data[at + 2] + ')';
          colours.set(colour, (colours.get(colour) ?? 0) + 1);
        }
        return [...document.querySelectorAll('.plot-legend .swatch')].map((swatch) => {
          const colour = getComputedStyle(swatch).backgroundColor;
          return [colour, colours.get(colour) ?? 0];
        });
      })()`)) as [string, number][];
      expect(new Set(painted.map(([colour]) => colour)).size).to.equal(3);
      for (const [colour, pixels] of painted) expect(pixels, colour).to.be.above(20);
      expect(await seriousViolations(page)).to.deep.equal([]);
      await page.getByRole('link', { name: /^Failed/ }).click();
      await page.getByRole('heading', { name: 'Failed deliveries' }).waitFor();
      expect(await seriousViolations(page)).to.deep.equal([]);
    });
  }

  it('says what to do while there is nothing, and draws as soon as there is something', async () => {
    const fresh = await Shop.open(['orders']);
    try {
      window = await Window.open(browser);
      page = window.page;
      await fresh.logIn(page, 'first@example.com');
      expect(await page.locator('.empty').textContent()).to.include('Nothing was delivered in this time.');
      expect(await seriousViolations(page)).to.deep.equal([]);
      await page.locator('#live-state', { hasText: 'Live' }).waitFor();
      await fresh.order('order-1');
      await page.locator('#plot canvas').waitFor();
      await page.goto(`${fresh.server.url}/analytics/failed`);
      expect(await page.locator('.empty').textContent()).to.include('No delivery failed for good.');
    } finally {
      await fresh.close();
    }
  });

  it('fits a phone', async () => {
    await open({ viewport: { width: 360, height: 740 } });
    for (const path of ['', '/failed', '/skipped', '/waiting', '/all', '/failed/resend']) {
      await page.goto(`${shop.server.url}/analytics${path}`);
      expect(await isTooWide(page), path).to.equal(false);
    }
  });

  it('keeps in its address what is chosen, so that it can be shared', async () => {
    await open();
    await page.getByLabel('Time').selectOption('Last 7 days');
    await page.waitForURL('**/analytics?range=week');
    await page.getByLabel('Flow').selectOption({ label: 'Orders' });
    await page.waitForURL(`**/analytics?range=week&flow=${shop.flowId}`);
    await page.getByLabel('Action', { exact: true }).selectOption('crm');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(`**&action=${shop.actionIds.get('crm')}`);
    expect(await figure(page, 'Failed')).to.equal('3');
    expect(await figure(page, 'Succeeded')).to.equal('0');
    await page.reload();
    expect(await figure(page, 'Failed')).to.equal('3');
    expect(await page.getByLabel('Time').inputValue()).to.equal('week');
    expect(await page.getByLabel('Action', { exact: true }).inputValue()).to.equal(shop.actionIds.get('crm'));
  });

  it('looks closer at a part of the plot that is dragged over', async () => {
    await open();
    const over = page.locator('#plot .u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (box === null) throw new Error('There is no plot.');
    await page.mouse.move(box.x + box.width * 0.8, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL('**/analytics?range=custom&from=*&to=*');
    expect(await figure(page, 'Requested')).to.equal('9');
    const rows = await page.locator('#plot-data tbody tr').count();
    expect(rows).to.be.within(2, 40);
  });

  it('says what it can not understand in an address, and shows the rest', async () => {
    await open();
    await page.goto(`${shop.server.url}/analytics?range=fortnight&flow=%3Cscript%3E`);
    expect(await page.getByRole('alert').textContent())
      .to.include("no range 'fortnight'")
      .and.include('The flow');
    expect(await figure(page, 'Requested')).to.equal('9');
    await page.goto(`${shop.server.url}/analytics/failed?cursor=nonsense`);
    expect(await page.getByRole('alert').textContent()).to.include('There is no such page');
    await page.goto(`${shop.server.url}/analytics/failed?code=999`);
    expect(await page.getByRole('link', { name: 'Show all of this list' }).count()).to.equal(1);
  });

  it('moves its figures when something is delivered, without loading the page anew', async () => {
    await open();
    await page.evaluate("document.body.dataset.mark = 'the same page'");
    await page.locator('#live-state', { hasText: 'Live' }).waitFor();
    await shop.order('order-4', 'customer-4@example.com');
    await page.locator('.stats > div', { hasText: 'Requested' }).locator('dd', { hasText: '12' }).waitFor();
    await page.locator('.plot-legend li', { hasText: 'Succeeded' }).locator('strong', { hasText: '4' }).waitFor();
    await page.getByRole('link', { name: 'All deliveries 12' }).waitFor();
    expect(await page.locator('#plot canvas').count()).to.equal(1);
    expect(await page.evaluate('document.body.dataset.mark')).to.equal('the same page');
  });

  it('sends chosen deliveries of a queue again, after it asked', async () => {
    await open();
    const [chosen] = await shop.deliveries('crm', 'failed', 4);
    await page.goto(`${shop.server.url}/analytics/failed`);
    await page.getByRole('button', { name: 'Send chosen again' }).click();
    expect(await page.getByRole('alert').textContent()).to.include('Nothing was chosen');
    await page.goto(`${shop.server.url}/analytics/failed`);
    const box = page.locator(`#row-${chosen}`).getByRole('checkbox');
    await box.check();
    // What comes in meanwhile is shown, and what was chosen stays chosen.
    await page.getByRole('heading', { level: 1 }).click();
    await shop.order('order-5', 'customer-5@example.com');
    await page.getByRole('link', { name: 'customer-5@example.com', exact: true }).waitFor();
    expect(await box.isChecked()).to.equal(true);
    shop.answers['/crm'] = { status: 200 };
    await page.getByRole('button', { name: 'Send chosen again' }).click();
    expect(await page.locator('.lead').textContent()).to.include('1 delivery will be sent again');
    expect(await page.getByRole('cell', { name: `${shop.receiver.url}/crm` }).count()).to.equal(1);
    expect(await seriousViolations(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'Send 1 again' }).click();
    expect(await page.getByRole('status').first().textContent()).to.include('1 of 1 done: 1 sent again');
    expect(await shop.deliveries('crm', 'succeeded', 1)).to.deep.equal([chosen]);
  });

  it('sends all that match again, and says which can not be', async () => {
    await open();
    await page.goto(`${shop.server.url}/analytics/failed?action=${shop.actionIds.get('crm')}`);
    await page.getByRole('link', { name: 'Send all that match again' }).click();
    expect(await page.locator('.lead').textContent()).to.include('4 deliveries will be sent again');
    await page.getByRole('button', { name: 'Send 4 again' }).click();
    expect(await page.getByRole('status').first().textContent()).to.include('4 of 4 done: 4 sent again');
    await shop.deliveries('crm', 'succeeded', 5);
  });

  it('lets an analyst look, and send nothing', async () => {
    await open({}, 'analyst');
    await page.goto(`${shop.server.url}/analytics/skipped`);
    expect(await page.getByRole('checkbox').count()).to.equal(0);
    await page.goto(`${shop.server.url}/analytics/skipped/resend`);
    expect(await page.getByRole('button', { name: /^Send/ }).count()).to.equal(0);
  });

  it('gives the figures and the deliveries as CSV', async () => {
    await open();
    const download = async (path: string): Promise<{ name: string; cells: string[][] }> => {
      await page.goto(`${shop.server.url}${path}`);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download as CSV' }).click(),
      ]);
      return { name: file.suggestedFilename(), cells: cellsOf(readFileSync(await file.path(), 'utf8')) };
    };
    const summary = await download('/analytics');
    expect(summary.name).to.match(/^webhook-analytics-\d{4}-\d\d-\d\d\.csv$/);
    expect(summary.cells[0]).to.include.members(['from', 'to', 'requested', 'failed']);
    const at = summary.cells[0]?.indexOf('requested') as number;
    expect(summary.cells.slice(1).reduce((sum, row) => sum + Number(row[at]), 0)).to.equal(15);

    const skipped = await download('/analytics/skipped');
    expect(skipped.name).to.match(/^deliveries-skipped-\d{4}-\d\d-\d\d\.csv$/);
    const [head, ...rows] = skipped.cells as [string[], ...string[][]];
    expect(rows.map((row) => row[head.indexOf('recipient')])).to.deep.equal(
      [5, 4, 3, 2, 1].map((n) => `customer-${n}@example.com`),
    );
    expect(new Set(rows.map((row) => row[head.indexOf('code')]))).to.deep.equal(new Set(['410']));
  });

  it('goes on by itself until all of a long queue is tried', async () => {
    await open();
    // Rows without histories, so that each of these is refused.
    await fillReadModels(shop.server.container.get(TOKENS.ReadModelDatabase).writer, 40_000);
    await page.goto(`${shop.server.url}/analytics/failed/resend`);
    await page.getByRole('button', { name: /^Send 1,20\d again$/ }).click();
    await page.getByText(/^1,20(\d) of 1,20\1 done/).waitFor();
    expect(await page.getByRole('listitem').textContent()).to.include('1,200 are not known any more');
    expect(await page.getByRole('button', { name: 'Go on' }).count()).to.equal(0);
  });
});
