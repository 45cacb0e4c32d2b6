import type { LookupAddress, LookupAllOptions, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.js';
import { addressRefused } from './check-target.js';

/** Finds all addresses of a name, as node:dns' `lookup` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for connections that gives checked addresses only. The connection is made to what it gives and looks nothing up
 * again, so a name can't be rebound between the check and the use. One refused address among several refuses them all:
 * a public one beside it is no reason to trust the name.
 */
export function checkedLookup(policy: AddressPolicy, resolve: Resolve = lookup): LookupFunction {
  return (hostname: string, options: LookupOptions, callback): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const [first] = addresses;
      if (first === undefined) {
        callback(Object.assign(new Error(`${hostname} has no address.`), { code: 'ENODATA' }), '');
        return;
      }
      for (const { address } of addresses) {
        const refusal = addressRefused(policy, hostname, address);
        if (refusal !== undefined) {
          callback(refusal, '');
          return;
        }
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
