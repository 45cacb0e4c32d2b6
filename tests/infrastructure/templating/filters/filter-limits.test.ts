import { expect } from 'chai';
import { DJANGO_FILTERS } from '../../../../src/infrastructure/templating/filters/django/django-filters.js';
import { PyError, PyFloat, type Value } from '../../../../src/infrastructure/templating/values/value.js';
import { LimitHit, TestBudget } from '../values/test-budget.js';
import { applied } from './apply-filter.js';

const LENGTH = 120_000;
const filled = (piece: string): string => piece.repeat(LENGTH / piece.length);

/** What makes one parser or another go over the same text again and again. */
const HOSTILE: readonly string[] = [
  filled('<'),
  filled('<a'),
  filled('<a '),
  filled("<a b='"),
  filled('<a><b></c>'),
  '<'.repeat(LENGTH / 2) + 'a>'.repeat(LENGTH / 4),
  filled('<!--'),
  filled('<![cdata['),
  filled('<script>'),
  filled('</a'),
  `<a ${filled('=')}`,
  filled('&'),
  `${filled('&#')};`,
  `${filled('(')}.`,
  filled('.()'),
  `a.${filled('!')}`,
  `a.${filled('&amp;')}`,
  filled('.com'),
  filled('a@b.com@'),
  `http://x.com/?${filled('&')}`,
  `www.${filled('é')}`,
  filled('\u0301\u0327'),
  filled('\ufdfa'),
  filled("Σ'"),
  filled('x '),
  filled(' '),
  filled('\n'),
  filled("'"),
];

const ARGUMENTS: Readonly<Record<string, readonly Value[]>> = {
  cut: ['a', `${'<a'.repeat(50_000)}b`],
  slice: ['::-1'],
  stringformat: ['s', 'r'],
  truncatechars: [10, LENGTH],
  truncatechars_html: [10, LENGTH],
  truncatewords: [10, LENGTH],
  truncatewords_html: [10, LENGTH],
  urlizetrunc: [10],
  wordwrap: [5, LENGTH / 2, -5],
  join: [', '],
  center: [LENGTH * 2],
  dictsort: [0],
  dictsortreversed: [0],
};

describe('Filters under attack', function () {
  this.timeout(60_000);

  for (const name of DJANGO_FILTERS.keys()) {
    it(`${name} ends soon, whatever the text`, () => {
      for (const text of HOSTILE) {
        for (const argument of ARGUMENTS[name] ?? ['5']) {
          const begun = performance.now();
          try {
            applied(name, text, argument, { autoescape: true });
          } catch (error) {
            if (!(error instanceof LimitHit) && !(error instanceof PyError)) throw error;
          }
          // The slowest takes a tenth of that here. What goes wrong takes minutes.
          expect(performance.now() - begun, text.slice(0, 20)).to.be.below(3000);
        }
      }
    });
  }

  const growing: [name: string, value: Value, argument: Value][] = [
    ['ljust', 'a', 2_000_000],
    ['rjust', 'a', '1_000_000_000_000'],
    ['center', 'a', 10n ** 30n],
    ['floatformat', 1.5, 2_000_000],
    ['floatformat', 1.5, -(10n ** 400n)],
    ['floatformat', new PyFloat(1e300), '2000000g'],
    ['stringformat', 1, '1000000000d'],
    ['stringformat', 1, '.1000000000d'],
    ['stringformat', 1.5, '.100000000f'],
    ['stringformat', 'a', '2000000s'],
    ['join', Array.from({ length: 2000 }, () => 'a'), 'x'.repeat(1000)],
    ['linenumbers', '\n'.repeat(400_000), undefined],
    ['linebreaksbr', '\n'.repeat(400_000), undefined],
    ['escape', '"'.repeat(400_000), undefined],
    ['escapejs', '-'.repeat(400_000), undefined],
    ['urlencode', 'é'.repeat(400_000), undefined],
    ['slugify', '\ufdfa'.repeat(400_000), undefined],
    ['add', 'a'.repeat(600_000), 'a'.repeat(600_000)],
  ];
  for (const [name, value, argument] of growing) {
    it(`${name} makes no text beyond the bound (${String(argument).slice(0, 20)})`, () => {
      expect(() => applied(name, value, argument)).to.throw(LimitHit);
    });
  }

  it('charges what it goes through', () => {
    for (const [name, value, argument] of [
      ['upper', 'a'.repeat(1000), undefined],
      ['make_list', 'a'.repeat(1000), undefined],
      ['join', Array.from({ length: 1000 }, () => 'a'), ','],
      ['dictsort', Array.from({ length: 1000 }, (_, index) => [-index]), 0],
      ['add', Array.from({ length: 1000 }, () => 1), [1]],
      ['length', 'a'.repeat(1000), undefined],
      ['json_script', Array.from({ length: 1000 }, () => 1), 'x'],
    ] as [string, Value, Value][]) {
      const budget = new TestBudget();
      applied(name, value, argument, { budget });
      expect(budget.used, name).to.be.at.least(1000);
    }
  });

  it('refuses lists in themselves', () => {
    const list: Value[] = ['a'];
    list.push(list);
    for (const name of ['json_script', 'pprint', 'unordered_list', 'upper'])
      expect(() => applied(name, list, 'x'))
        .to.throw(Error)
        .that.satisfies((error: unknown) => error instanceof PyError || error instanceof LimitHit);
  });
});
