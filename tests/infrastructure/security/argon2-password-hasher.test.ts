import { expect } from 'chai';
import { Argon2PasswordHasher } from '../../../src/infrastructure/security/argon2-password-hasher.js';

describe('The password hasher', () => {
  const hasher = new Argon2PasswordHasher();

  it("uses argon2id with OWASP's costs, and a salt", async () => {
    const [one, other] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).to.not.equal(other);
  });

  it('knows the password again, and no other', async () => {
    const hash = await hasher.hash('correct horse');
    expect(await hasher.verify(hash, 'correct horse')).to.equal(true);
    expect(await hasher.verify(hash, 'correct horsf')).to.equal(false);
    expect(await hasher.verify(hash, '')).to.equal(false);
  });

  it('takes characters for the same however a keyboard puts them together', async () => {
    const hash = await hasher.hash('caf\u00e9 caf\u00e9 caf\u00e9');
    expect(await hasher.verify(hash, 'cafe\u0301 cafe\u0301 cafe\u0301')).to.equal(true);
  });

  it('reads hashes of other costs', async () => {
    // argon2's own test vector: src/test.c of the reference implementation, argon2id, version 0x13.
    const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await hasher.verify(hash, 'password')).to.equal(true);
    expect(await hasher.verify(hash, 'passwords')).to.equal(false);
  });
});
