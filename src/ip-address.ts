import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads an address as Node's sockets do; undefined where it is none. ipaddr.js alone takes 010.0.0.1 for octal, 127.1 for an
 * address, and ::127.0.0.1 for ::ffff:127.0.0.1. A zone (`%eth0`) is passed over.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = text.replace(/%.*$/s, '');
  switch (isIP(bare)) {
    case 4:
      return ipaddr.IPv4.parse(bare);
    case 6:
      // The URL parser writes IPv6 without dots.
      return ipaddr.IPv6.parse(new URL(`https://[${bare}]/`).hostname.slice(1, -1));
    default:
      return undefined;
  }
}
