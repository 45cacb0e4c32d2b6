import { isIP } from 'node:net';
import type { AddressPolicy } from './address-policy.js';
import { TargetRefused } from './target-refused.js';

/**
 * What can be said before a name is looked up: whether the port may be reached, and the host where it is an address itself,
 * which is connected to without a look-up.
 */
export function targetRefused(policy: AddressPolicy, hostname: string, port: number): TargetRefused | undefined {
  const refusal = policy.portRefusalOf(port);
  if (refusal !== undefined) {
    return new TargetRefused(
      'PORT_REFUSED',
      `Nothing was sent: the port ${port} is ${refusal}; if deliveries may go there, name it in HOOKLEDGER_ALLOW_PORTS.`,
    );
  }
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : addressRefused(policy, host, host);
}

export function addressRefused(policy: AddressPolicy, hostname: string, address: string): TargetRefused | undefined {
  const refusal = policy.refusalOf(address);
  if (refusal === undefined) return undefined;
  const which = hostname === address ? address : `${hostname} leads to ${address}, which`;
  return new TargetRefused(
    'ADDRESS_REFUSED',
    `Nothing was sent: ${which} is ${refusal}; if deliveries may go there, name it in HOOKLEDGER_ALLOW_NETWORKS.`,
  );
}
