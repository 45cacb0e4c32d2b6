import { expect } from 'chai';
import { DjangoTemplateEngine } from '../../../../src/infrastructure/templating/django-template-engine.js';

const engine = new DjangoTemplateEngine({ now: () => 0 });
const LISTS = [[], [1], [1, 2], [1, 2, 3], ['a', null, {}]];

const LAST = '{% if not forloop.last %},{% endif %}';
const FIRST = '{% if not forloop.first %},{% endif %}';

const ACCEPTED = [
  ...['{{ a }}', '"{{ a }}"', ' [ ] ', '-0.5e+3', 'true', '12', '{"a": {"b": [1, {"c": null}]}}', '"\\u00e9\\n"'],
  // Branches.
  '{% if a %}{"x": 1}{% else %}[2]{% endif %}',
  '{"x": {% if a %}1{% elif b %}"s"{% else %}null{% endif %}}',
  '{"x": "{% if a %}yes"{% else %}no"{% endif %}}',
  '{"x": "{% if a %}yes{% endif %}"}',
  '{"x": 1{% if a %}, "y": 2{% endif %}}',
  '{ {% if a %}"y": 2,{% endif %} "z": 3}',
  '[{% if a %}1{% endif %}]',
  '[{% if a %}1,{% endif %} 2]',
  '{% if a %}[{% else %}[1,{% endif %} 2]',
  '{"x": 1{% if a %}2{% endif %}}',
  '{"x": tr{% if a %}ue{% else %}ue{% endif %}}',
  '{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}3{% endif %}',
  // Commas of loops.
  `[{% for i in l %}{{ i }}${LAST}{% endfor %}]`,
  `[{% for i in l %}${FIRST}{{ i }}{% endfor %}]`,
  `[{% for i in l reversed %}{"i": "{{ i }}"}${LAST}{% endfor %}]`,
  '[{% for i in l %}{{ i }}{% if forloop.last %}{% else %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{% if forloop.first %}{% else %},{% endif %}{{ i }}{% endfor %}]',
  '[{% for i in l %}{% if forloop.counter > 1 %},{% endif %}{{ i }}{% endfor %}]',
  '[{% for i in l %}{% if forloop.counter != 1 %},{% endif %}{{ i }}{% endfor %}]',
  '[{% for i in l %}{% if forloop.counter0 %},{% endif %}{{ i }}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if forloop.revcounter > 1 %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if forloop.revcounter0 > 0 %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if 0 < forloop.revcounter0 %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if forloop.counter < l|length %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if forloop.counter != l|length %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }}{% if forloop.last == 1 or not forloop.last and 1 %}{% endif %}{% if not forloop.last %},{% endif %}{% endfor %}]',
  '[{% for i in l %}{{ i }},{% endfor %}null]',
  '[null{% for i in l %},{{ i }}{% endfor %}]',
  '{ {% for i in l %}"k{{ i }}": {{ i }},{% endfor %} "end": 1}',
  `{ {% for i in l %}{{ i }}: {{ i }}${LAST}{% endfor %} }`,
  `[{% for i in l %}[{% for j in l %}{{ j }}${LAST}{% endfor %}]${LAST}{% endfor %}]`,
  '[{% for i in l %}{% if not forloop.first %},{% endif %}[{% for j in l %}{% if forloop.parentloop.first %}1{% else %}2{% endif %}{% if not forloop.last %},{% endif %}{% endfor %}]{% endfor %}]',
  `[{% for i in l %}{{ i }}${LAST}{% empty %}"none"{% endfor %}]`,
  `[{% for i in l %}{% if i %}{{ i }}{% else %}null{% endif %}${LAST}{% endfor %}]`,
  `[{% for i in l %}{% with j=i %}{{ j }}{% endwith %}${LAST}{% endfor %}]`,
  '["{% for i in l %}{{ i }}{% if not forloop.last %}, {% endif %}{% endfor %}"]',
  '["{% for i in l %}{{ i }}; {% endfor %}"]',
  '[{% for i in l %}{% ifchanged i %}{% if not forloop.first %},{% endif %}{{ i }}{% endifchanged %}{% endfor %}]',
  '["{% for i in l %}{% ifchanged %}{{ i }}{% else %}-{% endifchanged %}{% endfor %}"]',
  // Other tags.
  '{% comment %}{"x{% endcomment %}{# [ #}1',
  '{% templatetag openbrace %}"a": 1{% templatetag closebrace %}',
  '{"a": "{% verbatim %}{{ x }}{% endverbatim %}"}',
  '{% spaceless %} {"a": "<b> </b>"} {% endspaceless %}',
  '{% autoescape off %}{"a": "{{ a }}"}{% endautoescape %}',
  '{% with b=a %}{"a": {{ b }} }{% endwith %}',
  '{"a": {% filter upper %}not { json "{{ a }}{% endfilter %}}',
  '{"a": {% cycle a 1 %}, "b": "{% cycle a 1 silent %}{% cycle a 1 as c silent %}{{ c }}"}',
  '{% regroup l by x as g %}{% now "Y" as y %}{% firstof a as f %}[{{ y }}, {{ f }}]',
];

const REFUSED: [template: string, line: number, column: number, message: string][] = [
  ['', 1, 1, 'it is empty'],
  ['{% if a %}{% endif %}', 1, 1, 'it ends where a value is due'],
  ['{"a": 1', 1, 1, 'it ends where the rest of a number, "," or "}" is due'],
  ['{"a": "b', 1, 1, 'it ends where a string is not closed'],
  ['{"a" 1}', 1, 6, '"1" stands where ":" is due'],
  ["{'a': 1}", 1, 2, 'a name in double quotes or "}" is due'],
  ['{"a": 1,}', 1, 9, 'a comma stands before it'],
  ['[1,\n 2,\n  x]', 3, 3, '"x" stands where a value is due'],
  ['{"a": "x\ny"}', 1, 9, 'a string holds a line break'],
  ['{"a": "\\x"}', 1, 9, 'begins or ends no JSON escape'],
  ['[1] 2', 1, 5, 'the body has ended'],
  ['[01]', 1, 3, '"1" stands where'],
  ['[tru]', 1, 5, 'true, false or null is not written out'],
  ['{"a": {{ a }}{{ b }}}', 1, 14, 'stand in one string: "{{ a }} {{ b }}"'],
  ['{"a": 1{{ a }}}', 1, 8, 'A value stands where the rest of a number'],
  ['{"a": -{{ a }}}', 1, 8, 'a number is not written out'],
  ['{"a" {{ a }}}', 1, 6, 'A value stands where ":" is due'],
  ['{"a": "\\{{ a }}"}', 1, 9, 'in the middle of a backslash escape'],
  ['{"a": "\\u00{{ a }}"}', 1, 12, 'in the middle of a backslash escape'],
  ['{% if a %}{"x": 1{% else %}[2{% endif %}}', 1, 1, 'The branches of this {% if %} may end in different places'],
  ['{"x": "{% if a %}yes"{% else %}no{% endif %}}', 1, 8, 'The branches of this {% if %} may end in different places'],
  ['{% if a %}{"x": 1}{% endif %}', 1, 11, 'it may end where a value is due on one of the ways through the tag'],
  ['[{% if a %}1{% endif %}, 2]', 1, 24, 'put the comma inside of the branch that writes the value'],
  ['[{% if a %}1{% endif %}{{ b }}]', 1, 24, 'A value may stand where'],
  ['[{% for i in l %}{{ i }},{% endfor %}]', 1, 38, 'write it as {% if not forloop.last %},{% endif %}'],
  ['[{% for i in l %}{{ i }}{% endfor %}]', 1, 18, 'write the comma as {% if not forloop.last %},{% endif %}'],
  [`[{% for i in l %}{{ i }}${LAST}{% endfor %}, 5]`, 1, 74, '"," stands where a value or "]" is due'],
  ['[{% for i in l %}{{ i }}{% if not forloop.last and a %},{% endif %}{% endfor %}]', 1, 18, 'A value may stand'],
  [
    `[{% for i in l %}{% if i %}${FIRST}{{ i }}{% endif %}{% endfor %}]`,
    1,
    54,
    '"," stands where a value or "]" is due',
  ],
  ['{% for i in l %}{"a": {% endfor %}', 1, 1, 'The body of this {% for %} may end in different places'],
  ['[{% for i in l %}"{% endfor %}]', 1, 2, 'The body of this {% for %} may end in different places'],
  ['{ {% for i in l %}{{ i }}{% cycle ":" "," %}{% endfor %} }', 1, 26, 'A value stands where ":" is due'],
  // An inner list may be empty.
  [
    '[{% for i in l %}{% for j in i %}{{ j }}{% if not forloop.parentloop.last %},{% elif not forloop.last %},{% endif %}{% endfor %}{% endfor %}]',
    1,
    141,
    'a comma stands before it',
  ],
  // The list is another one inside of the loop, so its length says nothing of the loop.
  ['[{% for l in l %}{{ l }}{% if forloop.counter < l|length %},{% endif %}{% endfor %}]', 1, 18, 'A value may stand'],
  [
    '[{% for i in l %}{% with l=i %}{{ i }}{% if forloop.counter < l|length %},{% endif %}{% endwith %}{% endfor %}]',
    1,
    32,
    'A value may stand',
  ],
  // A name that hides the loop's.
  [
    '[{% for i in l %}{% with forloop=a %}{{ i }}{% if not forloop.last %},{% endif %}{% endwith %}{% endfor %}]',
    1,
    38,
    'A value may stand',
  ],
];

describe('JSON followed through templates', () => {
  for (const template of ACCEPTED) {
    it(`is proven: ${template}`, () => {
      for (const l of LISTS) {
        for (const a of [undefined, null, true, 'x "y"', 3, [1, '"']]) {
          for (const b of [0, 1]) {
            const variables = a === undefined ? { l, b } : { l, a, b };
            JSON.parse(engine.render(template, variables, 'json'));
          }
        }
      }
    });
  }

  for (const [template, line, column, message] of REFUSED) {
    it(`is refused: ${template}`, () => {
      expect(() => engine.check(template, 'json'))
        .to.throw(message)
        .that.includes({ name: 'TemplateError', errorClass: 'syntax', line, column });
      engine.check(template, 'off');
    });
  }
});
