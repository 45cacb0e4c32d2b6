import { expect } from 'chai';
import fc from 'fast-check';
import { AddressPolicy } from '../../../src/infrastructure/http-sender/address-policy.js';

const PUBLIC = undefined;

/** What is said of each address where nothing is allowed; `PUBLIC` where requests may go there. */
const TABLE: readonly [address: string, refusal: string | undefined][] = [
  // Public IPv4, and the neighbours of what is not.
  ['1.1.1.1', PUBLIC],
  ['8.8.8.8', PUBLIC],
  ['1.0.0.0', PUBLIC],
  ['9.255.255.255', PUBLIC],
  ['11.0.0.0', PUBLIC],
  ['100.63.255.255', PUBLIC],
  ['100.128.0.0', PUBLIC],
  ['126.255.255.255', PUBLIC],
  ['128.0.0.0', PUBLIC],
  ['168.63.129.15', PUBLIC],
  ['169.253.255.255', PUBLIC],
  ['169.255.0.0', PUBLIC],
  ['172.15.255.255', PUBLIC],
  ['172.32.0.1', PUBLIC],
  ['191.255.255.255', PUBLIC],
  ['192.0.1.0', PUBLIC],
  ['192.0.3.0', PUBLIC],
  ['192.88.98.255', PUBLIC],
  ['192.167.255.255', PUBLIC],
  ['192.169.0.0', PUBLIC],
  ['198.17.255.255', PUBLIC],
  ['198.20.0.0', PUBLIC],
  ['198.51.99.255', PUBLIC],
  ['198.51.101.0', PUBLIC],
  ['203.0.112.255', PUBLIC],
  ['203.0.114.0', PUBLIC],
  ['223.255.255.255', PUBLIC],
  // Special IPv4.
  ['0.0.0.0', 'the unspecified address'],
  ['0.1.2.3', 'an address of "this network" (RFC 791)'],
  ['0.255.255.255', 'an address of "this network" (RFC 791)'],
  ['10.0.0.0', 'a private address (RFC 1918)'],
  ['10.255.255.255', 'a private address (RFC 1918)'],
  ['100.64.0.0', 'a carrier-grade NAT address (RFC 6598)'],
  ['100.127.255.255', 'a carrier-grade NAT address (RFC 6598)'],
  ['100.100.100.200', 'a cloud metadata address'],
  ['127.0.0.0', 'a loopback address'],
  ['127.0.0.1', 'a loopback address'],
  ['127.255.255.255', 'a loopback address'],
  ['168.63.129.16', 'a cloud metadata address'],
  ['169.254.0.0', 'a link-local address'],
  ['169.254.169.254', 'a cloud metadata address'],
  ['169.254.255.255', 'a link-local address'],
  ['172.16.0.0', 'a private address (RFC 1918)'],
  ['172.31.255.255', 'a private address (RFC 1918)'],
  ['192.0.0.0', 'an address reserved for IETF protocols (RFC 6890)'],
  ['192.0.0.192', 'an address reserved for IETF protocols (RFC 6890)'],
  ['192.0.2.1', 'a documentation address (RFC 5737)'],
  ['192.88.99.1', 'a deprecated 6to4 relay address (RFC 7526)'],
  ['192.168.0.0', 'a private address (RFC 1918)'],
  ['192.168.255.255', 'a private address (RFC 1918)'],
  ['198.18.0.0', 'a benchmarking address (RFC 2544)'],
  ['198.19.255.255', 'a benchmarking address (RFC 2544)'],
  ['198.51.100.7', 'a documentation address (RFC 5737)'],
  ['203.0.113.255', 'a documentation address (RFC 5737)'],
  ['224.0.0.1', 'a multicast address'],
  ['239.255.255.255', 'a multicast address'],
  ['240.0.0.0', 'a reserved address (RFC 1112)'],
  ['255.255.255.254', 'a reserved address (RFC 1112)'],
  ['255.255.255.255', 'the broadcast address'],
  // Public IPv6, and the neighbours of what is not.
  ['2606:4700::1111', PUBLIC],
  ['2001:4860:4860::8888', PUBLIC],
  ['2000::1', PUBLIC],
  ['2001:200::1', PUBLIC],
  ['2001:db7:ffff::1', PUBLIC],
  ['2001:db9::1', PUBLIC],
  ['2003::1', PUBLIC],
  ['2a00:1450:4001:80b::200e', PUBLIC],
  ['3ffe::1', PUBLIC],
  ['3fff:1000::1', PUBLIC],
  // Special IPv6.
  ['::', 'the unspecified address'],
  ['0:0:0:0:0:0:0:0', 'the unspecified address'],
  ['::1', 'a loopback address'],
  ['0000:0000:0000:0000:0000:0000:0000:0001', 'a loopback address'],
  ['100::1', 'a discard address (RFC 6666)'],
  ['100:0:0:1::1', 'a reserved address (RFC 4291)'],
  ['1fff::1', 'a reserved address (RFC 4291)'],
  ['2001:1::1', 'an address reserved for IETF protocols (RFC 2928)'],
  ['2001:2::1', 'a benchmarking address (RFC 5180)'],
  ['2001:20::1', 'an address reserved for IETF protocols (RFC 2928)'],
  ['2001:1ff:ffff::1', 'an address reserved for IETF protocols (RFC 2928)'],
  ['2001:db8::1', 'a documentation address (RFC 3849)'],
  ['3fff::1', 'a documentation address (RFC 9637)'],
  ['4000::1', 'a reserved address (RFC 4291)'],
  ['5f00::1', 'a segment routing address (RFC 9602)'],
  ['fbff::1', 'a reserved address (RFC 4291)'],
  ['fc00::1', 'a unique-local address (RFC 4193)'],
  ['fd12:3456:789a::1', 'a unique-local address (RFC 4193)'],
  ['fd00:ec2::254', 'a cloud metadata address'],
  ['fd20:ce::254', 'a cloud metadata address'],
  ['fe80::1', 'a link-local address'],
  ['fe80::1%eth0', 'a link-local address'],
  ['febf::1', 'a link-local address'],
  ['fec0::1', 'a site-local address, a deprecated form (RFC 3879)'],
  ['feff::1', 'a site-local address, a deprecated form (RFC 3879)'],
  ['ff02::1', 'a multicast address'],
  ['ffff::1', 'a multicast address'],
  // IPv4 inside of IPv6.
  ['::ffff:127.0.0.1', 'an IPv4-mapped form of a loopback address'],
  ['::ffff:7f00:1', 'an IPv4-mapped form of a loopback address'],
  ['::FFFF:A9FE:A9FE', 'an IPv4-mapped form of a cloud metadata address'],
  ['::ffff:0.0.0.0', 'an IPv4-mapped form of the unspecified address'],
  ['::ffff:8.8.8.8', PUBLIC],
  ['::127.0.0.1', 'an IPv4-compatible address, a deprecated form (RFC 4291)'],
  ['::8.8.8.8', 'an IPv4-compatible address, a deprecated form (RFC 4291)'],
  ['::ffff:0:127.0.0.1', 'an IPv4-translated address (RFC 2765)'],
  ['64:ff9b::7f00:1', 'a NAT64 form of a loopback address'],
  ['64:ff9b::10.0.0.1', 'a NAT64 form of a private address (RFC 1918)'],
  ['64:ff9b::8.8.8.8', PUBLIC],
  ['64:ff9b::1:0:0', 'a reserved address (RFC 4291)'],
  ['64:ff9b:1::8.8.8.8', 'an address of a local NAT64 (RFC 8215)'],
  ['64:ff9b:1:ffff::1', 'an address of a local NAT64 (RFC 8215)'],
  ['2002:7f00:1::', 'a 6to4 address, a deprecated form (RFC 7526)'],
  ['2002:808:808::1', 'a 6to4 address, a deprecated form (RFC 7526)'],
  ['2001::1', 'a Teredo address (RFC 4380)'],
  ['2001:0:4136:e378:8000:63bf:80ff:fffe', 'a Teredo address (RFC 4380)'],
  ['2606:4700::5efe:10.0.0.1', 'an ISATAP form of a private address (RFC 1918)'],
  ['2606:4700::200:5efe:127.0.0.1', 'an ISATAP form of a loopback address'],
  ['2606:4700::200:5efe:8.8.8.8', PUBLIC],
  // What is none.
  ['localhost', 'no IP address'],
  ['2130706433', 'no IP address'],
  ['127.1', 'no IP address'],
  ['0x7f.0.0.1', 'no IP address'],
  ['', 'no IP address'],
];

describe('Which addresses deliveries may reach', () => {
  const strict = new AddressPolicy([], []);

  for (const [address, refusal] of TABLE) {
    it(`${address || 'nothing'}: ${refusal ?? 'public'}`, () => {
      expect(strict.refusalOf(address)).to.equal(refusal);
    });
  }

  describe('where networks are allowed', () => {
    const policy = new AddressPolicy(['10.1.0.0/16', '127.0.0.1/32', 'fd12:3456::/32'], []);

    for (const address of ['10.1.0.0', '10.1.255.255', '127.0.0.1', 'fd12:3456::1', '::ffff:10.1.2.3', '1.1.1.1']) {
      it(`${address} is reached`, () => expect(policy.refusalOf(address)).to.equal(undefined));
    }
    const REFUSED = ['10.0.255.255', '10.2.0.0', '127.0.0.2', 'fd12:3457::1', '::1', '169.254.169.254'];
    const OTHER_FORMS = ['64:ff9b::10.1.2.3', '::10.1.2.3', '2002:a01:203::1', '2606:4700::5efe:10.1.2.3'];
    for (const address of [...REFUSED, '::ffff:10.2.0.0', ...OTHER_FORMS]) {
      it(`${address} is not`, () => expect(policy.refusalOf(address)).to.be.a('string'));
    }

    it('even that of metadata is, by its name', () => {
      expect(new AddressPolicy(['169.254.169.254/32'], []).refusalOf('169.254.169.254')).to.equal(undefined);
    });
  });

  /** An IPv4 address that is not public, as four bytes. */
  const byte = fc.nat(255);
  const privateIPv4 = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
    fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  );
  type Bytes = [number, number, number, number];
  const group = (high: number, low: number): string => ((high << 8) | low).toString(16);
  const hexadecimal = ([a, b, c, d]: Bytes): string => `${group(a, b)}:${group(c, d)}`;
  const EMBEDDINGS: Record<string, (bytes: Bytes) => string> = {
    'itself, dotted': (bytes) => bytes.join('.'),
    'IPv4-mapped, dotted': (bytes) => `::ffff:${bytes.join('.')}`,
    'IPv4-mapped': (bytes) => `::ffff:${hexadecimal(bytes)}`,
    'IPv4-mapped, written out': (bytes) => `0:0:0:0:0:FFFF:${hexadecimal(bytes)}`,
    'IPv4-compatible': (bytes) => `::${bytes.join('.')}`,
    'IPv4-translated': (bytes) => `::ffff:0:${hexadecimal(bytes)}`,
    NAT64: (bytes) => `64:ff9b::${hexadecimal(bytes)}`,
    'local NAT64, /96': (bytes) => `64:ff9b:1:abcd::${hexadecimal(bytes)}`,
    'local NAT64, /48': ([a, b, c, d]) => `64:ff9b:1:${group(a, b)}:${group(0, c)}:${group(d, 0)}::`,
    '6to4': (bytes) => `2002:${hexadecimal(bytes)}::1`,
    'Teredo server': (bytes) => `2001:0:${hexadecimal(bytes)}::1`,
    'Teredo client': ([a, b, c, d]) => `2001:0:808:808:0:0:${hexadecimal([a ^ 255, b ^ 255, c ^ 255, d ^ 255])}`,
    ISATAP: (bytes) => `2606:4700:1:2:0:5efe:${hexadecimal(bytes)}`,
    'ISATAP with the universal bit': (bytes) => `2606:4700:1:2:200:5efe:${hexadecimal(bytes)}`,
    'link-local ISATAP': (bytes) => `fe80::5efe:${bytes.join('.')}`,
  };

  for (const [name, embed] of Object.entries(EMBEDDINGS)) {
    it(`refuse an IPv4 address that is not public as ${name}`, () => {
      fc.assert(fc.property(privateIPv4, (bytes) => strict.refusalOf(embed(bytes)) !== undefined));
    });
  }

  it('refuse every IPv6 address outside of 2000::/3 but IPv4-mapped and NAT64 ones', () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (parts) => {
        const [first = 0] = parts;
        fc.pre(first < 0x2000 || first >= 0x4000);
        fc.pre(first !== 0 && first !== 0x64);
        return strict.refusalOf(parts.map((part) => part.toString(16)).join(':')) !== undefined;
      }),
    );
  });
});

describe('Which ports deliveries may reach', () => {
  const CASES: [allowed: { from: number; to: number }[], port: number, reached: boolean][] = [
    [[], 443, true],
    [[], 80, false],
    [[], 8443, false],
    [[{ from: 8443, to: 8443 }], 443, true],
    [[{ from: 8443, to: 8443 }], 8443, true],
    [[{ from: 8443, to: 8443 }], 8444, false],
    [[{ from: 9000, to: 9100 }], 8999, false],
    [[{ from: 9000, to: 9100 }], 9000, true],
    [[{ from: 9000, to: 9100 }], 9100, true],
    [[{ from: 9000, to: 9100 }], 9101, false],
    [[{ from: 1, to: 65535 }], 22, true],
  ];
  for (const [allowed, port, reached] of CASES) {
    it(`${port} is ${reached ? '' : 'not '}reached where ${JSON.stringify(allowed)} is allowed`, () => {
      expect(new AddressPolicy([], allowed).portRefusalOf(port)).to.equal(reached ? undefined : 'not 443');
    });
  }
});
