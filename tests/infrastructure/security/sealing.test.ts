import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { KEY_BYTES, open, seal } from '../../../src/infrastructure/security/sealing.js';

const [KEY, OTHER_KEY] = [Buffer.alloc(KEY_BYTES, 1), Buffer.alloc(KEY_BYTES, 2)];

describe('Sealing', () => {
  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.string(), (text, context) => {
        const plain = text.toWellFormed();
        expect(open(KEY, context, seal(KEY, context, plain))).to.equal(plain);
      }),
    );
  });

  it('shows nothing of the text, and only so much of its length', () => {
    const sealed = seal(KEY, 'here', 'Bearer planted-secret-value');
    expect(sealed).to.match(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.to.include('planted');
    expect(Buffer.from(sealed, 'base64url')).to.have.lengthOf(12 + 'Bearer planted-secret-value'.length + 16);
  });

  it('gives the same for the same, and another vector for whatever differs', () => {
    const vector = (key: Buffer, context: string, text: string): string =>
      Buffer.from(seal(key, context, text), 'base64url')
        .subarray(0, 12)
        .toString('hex');
    expect(seal(KEY, 'a', 'text')).to.equal(seal(KEY, 'a', 'text'));
    const vectors = [
      vector(KEY, 'a', 'text'),
      vector(KEY, 'a', 'texts'),
      vector(KEY, 'b', 'text'),
      vector(KEY, 'a\0', 'text'),
      vector(OTHER_KEY, 'a', 'text'),
    ];
    expect(new Set(vectors)).to.have.lengthOf(vectors.length);
  });

  it('refuses another key, another place, and every changed bit', () => {
    const sealed = seal(KEY, 'event-1', 'secret');
    expect(() => open(OTHER_KEY, 'event-1', sealed)).to.throw();
    expect(() => open(KEY, 'event-2', sealed)).to.throw();
    const bytes = Buffer.from(sealed, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => open(KEY, 'event-1', changed.toString('base64url')), `bit ${bit}`).to.throw();
    }
    for (const short of ['', 'AAAA', randomBytes(27).toString('base64url')]) {
      expect(() => open(KEY, 'event-1', short)).to.throw();
    }
  });
});
