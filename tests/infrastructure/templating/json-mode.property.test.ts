import { expect } from 'chai';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/domain/kernel/json.js';
import { NunjucksTemplateEngine } from '../../../src/infrastructure/templating/nunjucks-template-engine.js';

const engine = new NunjucksTemplateEngine();

const awkward = fc.constantFrom(
  ...[
    '"',
    '\\',
    '\\"',
    '\\u00',
    '\n',
    '\r\n',
    '\t',
    '\u0000',
    '\u001f',
    '\u007f',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\uffff',
  ],
  ...[
    '{{',
    '}}',
    '{%',
    '{{ person }}',
    '{"a":',
    ']',
    ',',
    "'",
    '</script>',
    '\ud800',
    '\udfff',
    '😀',
    '1',
    '-0',
    '1e5',
    '007',
  ],
  ...['null', 'true', '__proto__', 'constructor', '\ue000', '\uf8ff'],
);
const text = fc.oneof(
  fc.array(fc.oneof(awkward, fc.string({ unit: 'binary' })), { maxLength: 6 }).map((parts) => parts.join('')),
  awkward,
);
const { tree: json } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
  ),
}));

function body(template: string, variables: JsonObject): unknown {
  return JSON.parse(engine.render(template, variables, 'json'));
}

describe('JSON mode', () => {
  const positions = [
    '"{{ v }}"',
    '{{ v }}',
    '{"a": "x {{ v }} y {{ v }}", "b": {{ v }}, "c": [{{ v }}, "\\\\{{ v }}\\""]}',
    '{"k{{ v }}": 1}',
    '[{% for i in list %}{"i": {{ i }}, "t": "{{ i }}", "n": {{ loop.index }}}{% if not loop.last %},{% endif %}{% endfor %}]',
    '[{% for i in list %}[{% for j in list %}"{{ i }}{{ j }}"{% if not loop.last %},{% endif %}{% endfor %}],{% endfor %}0]',
    '{ {% for k, w in object %}"{{ loop.index }}{{ k }}": {{ w }}, {% endfor %} "end": "{{ object }}"}',
    '{% set c %}{{ v }}"{{ object }}{% endset %}{"a": "{{ c }}", "b": {{ c }}, "c": "{% filter trim %} {{ v }} {% endfilter %}"}',
    '["{{ v|upper }}", {{ v|default("d") }}, "{{ v|escape }}", {{ object|dump }}, {{ v|string|truncate(3, true) }}, {{ list|join(v) }}]',
    '{{ {"a": v, "b": [v, object]} }}',
    '[{% if v %}"{{ v }}{% else %}"{{ list }}{% endif %}"]',
  ];
  for (const template of positions) {
    it(`is valid whatever the data: ${template}`, () => {
      fc.assert(
        fc.property(
          json,
          fc.array(json, { maxLength: 4 }),
          fc.dictionary(text, json, { maxKeys: 4 }),
          (v, list, object) => {
            body(template, { v, list, object });
          },
        ),
        { numRuns: 200 },
      );
    });
  }

  it('gives strings back as they were, inside and outside of quotes', () => {
    fc.assert(
      fc.property(text, (v) => {
        const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(v);
        expect(body('["{{ v }}", {{ v }}, "a{{ v }}b", {"{{ v }}": 1}]', { v })).to.deep.equal([
          v,
          isNumber ? Number(v) : v,
          `a${v}b`,
          JSON.parse(`{${JSON.stringify(v)}:1}`),
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives values back as JSON has them', () => {
    fc.assert(
      fc.property(
        json.filter((v) => typeof v !== 'string'),
        (v) => {
          const [outside, inside] = body('[{{ v }}, "{{ v }}"]', { v }) as [unknown, string];
          expect(outside).to.deep.equal(JSON.parse(JSON.stringify(v)));
          if (v !== null) expect(JSON.parse(inside)).to.deep.equal(outside);
        },
      ),
      { numRuns: 500 },
    );
  });
});
