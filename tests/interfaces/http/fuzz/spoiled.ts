import fc from 'fast-check';

/** Values that hardly anything takes, or that something once choked on. */
const WRONG: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53 + 2, 5e-324, '', ' ', [], {}, [[]], [null], { a: 1 }],
  ...[
    '\ud800',
    'a\udc00b',
    '\u0000',
    '\u0007\u001b[31m',
    '\u202e',
    '\ufeff',
    'e\u0301',
    '👩‍👩‍👧‍👦',
    'İ',
    'ß'.repeat(200),
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../etc/passwd', "' OR 1=1 --", '%s%n', '#{7*7}'],
  ...['{{', '{% if %}', '{{ a|b }}', '{{ person.', '{% for x in y %}', '{{ 1|divide:0 }}', '"', '\\', '</script>'],
  ...['0000-00-00', '2026-02-31T00:00:00Z', '+275760-09-13T00:00:00Z', '9999-12-31T23:59:59.999+23:59', 'now'],
  ...[
    'http://localhost',
    'https://',
    'https://user:pass@host/',
    'https://[::1',
    'javascript:alert(1)',
    'https://a.b/\n',
  ],
  ...['@', 'a@', 'a@b', `${'a'.repeat(250)}@example.com`, '+0', '+15005550006', 'NaN', 'Infinity', '1e999', '0x10'],
];

/** Of the basic plane, control characters and half surrogates among them. fast-check's own unit `binary` takes seconds to set up. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

const wrongValues = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...WRONG) },
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.string({ unit: anyCharacter, maxLength: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 70_000 }).map((length) => 'x'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 400 }).map((length) => Array.from({ length }, () => null)) },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 1_500 }).map(nested) },
);

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  '',
  ' ',
  'data',
  'id',
  'type',
  'attributes',
  'a/b',
  '~0',
  '\u0000',
  'x'.repeat(300),
];

type Place = { holder: Record<string, unknown>; key: string };

/** The same documents, with one to three places made wrong: another value, none, one more field, another name. */
export const spoiled = (documents: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      documents,
      fc.array(
        fc.record({
          at: fc.nat(),
          how: fc.constantFrom('other', 'other', 'other', 'none', 'more', 'renamed', 'twice'),
          value: wrongValues,
          name: fc.constantFrom(...NAMES),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([document, changes]) => {
      const whole: Record<string, unknown> = { root: structuredClone(document) };
      for (const { at, how, value: shared, name } of changes) {
        // Its own, since a later change may be made inside it.
        const value = structuredClone(shared);
        const places = placesIn(whole, []);
        const { holder, key } = places[at % places.length] as Place;
        const here = holder[key];
        const isObject = typeof here === 'object' && here !== null && !Array.isArray(here);
        if (how === 'none' && key !== 'root') {
          if (Array.isArray(holder)) holder.splice(Number(key), 1);
          else delete holder[key];
        } else if (how === 'more' && isObject) own(here as Record<string, unknown>, name, value);
        else if (how === 'renamed' && key !== 'root' && !Array.isArray(holder)) {
          delete holder[key];
          own(holder, name, here);
        } else if (how === 'twice' && Array.isArray(here)) here.push(...here);
        else own(holder, key, value);
      }
      return whole.root;
    });

/** `__proto__` too, as JSON.parse makes it. */
const own = (object: Record<string, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

function placesIn(holder: Record<string, unknown>, places: Place[]): Place[] {
  for (const key of Object.keys(holder)) {
    if (places.length >= 500) break;
    places.push({ holder, key });
    const value = holder[key];
    // What was nested by us would be most of the places.
    if (typeof value === 'object' && value !== null && !(Array.isArray(value) && value.length === 1)) {
      placesIn(value as Record<string, unknown>, places);
    } else if (Array.isArray(value) && typeof value[0] === 'object' && !Array.isArray(value[0])) {
      placesIn(value as unknown as Record<string, unknown>, places);
    }
  }
  return places;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

/** What becomes of a document's text on the way: nothing, or what no serializer makes. */
export const brokenTexts = fc.oneof(
  fc.constant((text: string) => Buffer.from(text.replace('{', '{"data":{"type":"x"},'))),
  fc.constant((text: string) => Buffer.from(text.replace(/"attributes":\{/, '"attributes":{"name":1,"name":[],'))),
  fc.constant((text: string) => Buffer.from(`${text}{}`)),
  fc.constant((text: string) => Buffer.from(`\ufeff${text}`)),
  fc.constant((text: string) => Buffer.from(text, 'utf16le')),
  fc.constant((text: string) => Buffer.from(text.replaceAll('"', "'"))),
  fc.constant(() => Buffer.from('null')),
  fc.constant(() => Buffer.from('"'.repeat(100))),
  fc.constant((text: string) => Buffer.from(text.replace(/:"[^"]*"/, ':1e999'))),
  fc.constant((text: string) => Buffer.from(text.replace(/:"[^"]*"/, ':"\u0001"'))),
  fc.constant((text: string) => Buffer.from(text.replace(/:"[^"]*"/, ':"\\ud800"'))),
  fc.nat().map((at) => (text: string) => Buffer.from(text.slice(0, at % (text.length + 1)))),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([at, bytes]) => (text: string) => {
    const whole = Buffer.from(text);
    const cut = at % (whole.length + 1);
    return Buffer.concat([whole.subarray(0, cut), bytes, whole.subarray(cut)]);
  }),
  fc.integer({ min: 100, max: 20_000 }).map((depth) => () => Buffer.from('['.repeat(depth))),
  fc
    .integer({ min: 100, max: 20_000 })
    .map((depth) => () => Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
);
