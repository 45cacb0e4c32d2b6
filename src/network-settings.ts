import ipaddr from 'ipaddr.js';
import { parseIpAddress } from './ip-address.js';

/** Ports from `from` to `to`, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const ALL_PORTS: PortRange = { from: 1, to: 65_535 };

/**
 * Networks (CIDR) and single addresses, with commas between them.
 * @returns each as a CIDR in its normal form, its host bits zero; undefined where one of them is neither
 */
export function networksIn(text: string): readonly string[] | undefined {
  const networks = listIn(text).map(networkOf);
  return networks.every((network) => network !== undefined) ? networks : undefined;
}

/**
 * Ports and ranges of ports (`9000-9100`), with commas between them, or `*` for all.
 * @returns undefined where one of them is neither
 */
export function portsIn(text: string): readonly PortRange[] | undefined {
  if (text.trim() === '*') return [ALL_PORTS];
  const ranges = listIn(text).map(portRangeOf);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

/** Nothing stands for an empty list; an empty item in one is a mistake, and is left for its reader to refuse. */
const listIn = (text: string): string[] => (text.trim() === '' ? [] : text.split(',').map((item) => item.trim()));

function networkOf(text: string): string | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const parsed = parseIpAddress(address);
  if (parsed === undefined || more.length > 0 || address.includes('%')) return undefined;
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) return undefined;
  const length = prefix === undefined ? bits : Number(prefix);
  if (parsed instanceof ipaddr.IPv4) {
    return `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/${length}`)}/${length}`;
  }
  // Addresses are judged as IPv4 where they are written as IPv4-mapped, so the network has to be one of IPv4 as well.
  if (parsed.isIPv4MappedAddress() && length >= 96) return networkOf(`${parsed.toIPv4Address()}/${length - 96}`);
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${length}`)}/${length}`;
}

function portRangeOf(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= ALL_PORTS.from && to <= ALL_PORTS.to && from <= to ? { from, to } : undefined;
}
