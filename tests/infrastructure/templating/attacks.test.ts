import { expect } from 'chai';
import { TemplateError, type TemplateErrorClass } from '../../../src/application/ports/template-engine.js';
import type { Json, JsonObject } from '../../../src/domain/kernel/json.js';
import { MAX_OUTPUT, MAX_TEMPLATE } from '../../../src/infrastructure/templating/limits.js';
import { NunjucksTemplateEngine } from '../../../src/infrastructure/templating/nunjucks-template-engine.js';

const engine = new NunjucksTemplateEngine();

function outcome(template: string, variables: JsonObject = {}): string {
  try {
    return engine.render(template, variables, 'off');
  } catch (error) {
    if (error instanceof TemplateError) return error.errorClass;
    throw error;
  }
}

function list(length: number): Json[] {
  return Array(length).fill(1);
}

describe('Templates under attack', () => {
  describe('reach no prototypes and no globals', () => {
    const unreachable = [
      ...['constructor', '__proto__', 'toString', 'hasOwnProperty', '__defineGetter__'].flatMap((name) => [
        `{{ ${name} }}`,
        `{{ data.${name} }}`,
        `{{ data['${name}'] }}`,
        `{{ data|lookup('${name}') }}`,
        `{{ list.${name} }}`,
        `{{ text.${name} }}`,
        `{{ number.${name} }}`,
        `{{ (text|safe).${name} }}`,
        `{% for i in list %}{{ loop.${name} }}{% endfor %}`,
        `{% set x %}a{% endset %}{{ x.${name} }}`,
      ]),
      ...['range', 'cycler', 'joiner', 'process', 'globalThis', 'global', 'require', 'console', 'Math', 'this'].map(
        (name) => `{{ ${name} }}`,
      ),
      ...[
        'runtime',
        'context',
        'frame',
        'env',
        'texts',
        'filters',
        'tests',
        'output',
        'arguments',
        'undefined',
        'loop',
      ].map((name) => `{{ ${name} }}`),
      '{{ list.length }}{{ text.length }}{{ list.map }}{{ text.at }}{{ list[-1] }}{{ list["01"] }}{{ list[0.5] }}',
      '{{ list[["length"]] }}{{ data[["constructor"]] }}',
      '{% for k, v in text %}{{ k.constructor }}{% endfor %}',
    ];
    for (const template of unreachable) {
      it(template, () => expect(outcome(template, { data: { a: 1 }, list: [1], text: 'x', number: 5 })).to.equal(''));
    }

    it('sees own data of such names, as data', () => {
      const data: Json = JSON.parse('{"__proto__": {"a": 1}, "constructor": "c", "toString": "t", "length": 3}');
      expect(
        outcome('{{ d.__proto__.a }}{{ d.constructor }}{{ d.toString }}{{ d.length }}{{ d }}', { d: data }),
      ).to.equal('1ct3[object Object]');
      expect(outcome('{{ d + 1 }} {{ d * 1 }} {{ d < 1 }} {{ d == "x" }}', { d: data })).to.equal(
        '[object Object]1 NaN false false',
      );
      expect(outcome('{% for i in d %}{{ i }}{% endfor %}', { d: { length: 1e9 } })).to.equal('');
    });

    it('sees no functions that a host passes in', () => {
      const data = { call: () => 'called' } as unknown as JsonObject;
      expect(outcome('{{ call }}{{ d.call }}{{ [d.call]|join }}', { ...data, d: data })).to.equal('');
    });

    it('changes neither the data nor nunjucks nor prototypes', () => {
      const data = { a: { b: [2, 1] } };
      outcome(
        '{% set a = 1 %}{% set __proto__ = a %}{{ a.b|sort|reverse }}{% for __proto__ in [1] %}{% endfor %}',
        data,
      );
      outcome('{{ {"__proto__": {"polluted": 1}} | dump }}', data);
      expect(data).to.deep.equal({ a: { b: [2, 1] } });
      expect(Reflect.get({}, 'polluted')).to.equal(undefined);
      expect(outcome('{{ {"__proto__": {"x": 1} }.x }}')).to.equal('');
    });

    it('finds nothing to sort by', () => {
      expect(outcome('{{ l|sort(attribute="constructor")|join }}', { l: [2, 1] })).to.equal('21');
      expect(outcome('{{ l|sort(false, false, "__proto__.x")|join }}', { l: [2, 1] })).to.equal('21');
    });
  });

  describe('call nothing and write no code', () => {
    const refused = [
      "{{ ''.constructor.constructor('return process')() }}",
      '{{ text.toUpperCase() }}',
      '{{ list.map(text) }}',
      '{{ list.push(1) }}',
      '{{ range(3) }}',
      '{{ x|upper() }}{{ x() }}',
      '{{ x is constructor }}',
      '{{ x is __proto__ }}',
      '{{ x|constructor }}',
      '{{ x|__proto__ }}',
      '{{ x|toString }}',
      '{{ x|hasOwnProperty("a") }}',
      '{{ x|groupby("constructor") }}',
      '{{ x|selectattr("constructor") }}',
      "{{ x|join(',', 'constructor') }}",
      "{{ x|sum('constructor') }}",
      '{% filter constructor %}{% endfilter %}',
      '{{ a"&&process }}',
      '{{ a`b` }}',
      '{{ a\\u0028 }}',
      '{{ a;b }}',
      '{{ x is \'a")&&process&&("\' }}',
      '{{ x|f"y }}',
      '{% for a"b in x %}{% endfor %}',
      '{% set a"b = 1 %}',
      '{% for x() in y %}{% endfor %}',
      '{% for a, b.c in y %}{% endfor %}',
      '{% set x = y() %}',
      '{% if x() %}{% endif %}',
      '{{ {x: y()} }}',
      '{{ [y()] }}',
      '{{ 1 if y() }}',
      '{{ x|default(y()) }}',
      '{{ x|int(default=y()) }}',
      '{{ x is divisibleby(y()) }}',
      '{% switch x() %}{% case 1 %}{% endswitch %}',
      '{% set c %}{{ y() }}{% endset %}',
      '{% set c %}{% include "x" %}{% endset %}',
      '{{ super() }}',
      '{{ caller() }}',
    ];
    for (const template of refused) {
      it(template, () => expect(outcome(template, { x: 'x', list: [], text: '' })).to.equal('syntax'));
    }

    it('writes texts of any characters into code as texts', () => {
      const text = '"\\\'`$\u007b1}\u2028\u2029\u0000*/ </script> \\u0022';
      expect(outcome(`${text}{{ "${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}" }}`)).to.equal(text + text);
    });
  });

  describe('stop at a bound', () => {
    const turns = '{% for a in big %}{% for b in big %}';
    const ends = '{% endfor %}{% endfor %}';
    const doubling = (body: string) => `{% set x = "ab" %}{% for i in big %}${body}{% endfor %}{{ x }}`;
    const limited: [name: string, template: string][] = [
      ['nested loops', `${turns}${ends}`],
      ['loops that write', `${turns}a${ends}`],
      ['a long loop', '{% for i in huge %}{% endfor %}'],
      ['a loop with much in it', `{% for i in big %}${'{% set a = 1 %}'.repeat(10_000)}{% endfor %}`],
      ['output from text', `{% for i in big %}${'a'.repeat(2000)}{% endfor %}`],
      ['output from values', `{% for i in big %}{{ long }}{{ long }}{% endfor %}`],
      ['captured output', `{% set c %}{% for i in big %}${'a'.repeat(2000)}{% endfor %}{% endset %}`],
      ['texts that double', doubling('{% set x = x ~ x %}')],
      ['texts that double by +', doubling('{% set x = x + x %}')],
      ['texts that double by a filter', doubling('{% set x = x|replace("a", x) %}')],
      ['texts that double by join', doubling('{% set x = [x, x]|join %}')],
      ['lists that double, as text', doubling('{% set x = [x, x] %}')],
      ['lists that double, as JSON', `${doubling('{% set x = [x, x] %}').slice(0, -7)}{{ x|dump }}`],
      ['dictionaries that double', `${doubling('{% set x = {a: x, b: x} %}').slice(0, -7)}{{ x|dump }}`],
      ['lists that double by slice', `${doubling('{% set x = [1]|slice(3, x) %}').slice(0, -7)}{{ x|join }}`],
      ['wide text', '{{ "x"|center(100000000) }}'],
      ['wide margins', '{{ "x"|indent(100000000) }}'],
      ['many slices', '{{ [1]|slice(1000000000) }}'],
      ['a wide batch', '{{ [1]|batch(1000000000, 1) }}'],
      ['a text that grows by urlencode', `{{ "%"|center(100000)${'|urlencode'.repeat(40)} }}`],
      ['comparing long texts', `{% for i in huge %}{% if long == long2 %}{% endif %}{% endfor %}`],
      ['sorting again and again', '{% for i in big %}{{ big|sort|length }}{% endfor %}'.repeat(5)],
      ['brackets', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
      ['open brackets', `{{ ${'['.repeat(100_000)}`],
      ['signs', `{{ ${'- '.repeat(10_000)}1 }}`],
      ['nots', `{{ ${'not '.repeat(10_000)}1 }}`],
      ['blocks', '{% if a %}'.repeat(5000)],
      ['elifs', `{% if a %}${'{% elif a %}'.repeat(5000)}{% endif %}`],
      ['a chain of +', `{{ 1${' + 1'.repeat(10_000)} }}`],
      ['a chain of filters', `{{ 1${'|abs'.repeat(10_000)} }}`],
      ['a chain of members', `{{ a${'.a'.repeat(10_000)} }}`],
      ['tags', '{{a}}'.repeat(200_000)],
      ['a template over the bound', 'a'.repeat(MAX_TEMPLATE + 1)],
      ['deep data as text', '{{ deep }}'],
      ['deep data as JSON', '{{ deep|dump }}'],
      ['a cycle as JSON', '{{ cycle|dump }}'],
      ['a cycle as text', '{{ cycle.list }}'],
    ];
    let deep: Json = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const cycle: Record<string, unknown> = {};
    cycle.list = [cycle, cycle.list];
    (cycle.list as unknown[])[1] = cycle.list;
    const variables = {
      ...{ big: list(1000), huge: list(100_001), deep, cycle },
      ...{ long: 'a'.repeat(10_000), long2: `${'a'.repeat(9_999)}b` },
    } as unknown as JsonObject;
    for (const [name, template] of limited) {
      it(name, () => expect(outcome(template, variables)).to.equal('limit' satisfies TemplateErrorClass));
    }

    it('but not before', () => {
      expect(outcome('{% for i in l %}{% endfor %}', { l: list(100_000) })).to.equal('');
      expect(outcome('{{ t }}', { t: 'a'.repeat(MAX_OUTPUT) })).to.have.length(MAX_OUTPUT);
      expect(outcome('a'.repeat(MAX_TEMPLATE))).to.have.length(MAX_TEMPLATE);
      expect(outcome(`{{ ${'('.repeat(80)}1${')'.repeat(80)} }}`)).to.equal('1');
      expect(outcome(`{% if 0 %}${'{% elif 0 %}'.repeat(60)}{% else %}e{% endif %}`)).to.equal('e');
      expect(outcome(`{{ 1${' + 1'.repeat(200)} }}`)).to.equal('201');
      expect(outcome('{% for k, v in d %}'.repeat(40) + '{% endfor %}'.repeat(40))).to.equal('');
    });

    it('reads blanks before a trimming tag in linear time', () => {
      // A million blanks are a matter of milliseconds, or of many minutes if each begins a search: mocha's time-out.
      const blanks = ' '.repeat(1_000_000);
      expect(outcome(`a${blanks}b{{- 1 }}`)).to.equal(`a${blanks}b1`);
    });
  });
});
