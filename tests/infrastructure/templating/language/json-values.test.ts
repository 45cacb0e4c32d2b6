import { expect } from 'chai';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';
import { fromJson } from '../../../../src/infrastructure/templating/values/from-json.js';
import type { Dict } from '../../../../src/infrastructure/templating/values/value.js';

const engine = new DjangoTemplateEngine({ now: () => Date.UTC(2026, 2, 5, 14, 7, 9) });
const VALUES = fromJson(`{
  "text": "a \\"b\\" \\\\ c\\n\\u2028é<", "digits": "42", "zip": "01234", "decimal": "-1.5e3", "blank": "", "whole": 7,
  "float": 2.5, "big": 123456789012345678901234567890, "huge": 1e400, "twenty": 20.0, "yes": true, "no": false, "none": null,
  "list": [1, "2", null, true, 20.0, ["x"], {"k": "\\""}], "dict": {"a b": 1, "q\\"": "v"}, "empty": [], "bare": {},
  "moment": {"$datetime": "2024-03-05T14:07:09+02:00"}
}`) as Dict;

/** What a value is written as, by the place it stands in: a value, a string, a name. */
const TABLE: [expression: string, value: string, text: string, name?: string][] = [
  ['text', '"a \\"b\\" \\\\ c\\n\\u2028é<"', 'a \\"b\\" \\\\ c\\n\\u2028é<'],
  ['digits', '42', '42'],
  ['zip', '"01234"', '01234'],
  ['decimal', '-1.5e3', '-1.5e3'],
  ['blank', '""', ''],
  ['whole', '7', '7'],
  ['float', '2.5', '2.5'],
  ['twenty', '20.0', '20.0'],
  ['big', '123456789012345678901234567890', '123456789012345678901234567890'],
  ['huge', 'null', 'inf'],
  ['yes', 'true', 'True'],
  ['no', 'false', 'False'],
  ['none', 'null', 'None'],
  ['missing', 'null', ''],
  ['missing.too', 'null', ''],
  ['missing|default:"d"', '"d"', 'd'],
  ['list', '[1,"2",null,true,20.0,["x"],{"k":"\\""}]', `[1, '2', None, True, 20.0, ['x'], {'k': '\\"'}]`],
  ['dict', '{"a b":1,"q\\"":"v"}', `{'a b': 1, 'q\\"': 'v'}`],
  ['empty', '[]', '[]'],
  ['bare', '{}', '{}'],
  ['dict.items', '[["a b",1],["q\\"","v"]]', `dict_items([('a b', 1), ('q\\"', 'v')])`],
  ['moment', '"2024-03-05T14:07:09+02:00"', 'March 5, 2024, 12:07 p.m.'],
  ['"lit<"', '"lit<"', 'lit<'],
  ['-5', '-5', '-5'],
  ['text|escape', '"a &quot;b&quot; \\\\ c\\n\\u2028é&lt;"', 'a &quot;b&quot; \\\\ c\\n\\u2028é&lt;'],
  ['whole|add:1', '8', '8'],
  ['float|floatformat:2', '2.50', '2.50'],
  ['list|length', '7', '7'],
  ['digits|upper', '42', '42'],
];

function render(template: string): string {
  return engine.renderValues(template, VALUES, 'json');
}

describe('Values in JSON', () => {
  for (const [expression, value, text] of TABLE) {
    it(expression, () => {
      expect(render(`[{{ ${expression} }}]`)).to.equal(`[${value}]`);
      expect(render(`["<{{ ${expression} }}>"]`)).to.equal(`["<${text}>"]`);
      expect(render(`{ {{ ${expression} }}: 1, "{{ ${expression} }}": 2}`)).to.equal(`{ "${text}": 1, "${text}": 2}`);
      for (const body of [`{{ ${expression} }}`, `"{{ ${expression} }}"`]) JSON.parse(render(body));
    });
  }

  const tags: [tag: string, value: string, text?: string][] = [
    ['{% firstof missing whole %}', '7'],
    ['{% firstof missing text %}', '"a \\"b\\" \\\\ c\\n\\u2028é<"', 'a \\"b\\" \\\\ c\\n\\u2028é<'],
    ['{% firstof missing none %}', 'null', ''],
    ['{% cycle text whole %}', '"a \\"b\\" \\\\ c\\n\\u2028é<"', 'a \\"b\\" \\\\ c\\n\\u2028é<'],
    ['{% now "Y" %}', '2026'],
    ['{% now "D" %}', '"Thu"', 'Thu'],
    ['{% today "%Y-%m-%d" %}', '"2026-03-05"', '2026-03-05'],
    ['{% today "%d" as t %}{{ t }}', '"05"', '05'],
    ['{% current_day %}', '5'],
    ['{% current_month %}', '3'],
    ['{% current_year %}', '2026'],
    ['{% current_weekday %}', '"Thursday"', 'Thursday'],
    ['{% current_month_name %}', '"March"', 'March'],
    ['{% currency_format 1234.5 %}', '"$1,234.50"', '$1,234.50'],
    ['{% currency_format digits %}', '"$42.00"', '$42.00'],
    ['{% currency_format zip|add:"x" %}', '"01234x"', '01234x'],
    ['{% widthratio whole 14 100 %}', '50'],
    ['{% widthratio missing 14 100 %}', 'null', ''],
    [
      '{% filter upper %}x"{{ text|cut:" " }}{% endfilter %}',
      '"X\\"A\\"B\\"\\\\C\\n\\u2028É<"',
      'X\\"A\\"B\\"\\\\C\\n\\u2028É<',
    ],
    ['{% filter cut:"x" %}4x2{% endfilter %}', '42'],
    ['{% lorem 2 w %}', '"lorem ipsum"', 'lorem ipsum'],
    [
      '{% autoescape on %}{{ text|cut:" " }}{% endautoescape %}',
      '"a&quot;b&quot;\\\\c\\n\\u2028é&lt;"',
      'a&quot;b&quot;\\\\c\\n\\u2028é&lt;',
    ],
    ['{% autoescape off %}{{ dict }}{% endautoescape %}', '{"a b":1,"q\\"":"v"}', `{'a b': 1, 'q\\"': 'v'}`],
    ['{% with x=text|safe %}{{ x|cut:" " }}{% endwith %}', '"a\\"b\\"\\\\c\\n\\u2028é<"', 'a\\"b\\"\\\\c\\n\\u2028é<'],
  ];
  for (const [tag, value, text] of tags) {
    it(tag, () => {
      expect(render(`[${tag}]`)).to.equal(`[${value}]`);
      expect(render(`["${tag}"]`)).to.equal(`["${text ?? value}"]`);
    });
  }

  it('writes raw what is marked safe where it stands, and checks the body', () => {
    expect(render('{"a": {{ digits|safe }}, "b": {{ dict|length|safe }}, "c": "{{ zip|safe|upper }}"}')).to.equal(
      '{"a": 42, "b": 2, "c": "01234"}',
    );
    expect(render('[{{ "1, 2"|safe }}]')).to.equal('[1, 2]');
    expect(() => render('[\n {{ text|safe }}]'))
      .to.throw('The rendered body is not valid JSON at its line 2, column 2')
      .that.includes({ errorClass: 'render', line: 2, column: 2 });
    expect(() => render('{"a": "{{ text|safe }}"}')).to.throw('The rendered body is not valid JSON');
  });
});
