import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { uuidV5 } from '../../../src/domain/kernel/uuid-v5.js';

/** RFC 9562, section 5.5, to the letter: SHA-1 of namespace and name, then the version and variant bits. */
function rfc9562(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const parts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });

describe('uuidV5', () => {
  it('is checked against a reference that meets the example of RFC 9562, appendix A.4', () => {
    expect(rfc9562('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).to.equal(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('is the name-based UUID of its parts as JSON, under the namespace of hookledger', () => {
    fc.assert(
      fc.property(parts, (names) => {
        expect(uuidV5(...names)).to.equal(rfc9562('6f1f3f0c-2a7b-5b6e-9d0e-4c8a1b2d3e4f', JSON.stringify(names)));
      }),
    );
  });

  it('never changes: the ids stand in event stores', () => {
    expect(uuidV5('metric', 'Placed Order')).to.equal('a591cafa-fbbf-5e8c-ad88-42a1c9c47b22');
  });

  it('has the version 5 and the variant of the RFC', () => {
    fc.assert(
      fc.property(parts, (names) => {
        expect(uuidV5(...names)).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('tells parts apart by their borders and their order', () => {
    const ids = [
      uuidV5('a', 'bc'),
      uuidV5('ab', 'c'),
      uuidV5('abc'),
      uuidV5('abc', ''),
      uuidV5('', 'abc'),
      uuidV5('c', 'ab'),
      uuidV5('a","bc'),
      uuidV5('a,bc'),
    ];
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('differs wherever the parts differ, even by half a character', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(uuidV5(...a) === uuidV5(...b)).to.equal(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(uuidV5('\ud800')).not.to.equal(uuidV5('\ud801'));
    expect(uuidV5('\ud800')).not.to.equal(uuidV5('\ufffd'));
  });
});
