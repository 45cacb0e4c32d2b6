import { isTrue } from '../../values/truth.js';
import type { Filter } from '../filter.js';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Gives a web address that names no scheme one: `http://`. */
const httpize: Filter = {
  argument: 'none',
  takesText: true,
  apply: (value, _argument, { budget }) => {
    const address = value as string;
    budget.charge(address.length);
    if (address === '' || SCHEME.test(address)) {
      return address;
    }
    budget.chargeText(address.length + 'http://'.length);
    return address.startsWith('//') ? `http:${address}` : `http://${address}`;
  },
};

/** Drops the slashes at the end. */
const trimSlash: Filter = {
  argument: 'none',
  takesText: true,
  isSafe: true,
  apply: (value, _argument, { budget }) => {
    const address = value as string;
    budget.charge(address.length);
    let end = address.length;
    while (end > 0 && address[end - 1] === '/') {
      end -= 1;
    }
    return address.slice(0, end);
  },
};

/**
 * A transparent image of one pixel, in the address itself: so a body never points at a server that nobody keeps up for it.
 * Klaviyo puts an image of its own here.
 */
export const PLACEHOLDER_IMAGE = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** The address of an image or, where there is none, the argument's; without an argument, a placeholder's. */
const missingImage: Filter = {
  argument: 'optional',
  apply: (value, argument) => (isTrue(value) ? value : (argument ?? PLACEHOLDER_IMAGE)),
};

export const URL_FILTERS: readonly (readonly [string, Filter])[] = [
  ['httpize', httpize],
  ['trim_slash', trimSlash],
  ['missing_image', missingImage],
  ['missing_product_image', missingImage],
];
