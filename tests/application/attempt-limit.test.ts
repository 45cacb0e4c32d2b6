import { expect } from 'chai';
import { AttemptLimit } from '../../src/application/commands/attempt-limit.js';

describe('A limit of attempts', () => {
  it('refuses the one too many, says when the next may be made, and lets it through then', () => {
    const limit = new AttemptLimit(2, 1_000);
    expect([limit.take('a', 0), limit.take('a', 400), limit.take('b', 400)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(limit.take('a', 999)).to.equal(1_000);
    expect(limit.take('a', 1_000)).to.equal(undefined);
    expect(limit.take('a', 1_001)).to.equal(1_400);
  });

  it('does not count what was given back', () => {
    const limit = new AttemptLimit(1, 1_000);
    limit.take('a', 0);
    limit.giveBack('a', 0);
    limit.giveBack('b', 0);
    expect(limit.take('a', 1)).to.equal(undefined);
    limit.giveBack('a', 0);
    expect(limit.take('a', 2)).to.equal(1_001);
  });

  it('remembers so many keys, and forgets the quietest first', () => {
    const limit = new AttemptLimit(1, 1_000, 2);
    limit.take('a', 0);
    limit.take('b', 1);
    limit.take('c', 2);
    expect(limit.take('c', 3)).to.equal(1_002);
    expect(limit.take('b', 3)).to.equal(1_001);
    expect(limit.take('a', 3)).to.equal(undefined);
  });
});
