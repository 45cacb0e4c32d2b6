import { RuleViolation } from '../kernel/rule-violation.js';

/** RFC 9110 sets no bound on a URI; 8,000 octets is what its section 4.1 recommends that everyone supports. */
const MAX_URL_LENGTH = 8_000;

/** RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters in writing. The URL parser lets more through. */
const MAX_HOST_LENGTH = 253;

/** An https URL is `https://` and a host (RFC 9110, section 4.2.2); the parser would also mend `https:example.com`. */
const HTTPS_WITHOUT_AUTHORITY = /^https:(?!\/\/[^/\\])/i;

/**
 * Where an action's requests go: a valid absolute https URL without credentials or fragment.
 * Source: Klaviyo's rules for a webhook's URL ("valid, starts with https://"); credentials would stand in logs, and a
 * fragment is never sent (RFC 9110, section 4.2.4 and 7.1).
 *
 * @returns the URL in its normal form (WHATWG)
 * @throws RuleViolation endpoint_invalid, endpoint_not_https, endpoint_credentials, endpoint_fragment
 */
export function parseEndpoint(text: string): URL {
  checkLength(text);
  if (!URL.canParse(text) || /[\s\p{Cc}]/u.test(text) || HTTPS_WITHOUT_AUTHORITY.test(text)) {
    throw new RuleViolation(
      'endpoint_invalid',
      'The URL is not valid; give an absolute one, such as https://example.com/hooks/orders.',
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'https:') {
    throw new RuleViolation(
      'endpoint_not_https',
      `The URL has to start with https://, not ${url.protocol}${url.host ? '//' : ''}; webhooks are only sent encrypted.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new RuleViolation(
      'endpoint_credentials',
      'The URL holds a user name or password; take it out and send an Authorization header instead.',
    );
  }
  if (url.hash !== '' || text.includes('#')) {
    throw new RuleViolation('endpoint_fragment', 'The URL holds a fragment (#…), which is never sent; take it out.');
  }
  checkLength(url.href);
  if (url.hostname.length > MAX_HOST_LENGTH) {
    throw new RuleViolation(
      'endpoint_invalid',
      `The URL's host is longer than ${MAX_HOST_LENGTH} characters, which no host name is; correct it.`,
    );
  }
  return url;
}

/** Of what is given and of what is sent: escapes make a URL longer. */
function checkLength(url: string): void {
  if (url.length > MAX_URL_LENGTH) {
    throw new RuleViolation('endpoint_invalid', `The URL is longer than ${MAX_URL_LENGTH} characters; shorten it.`);
  }
}
