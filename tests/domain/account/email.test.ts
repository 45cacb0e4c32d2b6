import { expect } from 'chai';
import { checkedEmail, userIdOf } from '../../../src/domain/account/email.js';
import { violationOf } from '../../support/specification.js';

describe('E-mail addresses of accounts', () => {
  it('are the same person whatever their capitals and the space around them', () => {
    expect(checkedEmail(' Ana@Example.COM\n')).to.equal('ana@example.com');
    expect(userIdOf(' Ana@Example.COM\n')).to.equal(userIdOf('ana@example.com'));
    expect(userIdOf('ana@example.com')).to.not.equal(userIdOf('bo@example.com'));
  });

  it('keep their user ids from version to version: streams are named by them', () => {
    expect(userIdOf('ana@example.com')).to.equal('74b0fcc2-be7a-5267-a02c-f7c93a79a462');
  });

  it('are refused where they are none', () => {
    for (const email of [
      '',
      'ana',
      'ana@',
      '@example.com',
      'ana@example',
      'a b@example.com',
      `${'a'.repeat(250)}@b.co`,
    ]) {
      const { rule, pointer } = violationOf(() => checkedEmail(email));
      expect({ rule, pointer }, email).to.deep.equal({ rule: 'email_invalid', pointer: '/email' });
    }
  });
});
