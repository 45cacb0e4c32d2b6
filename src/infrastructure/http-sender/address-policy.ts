import ipaddr from 'ipaddr.js';
import { type IpAddress, parseIpAddress } from '../../ip-address.js';
import type { PortRange } from '../../network-settings.js';

type Network = [IpAddress, number];
type Kind = readonly [network: Network, kind: string];

/** HTTPS's own port is open to everyone. */
const HTTPS_PORT = 443;

/**
 * What is not public unicast, by IANA's registries of special-purpose addresses (RFC 6890 and its updates) and of IPv4 and
 * IPv6 address space. Where several fit, the first one names the kind. Two ranges are refused though parts of them are
 * globally reachable by the registry: 192.0.0.0/24 and 2001::/23, whose anycast addresses lead to this network's own
 * gateways (RFC 7723, RFC 8155).
 */
const IPV4_KINDS: readonly Kind[] = [
  // Amazon, Google, Microsoft and many others; Alibaba; Azure's platform address, which is public and answers only inside.
  kind('169.254.169.254/32', 'a cloud metadata address'),
  kind('100.100.100.200/32', 'a cloud metadata address'),
  kind('168.63.129.16/32', 'a cloud metadata address'),
  kind('0.0.0.0/32', 'the unspecified address'),
  kind('0.0.0.0/8', 'an address of "this network" (RFC 791)'),
  kind('10.0.0.0/8', 'a private address (RFC 1918)'),
  kind('100.64.0.0/10', 'a carrier-grade NAT address (RFC 6598)'),
  kind('127.0.0.0/8', 'a loopback address'),
  kind('169.254.0.0/16', 'a link-local address'),
  kind('172.16.0.0/12', 'a private address (RFC 1918)'),
  kind('192.0.0.0/24', 'an address reserved for IETF protocols (RFC 6890)'),
  kind('192.0.2.0/24', 'a documentation address (RFC 5737)'),
  kind('192.88.99.0/24', 'a deprecated 6to4 relay address (RFC 7526)'),
  kind('192.168.0.0/16', 'a private address (RFC 1918)'),
  kind('198.18.0.0/15', 'a benchmarking address (RFC 2544)'),
  kind('198.51.100.0/24', 'a documentation address (RFC 5737)'),
  kind('203.0.113.0/24', 'a documentation address (RFC 5737)'),
  kind('224.0.0.0/4', 'a multicast address'),
  kind('255.255.255.255/32', 'the broadcast address'),
  kind('240.0.0.0/4', 'a reserved address (RFC 1112)'),
];

const IPV6_KINDS: readonly Kind[] = [
  kind('fd00:ec2::254/128', 'a cloud metadata address'),
  kind('fd20:ce::254/128', 'a cloud metadata address'),
  kind('::/128', 'the unspecified address'),
  kind('::1/128', 'a loopback address'),
  kind('::/96', 'an IPv4-compatible address, a deprecated form (RFC 4291)'),
  kind('::ffff:0:0:0/96', 'an IPv4-translated address (RFC 2765)'),
  kind('64:ff9b:1::/48', 'an address of a local NAT64 (RFC 8215)'),
  kind('100::/64', 'a discard address (RFC 6666)'),
  kind('fc00::/7', 'a unique-local address (RFC 4193)'),
  kind('fe80::/10', 'a link-local address'),
  kind('fec0::/10', 'a site-local address, a deprecated form (RFC 3879)'),
  kind('ff00::/8', 'a multicast address'),
  kind('2001::/32', 'a Teredo address (RFC 4380)'),
  kind('2001:2::/48', 'a benchmarking address (RFC 5180)'),
  kind('2001::/23', 'an address reserved for IETF protocols (RFC 2928)'),
  kind('2001:db8::/32', 'a documentation address (RFC 3849)'),
  kind('2002::/16', 'a 6to4 address, a deprecated form (RFC 7526)'),
  kind('3fff::/20', 'a documentation address (RFC 9637)'),
  kind('5f00::/16', 'a segment routing address (RFC 9602)'),
];

/** All of IPv6's unicast space that IANA gives out; what lies outside is not in use. */
const IPV6_GLOBAL_UNICAST = network('2000::/3');

/** The well-known prefix of NAT64: its network sends what goes there to the IPv4 address in its last 32 bits (RFC 6052). */
const NAT64 = network('64:ff9b::/96');

/** Says which addresses and ports a delivery may not reach: whatever is not public, but for what the settings allow. */
export class AddressPolicy {
  readonly #allowed: readonly Network[];
  readonly #allowPorts: readonly PortRange[];

  /** @param allowNetworks CIDRs, as the settings have them */
  constructor(allowNetworks: readonly string[], allowPorts: readonly PortRange[]) {
    this.#allowed = allowNetworks.map(network);
    this.#allowPorts = allowPorts;
  }

  /** @returns what kind of address it is, where nothing may be sent to it; undefined where it may */
  refusalOf(address: string): string | undefined {
    const parsed = parseIpAddress(address);
    return parsed === undefined ? 'no IP address' : this.refusal(parsed);
  }

  /** @returns why nothing may be sent to the port; undefined where it may */
  portRefusalOf(port: number): string | undefined {
    if (port === HTTPS_PORT || this.#allowPorts.some(({ from, to }) => port >= from && port <= to)) return undefined;
    return `not ${HTTPS_PORT}`;
  }

  private refusal(address: IpAddress): string | undefined {
    // A connection to an IPv4-mapped address is one over IPv4, whatever it is written like.
    if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
      return inside(this.refusal(address.toIPv4Address()), 'an IPv4-mapped form of');
    }
    if (this.#allowed.some((allowed) => within(address, allowed))) return undefined;
    return address instanceof ipaddr.IPv4 ? kindOfIPv4(address) : kindOfIPv6(address);
  }
}

/** What a special address is; undefined for a public one. */
function kindOfIPv4(address: ipaddr.IPv4): string | undefined {
  return IPV4_KINDS.find(([range]) => within(address, range))?.[1];
}

function kindOfIPv6(address: ipaddr.IPv6): string | undefined {
  if (within(address, NAT64)) return inside(kindOfIPv4(lastIPv4(address)), 'a NAT64 form of');
  const special = IPV6_KINDS.find(([range]) => within(address, range))?.[1];
  if (special !== undefined) return special;
  if (!within(address, IPV6_GLOBAL_UNICAST)) return 'a reserved address (RFC 4291)';
  return isIsatap(address) ? inside(kindOfIPv4(lastIPv4(address)), 'an ISATAP form of') : undefined;
}

const inside = (refusal: string | undefined, form: string): string | undefined =>
  refusal === undefined ? undefined : `${form} ${refusal}`;

/** The IPv4 address in an address's last 32 bits. */
const lastIPv4 = (address: ipaddr.IPv6): ipaddr.IPv4 => new ipaddr.IPv4(address.toByteArray().slice(12));

/** Interface identifiers 0000:5efe and 0200:5efe, before an IPv4 address to which a site tunnels (RFC 5214, section 6.1). */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;

function within(address: IpAddress, [base, length]: Network): boolean {
  return address.kind() === base.kind() && address.match(base, length);
}

function network(cidr: string): Network {
  return ipaddr.parseCIDR(cidr);
}

function kind(cidr: string, name: string): Kind {
  return [network(cidr), name];
}
