import { expect } from 'chai';
import { checkPassword } from '../../../src/domain/account/password.js';
import { violationOf } from '../../support/specification.js';

describe('The rule for passwords', () => {
  const accepts = (password: string): void => checkPassword(password, 'ana@example.com');

  it('takes 12 to 200 characters of any kind, counted as people count them', () => {
    accepts('correct horse');
    accepts('twelve chars');
    accepts('abcdefghij'.repeat(20));
    accepts('🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋');
  });

  const REFUSED: readonly (readonly [what: string, password: string, says: RegExp])[] = [
    ['too short', 'eleven char', /12 to 200 characters; this one has 11/],
    ['too short, in spite of wide characters', '🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎', /this one has 11/],
    ['too long', `${'abcdefghij'.repeat(20)}!`, /this one has 201/],
    ['the address itself', 'Ana@Example.com ', /e-mail address is no password/],
    ['one of the commonest', 'Password1234', /tried first/],
    ['one character again and again', 'x'.repeat(30), /tried first/],
  ];
  for (const [what, password, says] of REFUSED) {
    it(`refuses one that is ${what}`, () => {
      const { rule, pointer, message } = violationOf(() => accepts(password));
      expect({ rule, pointer }).to.deep.equal({ rule: 'password_too_weak', pointer: '/password' });
      expect(message).to.match(says);
      if (!says.source.includes('e-mail')) expect(message).to.not.include(password);
    });
  }
});
