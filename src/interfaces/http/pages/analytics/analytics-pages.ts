import type { HttpServer } from '../../http-server.js';
import type { PageDependencies } from '../page-options.js';
import { analyticsPage } from './analytics-page.js';
import { analyticsExports } from './exports.js';
import { queuePages } from './queue-pages.js';
import { resendPages } from './resend-pages.js';

/** Webhook Analytics: the figures, the queues and what is done with them, and the page of each delivery. */
export function analyticsPages(app: HttpServer, deps: PageDependencies): void {
  analyticsPage(app, deps);
  queuePages(app, deps);
  resendPages(app, deps);
  analyticsExports(app, deps);
}
