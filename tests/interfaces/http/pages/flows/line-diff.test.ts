import { expect } from 'chai';
import fc from 'fast-check';
import { type DiffLine, lineDiff } from '../../../../../src/interfaces/http/pages/flows/line-diff.js';

/** `-a +b  c` a line, as diffs are written. */
const written = (lines: readonly DiffLine[]): string[] =>
  lines.map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`);

const textOf = (lines: readonly DiffLine[], side: 'removed' | 'added'): string =>
  lines
    .filter(({ kind }) => kind === 'same' || kind === side)
    .map(({ text }) => text)
    .join('\n');

/** Few different lines, so that many are common. */
const text = fc.array(fc.constantFrom('', 'a', 'b', 'c', '{', '}'), { maxLength: 12 }).map((lines) => lines.join('\n'));

describe('A line diff', () => {
  const CASES: readonly (readonly [before: string, after: string, diff: readonly string[]])[] = [
    ['a', 'a', [' a']],
    ['', '', [' ']],
    ['a', 'b', ['-a', '+b']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\nb\nc\nd', 'a\nx\nc\ny\nd', [' a', '-b', '+x', ' c', '+y', ' d']],
    ['a\na', 'a', [' a', '-a']],
  ];
  for (const [before, after, diff] of CASES) {
    it(`of ${JSON.stringify(before)} and ${JSON.stringify(after)}`, () => {
      expect(written(lineDiff(before, after))).to.deep.equal(diff);
    });
  }

  it('gives the new text when it is applied to the old one, and the other way round', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before, after);
        expect(textOf(lines, 'removed')).to.equal(before);
        expect(textOf(lines, 'added')).to.equal(after);
      }),
    );
  });

  it('keeps as many lines as two texts have in common', () => {
    const common = (a: readonly string[], b: readonly string[]): number => {
      if (a.length === 0 || b.length === 0) return 0;
      if (a[0] === b[0]) return 1 + common(a.slice(1), b.slice(1));
      return Math.max(common(a.slice(1), b), common(a, b.slice(1)));
    };
    const short = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(short, short, (before, after) => {
        const kept = lineDiff(before.join('\n'), after.join('\n')).filter(({ kind }) => kind === 'same');
        expect(kept.length).to.equal(common(before, after));
      }),
    );
  });

  it('replaces what lies between, where texts differ in thousands of lines', () => {
    const many = (prefix: string): string => Array.from({ length: 2_000 }, (_, index) => prefix + index).join('\n');
    const [before, after] = [`first\n${many('a')}\nlast`, `first\n${many('b')}\nlast`];
    const lines = lineDiff(before, after);
    expect(lines.length).to.equal(4_002);
    expect(textOf(lines, 'removed')).to.equal(before);
    expect(textOf(lines, 'added')).to.equal(after);
  });
});
