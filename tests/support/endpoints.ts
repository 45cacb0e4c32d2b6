import type { EndpointChecker } from '../../src/application/ports/endpoint-checker.js';

/** For what is not about set-up checks: there is nothing behind the URLs that it says are good. */
export const EVERY_ENDPOINT_IS_GOOD: EndpointChecker = {
  check: async () => ({ verified: true, detail: 'It answered.' }),
};
