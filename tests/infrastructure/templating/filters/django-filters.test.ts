import { expect } from 'chai';
import { DJANGO_FILTERS } from '../../../../src/infrastructure/templating/filters/django/django-filters.js';
import {
  PyDate,
  PyDateTime,
  PyError,
  PyFloat,
  PyTime,
  SafeText,
  Tuple,
  type Value,
} from '../../../../src/infrastructure/templating/values/value.js';
import { applied, NOW, written } from './apply-filter.js';

type Row = [value: Value, argument: Value, text: string];

const safe = (text: string): SafeText => new SafeText(text);
const moment = (year: number, month: number, day: number, hour = 0, minute = 0): PyDateTime =>
  new PyDateTime(Date.UTC(year, month - 1, day, hour, minute), 0, 0);

/** Marked safe where `safe:` stands in front of what is written. */
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  add: [
    [4, 2, '6'],
    ['4', safe('2'), '6'],
    [3.7, 1.7, '4'],
    [9007199254740991, 2, '9007199254740993'],
    ['abc', 'def', 'abcdef'],
    [safe('a'), 'b', 'ab'],
    [safe('a'), safe('b'), 'safe:ab'],
    [[1], [2], '[1, 2]'],
    [new Tuple([1]), new Tuple([2]), '(1, 2)'],
    [[1], 'x', ''],
    [7, 'abc', ''],
    [null, 1, ''],
    [undefined, 1, ''],
    [new PyFloat(Number.NaN), 1, 'nan'],
  ],
  addslashes: [[`I'm "here" \\`, undefined, `I\\'m \\"here\\" \\\\`]],
  capfirst: [
    ['ada', undefined, 'Ada'],
    ['ßa', undefined, 'SSa'],
    ['', undefined, ''],
    [safe('ada'), undefined, 'safe:Ada'],
  ],
  center: [
    ['42', 5, '  42 '],
    ['ab', 5, '  ab '],
    ['abc', 6, ' abc  '],
    ['😀', '3', ' 😀 '],
    ['long', 2, 'long'],
  ],
  cut: [
    ['a b c', ' ', 'abc'],
    ['abc', '', 'abc'],
    [safe('a;b'), ';', 'ab'],
    [safe('a;b'), 'a', 'safe:;b'],
  ],
  date: [
    [moment(2024, 3, 5, 14, 7), undefined, 'March 5, 2024'],
    [moment(2024, 3, 5, 14, 7), 'D d M Y', 'Tue 05 Mar 2024'],
    [moment(2024, 3, 5, 14, 7), 'DATETIME_FORMAT', 'March 5, 2024, 2:07 p.m.'],
    [moment(2024, 3, 5, 14, 7), 'SHORT_DATETIME_FORMAT', '03/05/2024 2:07 p.m.'],
    [new PyDate(2024, 3, 5), 'YEAR_MONTH_FORMAT', 'March 2024'],
    [new PyTime(14, 7, 0, 0), 'H:i', '14:07'],
    [new PyTime(14, 7, 0, 0), 'Y', ''],
    ['text', 'Y', ''],
    ['text', '-', '-'],
    ['text', 'e', ''],
    ['', 'e', ''],
    [null, 'Y', ''],
  ],
  default: [
    ['', 'x', 'x'],
    [0, 'x', 'x'],
    [null, safe('x'), 'safe:x'],
    ['a', 'x', 'a'],
    [undefined, 'x', 'x'],
  ],
  default_if_none: [
    [null, 'x', 'x'],
    ['', 'x', ''],
    [undefined, 'x', ''],
  ],
  dictsort: [
    [[{ a: 2 }, { a: 1 }], 'a', "[{'a': 1}, {'a': 2}]"],
    [[{ a: { b: 2 } }, { a: { b: 1 } }], 'a.b', "[{'a': {'b': 1}}, {'a': {'b': 2}}]"],
    [
      [
        ['b', 1],
        ['a', 2],
      ],
      0,
      "[['a', 2], ['b', 1]]",
    ],
    [
      [new PyDate(2024, 3, 5), new PyDate(2023, 3, 5)],
      'year',
      '[datetime.date(2023, 3, 5), datetime.date(2024, 3, 5)]',
    ],
    [[{ a: 1 }, { a: 'x' }], 'a', ''],
    [[{ a: 1 }], 'b', ''],
    [[{ _a: 1 }], '_a', ''],
    [7, 'a', ''],
    ['ba', 0, "['a', 'b']"],
  ],
  dictsortreversed: [
    [
      [
        { a: 1, n: 1 },
        { a: 2, n: 2 },
        { a: 2, n: 3 },
      ],
      'a',
      "[{'a': 2, 'n': 2}, {'a': 2, 'n': 3}, {'a': 1, 'n': 1}]",
    ],
  ],
  divisibleby: [
    [21, 7, 'True'],
    ['21', '4', 'False'],
    [-12, 5, 'False'],
    [0, 3, 'True'],
    [30000000000000000000n, 3, 'True'],
  ],
  escape: [
    ['<&', undefined, 'safe:&lt;&amp;'],
    [safe('<&'), undefined, 'safe:<&'],
    [["'"], undefined, 'safe:[&quot;&#x27;&quot;]'],
  ],
  escapejs: [
    [
      `\\'"<>&=-;\`\n\u2028`,
      undefined,
      'safe:\\u005C\\u0027\\u0022\\u003C\\u003E\\u0026\\u003D\\u002D\\u003B\\u0060\\u000A\\u2028',
    ],
  ],
  filesizeformat: [
    [0, undefined, '0\xa0bytes'],
    [1, undefined, '1\xa0byte'],
    [1023, undefined, '1023\xa0bytes'],
    [1024, undefined, '1.0\xa0KB'],
    ['2048', undefined, '2.0\xa0KB'],
    [-1048576, undefined, '-1.0\xa0MB'],
    [1024 ** 3 - 1, undefined, '1024.0\xa0MB'],
    [1.5 * 1024 ** 4, undefined, '1.5\xa0TB'],
    [10n ** 40n, undefined, '8881784197001253000000000.0\xa0PB'],
    ['x', undefined, '0\xa0bytes'],
    [null, undefined, '0\xa0bytes'],
  ],
  first: [
    [['a', 'b'], undefined, 'a'],
    ['😀a', undefined, '😀'],
    [[], undefined, ''],
    ['', undefined, ''],
  ],
  floatformat: [
    [34.23234, undefined, 'safe:34.2'],
    [34, undefined, 'safe:34'],
    [34.26, undefined, 'safe:34.3'],
    [34.23234, 3, 'safe:34.232'],
    [34, 3, 'safe:34.000'],
    [34.26, '-3', 'safe:34.260'],
    [34.5, 0, 'safe:35'],
    [2.675, 2, 'safe:2.68'],
    [-2.5, 0, 'safe:-3'],
    [-0.04, undefined, 'safe:0.0'],
    [34232.34, '2g', 'safe:34,232.34'],
    [-1234567.891, 'g', 'safe:-1,234,567.9'],
    [100, 'g', 'safe:100'],
    [new PyFloat(1e21), 1, 'safe:1000000000000000000000.0'],
    [5e-324, 2, 'safe:0.00'],
    [12345678901234567890n, 1, 'safe:12345678901234567890.0'],
    ['19.99', 1, 'safe:20.0'],
    [true, 1, 'safe:1.0'],
    ['', undefined, ''],
    ['x', 2, ''],
    [null, 2, ''],
    [[1], 2, ''],
    [1.5, 'x', '1.5'],
    ['42', 'x', "'42'"],
    [new PyFloat(Number.POSITIVE_INFINITY), 2, 'inf'],
    ['nan', 2, "'nan'"],
  ],
  force_escape: [
    ['<', undefined, 'safe:&lt;'],
    [safe('&lt;'), undefined, 'safe:&amp;lt;'],
  ],
  get_digit: [
    [123, 1, '3'],
    [123, '3', '1'],
    [123, 9, '0'],
    [123, 0, '123'],
    ['x', 1, 'x'],
    [123, 'x', '123'],
    [4.9, 0, '4'],
  ],
  iriencode: [['?test=1&me=é ü%20', undefined, '?test=1&me=%C3%A9%20%C3%BC%20']],
  join: [
    [['a', 'b'], ', ', 'safe:a, b'],
    ['ab', '-', 'safe:a-b'],
    [{ x: 1, y: 2 }, '', 'safe:xy'],
    [['a', safe('b')], '<', 'safe:a&lt;b'],
    [[1, 2], ',', '[1, 2]'],
    [7, ',', '7'],
    [[], ',', 'safe:'],
  ],
  json_script: [
    [
      { a: '</script>', b: [1, null, true, new PyFloat(2), 'é😀"\n\x7f'], c: moment(2024, 3, 5) },
      'data',
      'safe:<script id="data" type="application/json">{"a": "\\u003C/script\\u003E", "b": [1, null, true, 2.0, "\\u00e9\\ud83d\\ude00\\"\\n\\u007f"], "c": "2024-03-05T00:00:00Z"}</script>',
    ],
    ['x', '"', 'safe:<script id="&quot;" type="application/json">"x"</script>'],
  ],
  last: [
    [['a', 'b'], undefined, 'b'],
    [safe('ab'), undefined, 'safe:b'],
    [[], undefined, ''],
  ],
  length: [
    ['a😀', undefined, '2'],
    [{ a: 1 }, undefined, '1'],
    [7, undefined, '0'],
    [undefined, undefined, '0'],
  ],
  length_is: [
    ['ab', '2', 'True'],
    [[1], 2, 'False'],
    [7, 1, ''],
    ['ab', 'x', ''],
  ],
  linebreaks: [
    ['a\nb\r\n\r\n\r\nc', undefined, 'safe:<p>a<br>b</p>\n\n<p>c</p>'],
    ['', undefined, 'safe:<p></p>'],
  ],
  linebreaksbr: [['a\r\nb\rc\n<', undefined, 'safe:a<br>b<br>c<br><']],
  linenumbers: [
    ['a\nb', undefined, 'safe:1. a\n2. b'],
    ['a\n'.repeat(9), undefined, `safe:${'123456789'.replace(/./g, '0$&. a\n')}10. `],
  ],
  ljust: [['ab', 4, 'ab  ']],
  lower: [
    ['ÄΣ', undefined, 'äς'],
    [null, undefined, 'none'],
  ],
  make_list: [
    ['a😀', undefined, "['a', '😀']"],
    [123, undefined, "['1', '2', '3']"],
  ],
  phone2numeric: [['800-COLLECT é', undefined, '800-2655328 é']],
  pluralize: [
    [1, undefined, ''],
    [0, undefined, 's'],
    ['1', undefined, ''],
    [[1, 2], 'es', 'es'],
    [1, 'y,ies', 'y'],
    [new PyFloat(1), 'y,ies', 'y'],
    [2, 'y,ies', 'ies'],
    [1, 'a,b,c', ''],
    ['x', undefined, ''],
    [null, undefined, ''],
  ],
  pprint: [
    [{ b: 1, a: 'x' }, undefined, "{'a': 'x', 'b': 1}"],
    [['x'.repeat(40), 'y'.repeat(40)], undefined, `['${'x'.repeat(40)}',\n '${'y'.repeat(40)}']`],
    ['word '.repeat(17), undefined, `('${'word '.repeat(15)}'\n '${'word '.repeat(2)}')`],
  ],
  random: [
    [['a'], undefined, 'a'],
    [safe('a'), undefined, 'safe:a'],
  ],
  rjust: [['ab', '4', '  ab']],
  safe: [['<', undefined, 'safe:<']],
  safeseq: [
    [['<', 1], undefined, "['<', '1']"],
    [safe('ab'), undefined, "safe:['a', 'b']"],
  ],
  slice: [
    ['a😀cd', '1:3', '😀c'],
    [[1, 2, 3, 4], '::-2', '[4, 2]'],
    [[1, 2, 3, 4], '-3:', '[2, 3, 4]'],
    [[1, 2, 3, 4], 2, '[1, 2]'],
    [new Tuple([1, 2]), ':1', '(1,)'],
    [safe('abc'), ':1', 'safe:a'],
    ['abc', 'x', 'abc'],
    ['abc', '::0', 'abc'],
    ['abc', '1:2:3:4', 'abc'],
    [7, ':1', '7'],
    [{ a: 1 }, ':1', "{'a': 1}"],
  ],
  slugify: [
    [' Joel is a slug! ', undefined, 'joel-is-a-slug'],
    ['Žofie — café ☕ --x__', undefined, 'zofie-cafe-x'],
  ],
  stringformat: [
    [5, '03d', '005'],
    [-5, '05d', '-0005'],
    [5, '+.3d', '+005'],
    [255, '#x', '0xff'],
    [255, 'X', 'FF'],
    [8, '#o', '0o10'],
    [3.99, 'd', '3'],
    [3.99, 'x', ''],
    [0.125, '.2f', '0.12'],
    [2.675, '.2f', '2.67'],
    [1e-5, 'g', '1e-05'],
    [123456789, 'g', '1.23457e+08'],
    [1.5, '#.0f', '2.'],
    [1, '#g', '1.00000'],
    [9.9999999, '.2e', '1.00e+01'],
    [new PyFloat(Number.NEGATIVE_INFINITY), '8.1f', '    -inf'],
    ['abc', '.2s|', 'ab|'],
    ['abc', '-5s|', 'abc  |'],
    ["it's", 'r', `"it's"`],
    ['é😀', 'a', "'\\xe9\\U0001f600'"],
    [65, 'c', 'A'],
    [{ x: 1 }, '(x)s', '1'],
    [new Tuple([1, 2]), 's', '(1, 2)'],
    ['x', 'd', ''],
    [5, '%', ''],
    [5, 's %s', ''],
    [5, '*d', ''],
    [5, '', ''],
    [5, 'z', ''],
    [5, 's%%', '5%'],
  ],
  striptags: [
    ['<b>Joel</b> <button>is</button> a <span>slug</span>', undefined, 'Joel is a slug'],
    ['a <!-- <b> --> b <br/>c', undefined, 'a  b c'],
    ['<<b>script>x</script>', undefined, ''],
    ['a &amp &#39 <b>c', undefined, 'a &amp; &#39; c'],
    ['1 < 2 > 0', undefined, '1 < 2 > 0'],
    ['<a title="x>y">z</a', undefined, 'z</a'],
  ],
  time: [
    [moment(2024, 3, 5, 14, 7), undefined, '2:07 p.m.'],
    [moment(2024, 3, 5, 14, 7), 'H\\h i', '14h 07'],
    [moment(2024, 3, 5, 14, 7), 'Y', ''],
    [new PyDate(2024, 3, 5), 'H', ''],
    [null, 'H', ''],
  ],
  timesince: [
    [new PyDateTime(NOW - 90_000, 0, 0), undefined, '1\xa0minute'],
    [moment(2024, 3, 5), moment(2025, 6, 7), '1\xa0year, 3\xa0months'],
    [moment(2024, 3, 5), moment(2024, 3, 12, 5), '1\xa0week'],
    [new PyDate(2024, 3, 5), new PyDate(2024, 3, 6), '1\xa0day'],
    [moment(2024, 3, 5), moment(2024, 3, 4), '0\xa0minutes'],
    [moment(2024, 3, 5), new PyDate(2024, 3, 6), ''],
    ['', undefined, ''],
  ],
  timeuntil: [
    [new PyDateTime(NOW + 7_230_000, 0, 0), undefined, '2\xa0hours'],
    [moment(2024, 3, 6, 4), moment(2024, 3, 5), '1\xa0day, 4\xa0hours'],
  ],
  title: [
    ["joe's 1st o'neil's X-RAY", undefined, "Joe's 1st O'Neil's X-Ray"],
    ['555 west 53rd street', undefined, '555 West 53rd Street'],
  ],
  truncatechars: [
    ['Joel is a slug', 7, 'Joel i…'],
    ['Joel', 4, 'Joel'],
    ['e\u0301e\u0327\u0304x', 2, 'é…'],
    ['Joel', 0, '…'],
    ['Joel', 'x', 'Joel'],
    [safe('<b>Joel'), 5, 'safe:<b>J…'],
  ],
  truncatechars_html: [
    ['<p>Joel <br>is a slug</p>', 7, '<p>Joel <br>i…</p>'],
    ['<p>Joel</p>', 4, '<p>Joel</p>'],
    ['<p>Joel</p>', 0, '…'],
  ],
  truncatewords: [
    ['Joel  is\na slug', 2, 'Joel is …'],
    ['Joel  is', 2, 'Joel is'],
    ['Joel is', 0, ' …'],
    ['a b c', -1, 'a b …'],
  ],
  truncatewords_html: [
    ['<p>Joel is <i>a slug</i></p>', 3, '<p>Joel is <i>a …</i></p>'],
    ['<p>Joel</p>', 0, ''],
  ],
  unordered_list: [
    [
      ['States', ['Kansas', ['Lawrence', 'Topeka'], '<'], 'x', []],
      undefined,
      'safe:\t<li>States\n\t<ul>\n\t\t<li>Kansas\n\t\t<ul>\n\t\t\t<li>Lawrence</li>\n\t\t\t<li>Topeka</li>\n\t\t</ul>\n\t\t</li>\n\t\t<li><</li>\n\t</ul>\n\t</li>\n\t<li>x</li>',
    ],
  ],
  upper: [
    ['ß café', undefined, 'SS CAFÉ'],
    [safe('&amp;'), undefined, '&AMP;'],
  ],
  urlencode: [
    ['/a b?é&', undefined, '/a%20b%3F%C3%A9%26'],
    ['/a:', '', '%2Fa%3A'],
    ['/a:', ':', '%2Fa:'],
    ['~-._', undefined, '~-._'],
  ],
  urlize: [
    [
      'Check out www.djangoproject.com.',
      undefined,
      'safe:Check out <a href="http://www.djangoproject.com" rel="nofollow">www.djangoproject.com</a>.',
    ],
    [
      '(http://x.com/a_(b)?q=1&amp;r=é)',
      undefined,
      'safe:(<a href="http://x.com/a_(b)?q=1&amp;r=%C3%A9" rel="nofollow">http://x.com/a_(b)?q=1&amp;r=é</a>)',
    ],
    ['me@ünï.com', undefined, 'safe:<a href="mailto:me@xn--n-nga1b.com">me@ünï.com</a>'],
    ['a.b foo.com/x x:y.zz', undefined, 'safe:a.b <a href="http://foo.com/x" rel="nofollow">foo.com/x</a> x:y.zz'],
  ],
  urlizetrunc: [
    ['www.djangoproject.com', 15, 'safe:<a href="http://www.djangoproject.com" rel="nofollow">www.djangoproj…</a>'],
  ],
  wordcount: [
    [' Joel  is a slug\n', undefined, '4'],
    ['', undefined, '0'],
  ],
  wordwrap: [
    ['Joel is a slug', 5, 'Joel\nis a\nslug'],
    ['a long-long-word b\nc', '6', 'a\nlong-long-word\nb\nc'],
  ],
  yesno: [
    [true, undefined, 'yes'],
    ['', 'y,n', 'n'],
    [null, undefined, 'maybe'],
    [null, 'y,n', 'n'],
    [null, 'a,b,c,d', 'b'],
    [true, 'y', 'True'],
  ],
};

describe("Django's built-in filters", () => {
  it('are all there', () => {
    expect([...DJANGO_FILTERS.keys()].sort()).to.deep.equal(Object.keys(TABLES).sort());
  });

  for (const [name, rows] of Object.entries(TABLES)) {
    it(name, () => {
      for (const [value, argument, text] of rows) {
        const call = `${JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part))}|${name}:${String(argument)}`;
        expect(written(name, value, argument), call).to.equal(text);
      }
    });
  }

  describe('escape where auto-escape is on', () => {
    const rows: [name: string, value: Value, argument: Value, text: string][] = [
      ['join', ['<', safe('<')], '&', 'safe:&lt;&amp;<'],
      ['join', [1, 2], safe('<'), 'safe:1<2'],
      ['linebreaks', '<', undefined, 'safe:<p>&lt;</p>'],
      ['linebreaks', safe('<'), undefined, 'safe:<p><</p>'],
      ['linebreaksbr', '<\n', undefined, 'safe:&lt;<br>'],
      ['linenumbers', '<', undefined, 'safe:1. &lt;'],
      ['unordered_list', ['<', safe('<')], undefined, 'safe:\t<li>&lt;</li>\n\t<li><</li>'],
      [
        'urlize',
        '<b> xy.com/?"',
        undefined,
        'safe:&lt;b&gt; <a href="http://xy.com/" rel="nofollow">xy.com/?</a>&quot;',
      ],
      ['urlize', safe('<b>'), undefined, 'safe:<b>'],
    ];
    for (const [name, value, argument, text] of rows)
      it(`${name} ${JSON.stringify(value)}`, () =>
        expect(written(name, value, argument, { autoescape: true })).to.equal(text));
  });

  describe('let the rendering fail where Django does', () => {
    const rows: [name: string, value: Value, argument: Value][] = [
      ['first', 7, undefined],
      ['first', null, undefined],
      ['first', { a: 1 }, undefined],
      ['last', 1.5, undefined],
      ['random', [], undefined],
      ['random', { a: 1 }, undefined],
      ['phone2numeric', 7, undefined],
      ['phone2numeric', null, undefined],
      ['divisibleby', 7, 0],
      ['divisibleby', 'x', 2],
      ['get_digit', null, 1],
      ['get_digit', -12, 3],
      ['get_digit', new PyFloat(Number.POSITIVE_INFINITY), 1],
      ['add', new PyFloat(Number.POSITIVE_INFINITY), 1],
      ['filesizeformat', new PyFloat(Number.NEGATIVE_INFINITY), undefined],
      ['ljust', 'a', 'x'],
      ['center', 'a', null],
      ['wordwrap', 'a', 'x'],
      ['truncatechars', 'a', null],
      ['urlizetrunc', 'a', 'x'],
      ['cut', 'a', 5],
      ['pluralize', 1, 5],
      ['yesno', true, 5],
      ['urlencode', 'a', 5],
      ['dictsort', [{ a: 1 }], 0],
      ['dictsort', [{ a: 1 }], ''],
      ['dictsort', [[]], 0],
      ['safeseq', 7, undefined],
      ['unordered_list', 7, undefined],
      ['stringformat', -1, 'c'],
      ['stringformat', new PyFloat(Number.POSITIVE_INFINITY), 'd'],
      ['stringformat', { x: 1 }, '(y)s'],
      ['date', new PyDate(2024, 3, 5), 'H'],
      ['timesince', 'yesterday', undefined],
      ['floatformat', 1.5, null],
    ];
    for (const [name, value, argument] of rows)
      it(`${JSON.stringify(value)}|${name}:${JSON.stringify(argument)}`, () =>
        expect(() => applied(name, value, argument)).to.throw(PyError));
  });

  it('picks any item at random', () => {
    const found = new Set(Array.from({ length: 200 }, () => applied('random', ['a', 'b'])));
    expect([...found].sort()).to.deep.equal(['a', 'b']);
  });
});
