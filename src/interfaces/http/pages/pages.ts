import type { HttpServer } from '../http-server.js';
import { accountPage } from './account/account-page.js';
import { setUpPage } from './account/set-up-page.js';
import { analyticsPages } from './analytics/analytics-pages.js';
import { assetRoutes } from './assets.js';
import { deliveryPage } from './deliveries/delivery-page.js';
import { editorPage } from './flows/editor-page.js';
import { flowPage } from './flows/flow-page.js';
import { flowsPage } from './flows/flows-page.js';
import { newFlowPage } from './flows/new-flow-page.js';
import { revisionsPage } from './flows/revisions-page.js';
import { readForms } from './form-body.js';
import { homePage } from './home-page.js';
import { invitationPage } from './invitation-page.js';
import { liveUpdates } from './live-updates.js';
import { logInPage } from './log-in-page.js';
import { handlePageErrors } from './page-errors.js';
import type { PageDependencies } from './page-options.js';
import { passwordPage } from './password-page.js';
import { systemPage } from './system/system-page.js';
import { twoStepPage } from './two-step-page.js';

/**
 * What people see in a browser. Pages are made here and work without a script. A plug-in, so that forms are read and errors
 * are shown as pages here and nowhere else.
 */
export async function pages(app: HttpServer, deps: PageDependencies): Promise<void> {
  readForms(app);
  handlePageErrors(app, deps.ids, deps.clock);
  assetRoutes(app);
  liveUpdates(app, deps);
  homePage(app, deps);
  deliveryPage(app, deps);
  setUpPage(app, deps);
  logInPage(app, deps);
  twoStepPage(app, deps);
  accountPage(app, deps);
  invitationPage(app, deps);
  passwordPage(app, deps);
  systemPage(app, deps);
  flowsPage(app, deps);
  newFlowPage(app, deps);
  flowPage(app, deps);
  editorPage(app, deps);
  revisionsPage(app, deps);
  analyticsPages(app, deps);
}
