import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { Role } from '../../src/domain/account/role.js';
import { Person } from '../interfaces/http/person.js';
import type { RunningServer } from '../interfaces/http/running-server.js';
import { Window } from '../support/browser.js';

/** A member who is logged in, with two-step authentication on unless told otherwise. */
export async function joined(
  server: RunningServer,
  { email, role, twoStep = true }: { email: string; role: Role; twoStep?: boolean },
): Promise<Person> {
  const person = await Person.join(server, { email, role });
  if (twoStep) await person.switchTwoStepOn();
  await person.logIn();
  return person;
}

/** A window of somebody who is logged in. */
export async function windowOf(
  browser: Browser,
  server: RunningServer,
  { cookie = '' }: Person,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const window = await Window.open(browser, { baseURL: server.url, ...options });
  const [name = '', value = ''] = cookie.split('=');
  await window.context.addCookies([{ name, value, url: server.url }]);
  return window;
}
