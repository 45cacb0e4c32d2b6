import { expect } from 'chai';
import { checkFeedScope, isWithin, MOST_IN_SCOPE } from '../../../src/domain/feed/feed-scope.js';
import { violationOf } from '../../support/specification.js';

describe('What a subscription is narrowed to', () => {
  const of = { flowId: 'f', actionId: 'a' };

  it('is everything where it names nothing', () => {
    expect(isWithin({}, of)).to.equal(true);
  });

  it('is what either list names', () => {
    expect(isWithin({ flowIds: ['e', 'f'] }, of)).to.equal(true);
    expect(isWithin({ actionIds: ['a'] }, of)).to.equal(true);
    expect(isWithin({ flowIds: ['other'], actionIds: ['a'] }, of)).to.equal(true);
    expect(isWithin({ flowIds: ['f'], actionIds: ['other'] }, of)).to.equal(true);
    expect(isWithin({ flowIds: ['other'], actionIds: ['another'] }, of)).to.equal(false);
  });

  it('takes the id of an action for no flow', () => {
    expect(isWithin({ flowIds: ['a'] }, of)).to.equal(false);
    expect(isWithin({ actionIds: ['f'] }, of)).to.equal(false);
  });

  it('names something, nothing twice, and not too much', () => {
    const many = Array.from({ length: MOST_IN_SCOPE }, (_, index) => `flow-${index}`);
    checkFeedScope({ flowIds: many, actionIds: ['a'] });
    for (const [scope, pointer] of [
      [{ flowIds: [] }, '/flowIds'],
      [{ flowIds: ['f', 'f'] }, '/flowIds'],
      [{ flowIds: [...many, 'one more'] }, '/flowIds'],
      [{ flowIds: ['f'], actionIds: [] }, '/actionIds'],
    ] as const) {
      expect(violationOf(() => checkFeedScope(scope))).to.include({ rule: 'feed_scope_invalid', pointer });
    }
  });
});
