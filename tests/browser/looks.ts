import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import type { Person } from '../interfaces/http/person.js';
import type { RunningServer } from '../interfaces/http/running-server.js';
import { seriousViolations } from '../support/browser.js';
import { windowOf } from './member-window.js';

/** Looks at pages in light, in the dark and on a phone: nothing serious by axe, nothing wider than the window, no complaint. */
export async function looksRight(
  browser: Browser,
  server: RunningServer,
  person: Person,
  paths: readonly string[],
): Promise<void> {
  const looks = [
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 360, height: 640 } },
  ] as const;
  for (const look of looks) {
    const window = await windowOf(browser, server, person, look);
    for (const path of paths) {
      const answer = await window.page.goto(path);
      expect(answer?.status(), path).to.equal(200);
      expect(await seriousViolations(window.page), `${path} ${look.colorScheme}`).to.deep.equal([]);
      const width = await window.page.evaluate('document.documentElement.scrollWidth');
      expect(width, `${path} ${look.viewport.width}`).to.be.at.most(look.viewport.width);
    }
    expect(window.complaints).to.deep.equal([]);
    await window.close();
  }
}
