import { expect } from 'chai';
import { type Autoescape, TemplateError } from '../../../src/application/ports/template-engine.js';
import type { JsonObject } from '../../../src/domain/kernel/json.js';
import { NunjucksTemplateEngine } from '../../../src/infrastructure/templating/nunjucks-template-engine.js';

const engine = new NunjucksTemplateEngine();

const VARIABLES: JsonObject = {
  person: { first_name: 'Ann', 'Custom Property': 'gold', $id: 7, tags: ['a', 'b'] },
  items: [
    { title: 'Tea', price: 3.5 },
    { title: 'Cup', price: 12 },
  ],
  text: 'say "hi"\n\\',
  number: 12.5,
  numeric: '1e3',
  padded: '007',
  yes: true,
  nothing: null,
  html: `<b class="x">O'Neil & co</b>`,
};

function render(template: string, autoescape: Autoescape = 'off', variables: JsonObject = VARIABLES): string {
  return engine.render(template, variables, autoescape);
}

function refusal(template: string, autoescape: Autoescape = 'off', variables: JsonObject = VARIABLES): TemplateError {
  try {
    render(template, autoescape, variables);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`${template.slice(0, 100)} was rendered`);
}

describe('NunjucksTemplateEngine', () => {
  describe('renders nunjucks syntax', () => {
    const cases: [template: string, output: string][] = [
      ['plain', 'plain'],
      ['{{ person.first_name }} {{ person["first_name"] }} {{ missing }}{{ missing.deep }}{{ nothing }}', 'Ann Ann '],
      [
        "{{ person|lookup('Custom Property') }} {{ person|lookup('$id') }} {{ items|lookup('1')|lookup('title') }}",
        'gold 7 Cup',
      ],
      ['{{ items[0].title }} {{ "abc"[1] }}', 'Tea b'],
      [
        '{% for i in items %}{{ loop.index }}/{{ loop.length }}:{{ i.title }}{% if not loop.last %},{% endif %}{% endfor %}',
        '1/2:Tea,2/2:Cup',
      ],
      ['{% for k, v in items[0] %}{{ k }}={{ v }};{% endfor %}', 'title=Tea;price=3.5;'],
      ['{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }} {% endfor %}', '12 34 '],
      ['{% for i in missing %}x{% else %}none{% endfor %}', 'none'],
      ['{% if number > 12 and yes %}A{% elif yes %}B{% else %}C{% endif %}', 'A'],
      ['{% if number < 12 or not yes %}A{% elif nothing is none %}B{% else %}C{% endif %}', 'B'],
      ['{% switch person.first_name %}{% case "Bob" %}b{% case "Ann" %}a{% default %}d{% endswitch %}', 'a'],
      ['{% set t = 1 %}{% for i in items %}{% set t = t + i.price %}{% endfor %}{{ t }}', '16.5'],
      ['{% set a, b = 4 %}{{ a }}{{ b }}', '44'],
      ['{% set person = missing %}[{{ person.first_name }}]', '[]'],
      ['{% set x %}<{{ number }}>{% endset %}{{ x }}{{ x }}', '<12.5><12.5>'],
      ['{% filter upper %}a{{ person.first_name }}{% endfilter %}', 'AANN'],
      ['{% raw %}{{ x }}{% endraw %}{# gone #}|', '{{ x }}|'],
      ['a  \n b  {{- number -}}  c', 'a  \n b12.5c'],
      ['  {{- number -}}  ', '12.5'],
      [
        '{{ 10 - 2 - 3 }} {{ 10 / 5 * 2 }} {{ 2 * 7 // 2 }} {{ 1 + 2 * 3 }} {{ 2 ** 3 }} {{ 7 % 4 }} {{ - -5 }}',
        '5 4 7 7 8 3 5',
      ],
      [
        '{{ not 1 == 2 }} {{ 1 == "1" }} {{ 1 === "1" }} {{ 1 < 2 < 3 }} {{ nothing == missing }}',
        'true true false true true',
      ],
      [
        '{{ "x" ~ 1 ~ nothing }} {{ "x" + 1 }} {{ "a" in "cat" }} {{ "a" in person.tags }} {{ "first_name" in person }}',
        'x1 x1 true true true',
      ],
      ['{{ "toString" in person }} {{ "length" in person.tags }}', 'false false'],
      ['{{ "y" if yes }}{{ "n" if not yes }}{{ "n" if not yes else "e" }}', 'ye'],
      [
        '{{ 6 is divisibleby(3) }} {{ 5 is odd }} {{ missing is defined }} {{ "A" is upper }} {{ person is mapping }}',
        'true true false true true',
      ],
      ['{{ {"a": 1, b: 2} | dump }} {{ [1, "x"] | dump }}', '{"a":1,"b":2} [1,"x"]'],
    ];
    for (const [template, output] of cases) {
      it(template, () => expect(render(template)).to.equal(output));
    }
  });

  describe('has filters', () => {
    const cases: [expression: string, output: string][] = [
      ['-1.5|abs', '1.5'],
      ['[1,2,3]|batch(2, "x")|dump', '[[1,2],[3,"x"]]'],
      ['"aBC dEF"|capitalize', 'Abc def'],
      ['"ab"|center(6)', '  ab  '],
      ['missing|default("x") ~ nothing|default("y") ~ nothing|default("z", true)', 'xz'],
      ['missing|d("x")', 'x'],
      ['[3,1]|first ~ [3,1]|last ~ "abc"|last', '31c'],
      ['"1.5x"|float ~ "x"|float(2)', '1.52'],
      ['"a\nb"|indent(2)', 'a\n  b'],
      ['"12px"|int ~ "x"|int(default=0) ~ "ff"|int(base=16)', '120255'],
      ['[1,"b",null]|join("-")', '1-b-'],
      ['"abc"|length ~ [1]|length ~ person|length ~ nothing|length', '3140'],
      ['"ab"|list|dump', '["a","b"]'],
      ['"aXbX"|replace("X", "-") ~ "aXbX"|replace("X", "-", 1) ~ 121|replace(1, "y")', 'a-b-a-bXy2y'],
      ['[1,2]|reverse|dump ~ "ab"|reverse', '[2,1]ba'],
      ['3.14159|round(2) ~ " " ~ 1.2|round(0, "ceil") ~ " " ~ 1.8|round(method="floor")', '3.14 2 1'],
      ['[1,2,3,4,5]|slice(2)|dump', '[[1,2,3],[4,5]]'],
      ['[3,1,2]|sort|join ~ [3,1,2]|sort(true)|join', '123321'],
      ['items|sort(attribute="price", reverse=true)|first|lookup("title")', 'Cup'],
      ['[1,2.5]|sum', '3.5'],
      ['"the end"|title ~ "X"|lower ~ "y"|upper ~ " z "|trim', 'The EndxYz'],
      ['"hello wide world"|truncate(10) ~ "abcdef"|truncate(3, true, "!")', 'hello wide...abc!'],
      ['"a b&c"|urlencode ~ " " ~ {"a b": "c&"}|urlencode', 'a%20b%26c a%20b=c%26'],
      ['"one two"|wordcount', '2'],
      ['"<"|escape', '&lt;'],
    ];
    for (const [expression, output] of cases) {
      it(expression, () => expect(render(`{{ ${expression} }}`)).to.equal(output));
    }
  });

  describe('in HTML mode', () => {
    const cases: [template: string, output: string][] = [
      ['{{ html }}', '&lt;b class=&quot;x&quot;&gt;O&#x27;Neil &amp; co&lt;/b&gt;'],
      ['{{ "<b>"|safe }}{{ "<b>"|escape|escape }}', '<b>&lt;b&gt;'],
      ['{{ "<b> "|safe|trim }}{{ "<b>"|safe|upper }}', '<b>&lt;B&gt;'],
      ['{% set x %}<i>{{ "<" }}</i>{% endset %}{{ x }}', '<i>&lt;</i>'],
      ['{{ "X"|safe|replace("X", "<") }}', '&lt;'],
      ['{{ ["<"] }}', '&lt;'],
    ];
    for (const [template, output] of cases) {
      it(template, () => expect(render(template, 'html')).to.equal(output));
    }
  });

  describe('in JSON mode writes values for where they stand', () => {
    const cases: [template: string, output: string][] = [
      ['"{{ text }}"', '"say \\"hi\\"\\n\\\\"'],
      ['{{ text }}', '"say \\"hi\\"\\n\\\\"'],
      ['"{{ number }} {{ yes }} {{ nothing }}{{ missing }}"', '"12.5 true "'],
      ['[{{ number }},{{ yes }},{{ nothing }},{{ missing }},{{ 1 if not yes }}]', '[12.5,true,null,null,null]'],
      ['[{{ numeric }},{{ padded }},"{{ numeric }}"]', '[1e3,"007","1e3"]'],
      ['{"a": {{ person.tags }}, "b": "{{ person.tags }}"}', '{"a": ["a","b"], "b": "[\\"a\\",\\"b\\"]"}'],
      ['{{ items[0] }}', '{"title":"Tea","price":3.5}'],
      ['{ {{ person.first_name }}: 1}', '{ "Ann": 1}'],
      ['[{{ 1 / 0 }},{{ 0 / 0 }},{{ -0.0 }}]', '[null,null,0]'],
      ['{{ person.tags|safe }}', '["a","b"]'],
      ['{"a": "x{{ "\\"" | safe }}, "b": {{ number }}}', '{"a": "x", "b": 12.5}'],
      [
        '{% set x %}a"{{ text }}{{ person.tags }}{% endset %}["{{ x }}", {{ x }}]',
        JSON.stringify(Array(2).fill('a"say "hi"\n\\["a","b"]')).replace('","', '", "'),
      ],
      ['{"a": "{% filter upper %}{{ text }}"{% endfilter %}"}', '{"a": "SAY \\"HI\\"\\n\\\\\\""}'],
      ['["\\"{{ text }}", "\\\\{{ text }}"]', '["\\"say \\"hi\\"\\n\\\\", "\\\\say \\"hi\\"\\n\\\\"]'],
      ['["\\u0041{{ number }}"]', '["\\u004112.5"]'],
      ['{{ html|escape }}', '"&lt;b class=&quot;x&quot;&gt;O&#x27;Neil &amp; co&lt;/b&gt;"'],
      [
        '[{% for i in items %}{"t": "{{ i.title }}", "p": {{ i.price }}}{% if not loop.last %}, {% endif %}{% endfor %}]',
        '[{"t": "Tea", "p": 3.5}, {"t": "Cup", "p": 12}]',
      ],
      ['{"a": {% if yes %}"{{ text }}{% else %}{{ number }}{% endif %}"}', '{"a": "say \\"hi\\"\\n\\\\"}'],
    ];
    for (const [template, output] of cases) {
      it(template, () => expect(render(template, 'json')).to.equal(output));
    }

    it('escapes line separators and lone surrogates', () => {
      expect(render('["{{ s }}",{{ s }}]', 'json', { s: '\u2028\ud800' })).to.equal(
        '["\\u2028\\ud800","\\u2028\\ud800"]',
      );
    });
  });

  describe('refuses a body that is not JSON, telling where', () => {
    const cases: [template: string, message: RegExp][] = [
      ['{"a": 1,\n "b" 2}', /not valid JSON at its line 2, column 6: "2" stands where ":" is due/],
      [
        '[{% for i in items %}{{ i.price }},{% endfor %}]',
        /line 1, column 9: a comma stands before "\]" .*not loop\.last/,
      ],
      ['{"a": {{ text|safe }}}', /column 7: "s" stands where a value is due/],
      ['{{ number }}{{ text }}', /column 5: .* follows the end of the JSON value/],
      ['{"a": "{{ number }}', /column 7: a string begins that is never closed/],
      ['"{{ text|safe }}"', /not valid JSON/],
      ['["a\nb"]', /column 4: a string holds a line break/],
      ['["\\q"]', /column 3: a backslash begins no JSON escape/],
      ['[1, 2', /column 6: it ends before "\]"/],
      ['[1 2]', /column 4: "2" stands where "," or "\]" is due/],
      ['{a: 1}', /column 2: "a" stands where a name in double quotes is due/],
      ['{# nothing #}', /it is empty/],
      ['"\\{{ text }}"', /middle of a backslash escape/],
      ['"\\u00{{ number }}"', /middle of a backslash escape/],
    ];
    for (const [template, message] of cases) {
      it(template, () => {
        const error = refusal(template, 'json');
        expect(error.errorClass).to.equal('render');
        expect(error.message).to.match(message);
      });
    }
  });

  describe('refuses with a sentence, line and column', () => {
    const cases: [template: string, message: RegExp, line: number, column: number][] = [
      ['a\n {% include "x" %}', /^The tag "include" is not available in bodies\.$/, 2, 5],
      ['{% extends "x" %}', /"extends" is not available/, 1, 4],
      ['{% block a %}{% endblock %}', /"block" is not available/, 1, 4],
      ['{% import "x" as y %}', /"import" is not available/, 1, 4],
      ['{% from "x" import y %}', /"from" is not available/, 1, 4],
      ['{% macro m() %}{% endmacro %}', /"macro" is not available/, 1, 4],
      ['{% call m() %}{% endcall %}', /"call" is not available/, 1, 4],
      ['{% asyncEach x in y %}{% endeach %}', /"asyncEach" is not available/, 1, 4],
      ['{% fro i in x %}', /^There is no tag "fro"; did you mean "for"\?$/, 1, 4],
      ['{% endif %}', /no opening tag/, 1, 4],
      ['{% if yes %}', /got end of file\.$/, 1, 13],
      ['{% for i in items %}', /^The template ends before a tag is closed\.$/, 1, 21],
      ['{{ number', /^Expected \}\} to close the tag\.$/, 1, 10],
      ['{% if number }}', /^Expected %\} to close the tag "if"\.$/, 1, 16],
      ['{{ [1', /^The template ends inside of a tag; close it\.$/, 1, 6],
      ['{# note', /end of comment/, 1, 8],
      ['{{ x|uper }}', /^There is no filter "uper"; did you mean "upper"\?$/, 1, 6],
      ['\n{{ x|groupby("a") }}', /^There is no filter "groupby"/, 2, 6],
      ["{{ x|join(',', 'y') }}", /^The filter "join" takes one argument\.$/, 1, 6],
      ['{{ x|join(seperator=",") }}', /has no argument "seperator"/, 1, 11],
      ['{{ x|int(1, default=2) }}', /"default" is given twice/, 1, 13],
      ['{{ x is definde }}', /^There is no test "definde"; did you mean "defined"\?$/, 1, 9],
      ['{{ 4 is divisibleby }}', /takes one argument/, 1, 9],
      ['{{ r/a+/ }}', /^Regular expressions are not available\.$/, 1, 4],
      ['{{ () }}', /Brackets hold one expression/, 1, 4],
      ['{{ x[] }}', /Part of this expression is missing/, 1, 5],
      ['{% for loop in items %}{% endfor %}', /use another name/, 1, 4],
      ['{% set a.b = 1 %}', /Only plain names can be set/, 1, 4],
    ];
    for (const [template, message, line, column] of cases) {
      it(template, () => {
        const error = refusal(template);
        expect(error.message).to.match(message);
        expect(error.message).not.to.contain('\n');
        expect({ ...error }).to.include({ errorClass: 'syntax', line, column });
        expect(() => engine.check(template, 'json')).to.throw(TemplateError);
      });
    }

    it('tells where a rendering failed', () => {
      const error = refusal('a\n  {{ person|join }}');
      expect({ ...error }).to.include({ errorClass: 'render', line: 2, column: 13 });
      expect(error.message).to.equal('The filter join needs a list.');
    });
  });
});
