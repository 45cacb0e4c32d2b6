import { expect } from 'chai';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';
import { fromJson } from '../../../../src/infrastructure/templating/values/from-json.js';
import type { Dict } from '../../../../src/infrastructure/templating/values/value.js';

const engine = new DjangoTemplateEngine({ now: () => Date.UTC(2026, 2, 5, 14, 7, 9) });
const CONTEXT = fromJson(`{
  "a": 1, "c": 2, "z": 0, "n": null, "e": "", "s": "x<y", "w": "ab😀", "t": true, "f": 2.5, "l": [1, 2, 3], "True": 1,
  "d": {"k": "v", "x": [7]}, "own": {"items": "mine"}, "pairs": [[1, 2], [3, 4]], "ns": [[1, 2], [3]],
  "rows": [{"k": "x", "n": 1}, {"k": "x", "n": 2}, {"k": "y", "n": 3}], "same": [1, 1, 2],
  "moment": {"$datetime": "2024-03-05T22:07:09-05:00"}
}`) as Dict;

/** Each was rendered by Django 3.2 as well, but for Klaviyo's tags. */
const RENDERED: [template: string, off: string, html?: string][] = [
  // Literals and look-ups.
  [
    '{{ 1_000 }}|{{ 0123 }}|{{ 1e5 }}|{{ .5 }}|{{ -1e5 }}|{{ 1E5 }}|{{ +3 }}|{{ -0 }}|{{ -0.0 }}',
    '1000|123|100000.0|0.5|-100000.0|100000.0|3|0|-0.0',
  ],
  ['{{ 5. }}|{{ 1.2.3 }}|{{ . }}|{{ a.. }}|{{ 12345678901234567890 }}|{{ 1e400 }}', '||||12345678901234567890|inf'],
  [`{{ 'a\\'b' }}|{{ 'a\\\\b' }}|{{ 'a\\nb' }}|{{ "a'b" }}|{{ _("t<") }}`, "a'b|a\\b|a\\nb|a'b|t<"],
  ['{{ d.k }}{{ d.x.0 }}{{ d.nope.x }}{{ n.x }}{{ l.5 }}{{ w.2 }}', 'v7😀'],
  [
    '{{ d.items }}|{{ d.keys }}|{{ d.values }}|{{ d.items.0 }}|{{ own.items }}',
    "dict_items([('k', 'v'), ('x', [7])])|dict_keys(['k', 'x'])|dict_values(['v', [7]])||mine",
    'dict_items([(&#x27;k&#x27;, &#x27;v&#x27;), (&#x27;x&#x27;, [7])])|dict_keys([&#x27;k&#x27;, &#x27;x&#x27;])|dict_values([&#x27;v&#x27;, [7]])||mine',
  ],
  [
    '{{ s.upper }}|{{ moment.year }}|{{ moment }}',
    'X<Y|2024|March 6, 2024, 3:07 a.m.',
    'X&lt;Y|2024|March 6, 2024, 3:07 a.m.',
  ],
  ['{{ True }}{{ False }}{{ None }}{% now "Y" as False %}{{ False }}', '1FalseNone2026'],
  ['{{ nope|default_if_none:"d" }}|{{ nope|default:"d" }}|{{ nope|length }}|{{ n|default_if_none:"d" }}', '|d|0|d'],
  ['{{ s|default:"x" }}', 'x<y', 'x&lt;y'],
  ['{{ a\t|\tadd:2|add:-1 }}', '2'],
  // Lexing.
  ['{{ a', '{{ a'],
  ['{{ a\n}}|{%\nif %}|{# a\n #}', '{{ a\n}}|{%\nif %}|{# a\n #}'],
  ['{# {{ } #}a{#}#}{##}', 'a'],
  [
    '{% verbatim %}{{ a }}{% verbatim %}{# #}{%endverbatim%}|{% verbatim x y %}{% endverbatim %}{% endverbatim x y %}',
    '{{ a }}{% verbatim %}{# #}|{% endverbatim %}',
  ],
  ['{%comment x%}{{ }}{% nope %}{% endcomment %}b', 'b'],
  ['{% if "a b" == \'a b\' %}{{ "x y"|cut:" " }}{% endif %}', 'xy'],
  // Conditions.
  [
    '{% if not a == c %}1{% endif %}{% if a == not c %}2{% endif %}{% if not not a %}3{% endif %}{% if not a in l %}{% else %}4{% endif %}',
    '134',
  ],
  [
    '{% if z or n or e %}{% elif a and c %}x{% endif %}{% if a < c < 3 %}y{% endif %}{% if a < "x" or c %}z{% endif %}',
    'xyz',
  ],
  [
    '{% if s is "x<y" %}1{% endif %}{% if n is None and t is not None and 1 not in d and "k" in d and "<" in s %}2{% endif %}',
    '2',
  ],
  [
    '{% if a|default:nope %}1{% endif %}{% if a|default:nope or a %}2{% endif %}{% if a or a|default:nope %}3{% endif %}',
    '3',
  ],
  ['{% ifequal a 1 %}1{% else %}2{% endifequal %}{% ifnotequal a 1 %}1{% else %}2{% endifnotequal %}', '12'],
  // Loops.
  [
    '{% for x in l reversed %}{{ x }}{{ forloop.counter0 }}{{ forloop.revcounter }}{% if forloop.last %}.{% endif %} {% endfor %}{{ x }}',
    '303 212 121. ',
  ],
  [
    '{% for x in w %}{{ x }},{% endfor %}{% for k in d %}{{ k }},{% endfor %}{% for x in n %}{% empty %}none{% endfor %}',
    'a,b,😀,k,x,none',
  ],
  [
    '{% for x ,y in pairs %}{{ x }}{{ y }}{% endfor %}{% for k, v in d.items %}{{ k }}={{ v }};{% endfor %}',
    '1234k=v;x=[7];',
  ],
  [
    '{% for r in ns %}{% for c in r %}{{ forloop.parentloop.counter }}.{{ forloop.counter }} {% endfor %}{% endfor %}',
    '1.1 1.2 2.1 ',
  ],
  ['{% for x in l %}{{ forloop.parentloop }}{% endfor %}', '{}{}{}'],
  ['{% for x in l %}{{ y }}{% firstof x as y %}{% endfor %}{{ y }}', '12'],
  ['{% for x, q in pairs %}{{ y }}{% firstof x as y %}{% endfor %}{{ y }}', ''],
  ['{% for q in l %}{% for x in nope %}{% empty %}{% firstof q as y %}{{ y }}{% endfor %}{{ y }}{% endfor %}', '123'],
  ['{% for x in l %}{% with x=5 %}{{ x }}{% endwith %}{{ x }}{% endfor %}', '515253'],
  // Other tags.
  [
    '{% with x=n y=nope %}{{ x }}{{ y }}{% if y == "" %}e{% endif %}{% endwith %}{% with a as x and c as y %}{{ x }}{{ y }}{% endwith %}',
    'Nonee12',
  ],
  ['{% cycle "a" "b" as q %}{% cycle q %}{{ q }}{% cycle q %}{% resetcycle q %}{% cycle q %}', 'abbaa'],
  ['{% cycle "a" as q %}|{% cycle "a" "b" as q silent %}{{ q }}{% cycle q %}{{ q }}', 'a|ab'],
  [
    '{% for x in l %}{% cycle s 2 as c %}{{ c }} {% endfor %}{{ c }}',
    'x<yx<y 22 x<yx<y x<y',
    'x&lt;yx&lt;y 22 x&lt;yx&lt;y x&lt;y',
  ],
  ['{% for x in l %}{% cycle 1 2 %}{% resetcycle %}{% endfor %}', '111'],
  [
    '{% for x in same %}{% ifchanged %}{{ x }}{% endifchanged %}{% ifchanged x z %}!{% else %}-{% endifchanged %}{% endfor %}',
    '1!-2!',
  ],
  [
    '{% for r in pairs %}{% for x in same %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %} {% endfor %}',
    '12 12 ',
  ],
  [
    '{% firstof n s %}{% firstof n "<" %}{% firstof s|safe %}{% firstof n s as x %}{{ x }}[{% firstof n e %}]',
    'x<y<x<yx<y[]',
    'x&lt;y<x<yx&lt;y[]',
  ],
  ['{% filter upper|cut:"X" %}<{{ s }}{% endfilter %}', '<<Y', '<&LT;Y'],
  [
    '{% autoescape on %}{{ s }}{% autoescape off %}{{ s }}{% endautoescape %}{% endautoescape %}{{ s }}',
    'x&lt;yx<yx<y',
    'x&lt;yx<yx&lt;y',
  ],
  [
    '{% regroup rows by k as g %}{% for x in g %}{{ x.grouper }}{% for r in x.list %}{{ r.n }}{% endfor %}{% endfor %}{{ g.0.0 }}',
    'x12y3x',
  ],
  [
    '{% regroup same by nope as g %}{{ g }}{% regroup nope by k as h %}{{ h }}',
    '[GroupedResult(grouper=None, list=[1, 1, 2])][]',
  ],
  ['{% spaceless %} <a> </a> b <i> {% endspaceless %}', '<a></a> b <i>'],
  [
    '{% widthratio 175 200 100 %}|{% widthratio f 5 1 %}|{% widthratio 1.5 1 1 %}|{% widthratio a z 7 %}|{% widthratio s 1 1 %}|{% widthratio a|add:nope 1 1 %}|{% widthratio a c 100 as w %}{{ w }}',
    '88|0|2|0|||50',
  ],
  ['{% lorem 3 w %}|{% lorem -18 w %}|{% lorem nope w %}', 'lorem ipsum dolor|lorem|lorem'],
  ['{% now "Y-m-d" %} {% now "jS" as d %}{{ d }}', '2026-03-05 5th'],
  ['{% templatetag openblock %}{% templatetag closevariable %}{% templatetag opencomment %}', '{%}}{#'],
  // Klaviyo's.
  [
    '{% today "%Y-%m-%d" as x %}{{ x }} {% current_day %} {% current_month %} {% current_year %} {% current_weekday %} {% current_month_name %}',
    '2026-03-05 5 3 2026 Thursday March',
  ],
  [
    '{% currency_format 1234.5 %} {% currency_format "-3" %} {% currency_format s %} {% currency_format f|floatformat:2 %}',
    '$1,234.50 -$3.00 x<y $2.50',
    '$1,234.50 -$3.00 x&lt;y $2.50',
  ],
];

describe('The template language', () => {
  for (const [template, off, html] of RENDERED) {
    it(template.replaceAll('\n', '\\n'), () => {
      expect(engine.renderValues(template, CONTEXT, 'off')).to.equal(off);
      expect(engine.renderValues(template, CONTEXT, 'html')).to.equal(html ?? off);
    });
  }

  it('renders a template again as if for the first time', () => {
    const template =
      '{% for x in l %}{% cycle 1 2 as c %}{% ifchanged z %}!{% endifchanged %}{% endfor %}{{ y }}{% firstof 1 as y %}';
    for (let time = 0; time < 3; time++) expect(engine.renderValues(template, CONTEXT, 'off')).to.equal('1!21');
  });
});
