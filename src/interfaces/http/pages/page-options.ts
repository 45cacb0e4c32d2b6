import type { AddressLimit } from '../address-limit.js';
import type { HttpDependencies } from '../http-dependencies.js';

/** What pages are made of. */
export interface PageDependencies extends HttpDependencies {
  /** For forms by which a password is hashed for whoever asks; shared with the API's routes that do so. */
  checkAddress: AddressLimit;
}

/** A page that is looked at. */
export const PAGE = { schema: { hide: true } };

/** A form that is sent; by nobody else's page, be there a session or not. */
export const FORM = { ...PAGE, config: { sameOriginOnly: true } };
