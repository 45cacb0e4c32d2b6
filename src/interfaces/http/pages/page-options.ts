import type { AddressLimit } from '../address-limit.js';
import type { HttpDependencies } from '../http-dependencies.js';
import { MAX_BODY_BYTES } from '../json-body.js';
import { MAX_FORM_BYTES } from './form-body.js';

/** What pages are made of. */
export interface PageDependencies extends HttpDependencies {
  /** For forms by which a password is hashed for whoever asks; shared with the API's routes that do so. */
  checkAddress: AddressLimit;
}

/** A page that is looked at. */
export const PAGE = { schema: { hide: true } };

/** A form that is sent; by nobody else's page, be there a session or not. */
export const FORM = { ...PAGE, config: { sameOriginOnly: true }, bodyLimit: MAX_FORM_BYTES };

/** A form with a body's template in it, which may be as large as the API takes it. */
export const TEMPLATE_FORM = { ...FORM, bodyLimit: MAX_BODY_BYTES };
