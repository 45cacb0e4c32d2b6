import { expect } from 'chai';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';

const engine = new DjangoTemplateEngine({ now: () => 0 });

const SYNTAX: [template: string, line: number, column: number, message: string][] = [
  // Values.
  ['{{ }}', 1, 1, '{{ }} is empty'],
  ['a\n {{ x|nope }}', 2, 7, 'There is no filter "nope".'],
  ['{{ x|uper }}', 1, 6, 'There is no filter "uper"; did you mean "upper"?'],
  ['{{ x|default: 1 }}', 1, 14, 'The argument of the filter "default" has to follow its colon without a space.'],
  ['{{ x|default }}', 1, 6, 'The filter "default" needs an argument: default:"…".'],
  ['{{ x|lower:"a" }}', 1, 6, 'The filter "lower" takes no argument.'],
  ['{{ x|default:(1) }}', 1, 14, 'is due at "(1)"'],
  ['{{ x| }}', 1, 5, 'The name of a filter is due after "|".'],
  ['{{ x.y() }}', 1, 7, '"()": there are no brackets'],
  ["{{ x['y'] }}", 1, 5, 'there are no brackets'],
  ['{{ x y }}', 1, 5, `" y" can't follow "x"; a filter ("|") or the end is due.`],
  ['{{ a-b }}', 1, 5, `"-b" can't follow "a"`],
  ['{{ "a }}', 1, 4, 'is not closed'],
  ['{{ |upper }}', 1, 4, 'A value is due at "|upper"'],
  ['{{ x._y }}', 1, 4, '"x._y": names that begin with an underscore are out of reach.'],
  ['{% with a=1 b=x.__class__ %}{% endwith %}', 1, 15, 'begin with an underscore'],
  // Blocks.
  ['{% %}', 1, 1, '{% %} is empty'],
  ['{% fro a in b %}', 1, 1, 'There is no tag "fro"; did you mean "for"?'],
  ['{% if a %}', 1, 1, '{% if %} is never closed; {% elif %} or {% else %} or {% endif %} is due.'],
  [
    '{% if a %}\n{% for b in c %}{% endif %}',
    2,
    17,
    '{% endif %} stands inside of {% for %} (line 2); {% empty %}, {% endfor %} is due.',
  ],
  ['{% endif %}', 1, 1, '{% endif %} has no opening tag before it.'],
  ['{% comment %}', 1, 1, '{% comment %} is never closed'],
  ['{% verbatim x %}{% endverbatim %}', 1, 1, '{% verbatim %} is never closed'],
  ['{% if a %}{% else if b %}{% endif %}', 1, 11, 'Did you mean {% elif %}?'],
  ['{% for x in l %}{% empty y %}{% endfor %}', 1, 17, '{% empty %} takes no arguments.'],
  // Tags.
  ['{% if a b %}{% endif %}', 1, 9, `"b" can't follow here; an operator`],
  ['{% if a and %}{% endif %}', 1, 9, 'The condition ends after "and", where a value is due.'],
  ['{% if == a %}{% endif %}', 1, 7, '"==" stands where a value is due.'],
  ['{% if a not b %}{% endif %}', 1, 9, '"not" can\'t stand between two values'],
  ['{% if a==1 %}{% endif %}', 1, 8, '"==1" can\'t follow "a"'],
  ['{% for x %}{% endfor %}', 1, 1, '"for name in list"'],
  ['{% for x on l %}{% endfor %}', 1, 10, '"for name in list"'],
  ['{% for x, in l %}{% endfor %}', 1, 8, 'a comma with no name beside it'],
  ['{% with %}{% endwith %}', 1, 1, '"with name=value"'],
  ['{% with a=1 b %}{% endwith %}', 1, 13, '"b" stands where "name=value" is due.'],
  ['{% autoescape x %}{% endautoescape %}', 1, 1, '"on" or "off"'],
  ['{% cycle %}', 1, 1, '{% cycle %} needs values'],
  ['{% cycle x %}', 1, 10, 'There is no cycle named "x" before this.'],
  ['{% cycle 1 2 as x loud %}', 1, 19, 'Only "silent" can follow'],
  ['{% resetcycle %}', 1, 1, 'There is no {% cycle %} before this.'],
  ['{% filter %}{% endfilter %}', 1, 1, 'needs the name of a filter'],
  ['{% filter upper|safe %}{% endfilter %}', 1, 17, '{% filter safe %} is not possible'],
  ['{% firstof %}', 1, 1, 'at least one value'],
  ['{% now %}', 1, 1, '{% now %} takes one argument, a format in quotes.'],
  ['{% regroup l on k as g %}', 1, 14, '"on" stands where "by" is due.'],
  ['{% templatetag x %}', 1, 1, 'takes one of openblock'],
  ['{% widthratio a b %}', 1, 1, '"widthratio value max width"'],
  ['{% lorem 1 x %}', 1, 10, 'takes a count'],
  ['{% ifequal a %}{% endifequal %}', 1, 1, 'takes two values'],
  ['{% current_day 1 %}', 1, 16, '{% current_day %} takes no arguments.'],
  ['{% currency_format %}', 1, 1, 'takes one value'],
  // What there is elsewhere.
  ['{% include "x" %}', 1, 1, "{% include %} is not available: a body can't reach files or other templates."],
  ['{% load x %}', 1, 1, "can't reach files or other templates"],
  ['{% csrf_token %}', 1, 1, "can't reach the host"],
  ['{% trans "x" %}', 1, 1, 'bodies are not translated'],
  ['{% coupon_code "x" %}', 1, 1, '{% coupon_code %} is not supported in webhooks.'],
  ['{% catalog x %}', 1, 1, '{% catalog %} is not supported in webhooks.'],
  ['{{ feeds.products.0 }}', 1, 4, 'is not supported in webhooks'],
  ['{% if catalog_item.title %}{% endif %}', 1, 7, 'is not supported in webhooks'],
];

const RENDER: [template: string, line: number, column: number, message: string][] = [
  ['a\n{% for x in n %}{% endfor %}', 2, 1, "'int' object is not iterable"],
  ['{% for a, b in l %}{% endfor %}', 1, 1, 'the loop has 2 names, but the item has 1 values'],
  ['{{ s }}\n {{ s|default:nope.x }}', 2, 15, 'there is no nope.x, which a filter has as its argument'],
  ['{{ n|first }}', 1, 6, "'int' object is not subscriptable"],
  ['{% widthratio 1 2 s %}', 1, 1, 'has to be a number'],
];

describe('Errors in templates', () => {
  for (const [template, line, column, message] of SYNTAX) {
    it(template.replaceAll('\n', '\\n'), () => {
      for (const mode of ['off', 'html', 'json'] as const) {
        expect(() => engine.check(template, mode))
          .to.throw(message)
          .that.includes({ name: 'TemplateError', errorClass: 'syntax', line, column });
      }
    });
  }

  for (const [template, line, column, message] of RENDER) {
    it(template.replaceAll('\n', '\\n'), () => {
      engine.check(template, 'off');
      expect(() => engine.render(template, { n: 5, l: [1], s: 'x' }, 'off'))
        .to.throw(message)
        .that.includes({ name: 'TemplateError', errorClass: 'render', line, column });
    });
  }
});
