import { expect } from 'chai';
import { locate, RuleViolation } from '../../../src/domain/kernel/rule-violation.js';
import { violationOf } from '../../support/specification.js';

describe('RuleViolation', () => {
  it('is an error that names the rule, and points nowhere unless told', () => {
    const violation = new RuleViolation('flow_unknown', 'This flow does not exist.');
    expect(violation).to.be.instanceOf(Error);
    expect(violation).to.include({ name: 'RuleViolation', rule: 'flow_unknown', pointer: '' });
    expect(violation.message).to.equal('This flow does not exist.');
  });

  it('is seen from further out with a longer pointer', () => {
    const inner = new RuleViolation('header_name', 'No header name.', '/a b');
    const outer = violationOf(() =>
      locate('/actions/0', () =>
        locate('/headers', () => {
          throw inner;
        }),
      ),
    );
    expect(outer).to.include({ rule: 'header_name', message: 'No header name.', pointer: '/actions/0/headers/a b' });
    expect(inner.pointer).to.equal('/a b');
  });

  it('leaves results and other errors as they are', () => {
    expect(locate('/x', () => 7)).to.equal(7);
    const other = new TypeError('not a rule');
    expect(() =>
      locate('/x', () => {
        throw other;
      }),
    ).to.throw(other);
  });
});
