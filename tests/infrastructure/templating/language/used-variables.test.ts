import { expect } from 'chai';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';

const engine = new DjangoTemplateEngine({ now: () => 0 });

function paths(template: string): string[] {
  return engine.variablesOf(template).map(({ path }) => path);
}

describe('Variables that a template reads', () => {
  const cases: [template: string, paths: string[]][] = [
    ['{{ a }} {{ b.c.0 }} {{ 5 }} {{ "x" }} {{ True }}', ['a', 'b.c.0']],
    ['{{ a|default:b.c|lookup:"x" }}', ['a', 'b.c']],
    [
      '{% if a and not b.c or d|length > e %}{{ f }}{% elif g in h %}{% else %}{{ i }}{% endif %}',
      ['a', 'b.c', 'd', 'e', 'f', 'g', 'h', 'i'],
    ],
    [
      '{% for x in a.b %}{{ x.y }}{{ z }}{{ forloop.counter }}{% empty %}{{ x }}{% endfor %}{{ x }}',
      ['a.b', 'z', 'x', 'x'],
    ],
    ['{% with x=x y=a %}{{ x }}{{ y }}{% endwith %}{{ y }}', ['x', 'a', 'y']],
    [
      '{{ d }}{% firstof a b as d %}{{ d }}{% now "Y" as n %}{{ n }}{% if a %}{% now "Y" as m %}{% endif %}{{ m }}',
      ['d', 'a', 'b', 'a', 'm'],
    ],
    [
      '{% regroup a by k as g %}{{ g }}{% cycle b c as d %}{{ d }}{% cycle d %}{% widthratio e f g %}',
      ['a', 'b', 'c', 'e', 'f'],
    ],
    [
      '{% filter upper|default:a %}{{ b }}{% endfilter %}{% ifchanged c %}{{ d }}{% endifchanged %}{% lorem e w %}',
      ['b', 'a', 'c', 'd', 'e'],
    ],
    ['{% spaceless %}{% autoescape on %}{% currency_format a %}{% endautoescape %}{% endspaceless %}', ['a']],
    ['{% verbatim %}{{ a }}{% endverbatim %}{# {{ b }} #}{% comment %}{{ c }}{% endcomment %}', []],
  ];
  for (const [template, expected] of cases) {
    it(template, () => expect(paths(template)).to.deep.equal(expected));
  }

  it('come with their places', () => {
    expect(engine.variablesOf('a\n {% if event.x == 1 %}{% endif %}')).to.deep.equal([
      { path: 'event.x', line: 2, column: 8 },
    ]);
  });
});
