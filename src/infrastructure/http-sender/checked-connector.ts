import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { targetRefused } from './check-target.js';
import { checkedLookup, type Resolve } from './checked-lookup.js';

export interface ConnectorOptions {
  policy: AddressPolicy;
  secureContext: SecureContext;
  /** Until the connection stands, TLS included, in milliseconds. */
  timeout: number;
  resolve?: Resolve | undefined;
}

/**
 * Makes undici's connections, each to an address that was checked for it. One that is kept alive goes on to the same address,
 * so it needs no other check.
 */
export function checkedConnector(options: ConnectorOptions): buildConnector.connector {
  const { policy, secureContext, timeout, resolve } = options;
  const connect = buildConnector({
    secureContext,
    timeout,
    allowH2: false,
    lookup: checkedLookup(policy, resolve),
  });
  return (target, callback) => {
    const refused = targetRefused(policy, target.hostname, Number(target.port || 443));
    if (refused === undefined) connect(target, callback);
    else queueMicrotask(() => callback(refused, null));
  };
}
