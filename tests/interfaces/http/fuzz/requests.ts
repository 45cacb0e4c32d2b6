import fc from 'fast-check';
import type { Operation, Parameter, Schema } from '../documented-answers.js';
import { valuesOf } from './schema-values.js';
import { brokenTexts, spoiled } from './spoiled.js';

/** A request as it is made up; `{flow_id}` and the like stand for what exists when it is sent. */
export interface MadeUpRequest {
  method: string;
  /** As it is sent: encoded, with its query. */
  url: string;
  headers: Record<string, string>;
  /** Makes the body's bytes of its text, once that is filled. */
  body?: { text: string; toBytes: (text: string) => Buffer };
  as: 'key' | 'session' | 'nobody';
}

/** Path segments and parameters that nothing has. */
const JUNK: readonly string[] = [
  ...[
    'nothing',
    '',
    '0',
    '-1',
    '.',
    '..',
    '%00',
    '%ff',
    '%',
    '%2F',
    'a%2Fb',
    '%F0%9F%92%A9',
    '__proto__',
    'constructor',
  ],
  ...[
    'x'.repeat(199),
    'x'.repeat(300),
    '%C3%A9',
    "'",
    '%22',
    '%27%3B--',
    '00000000-0000-0000-0000-000000000000',
    'null',
  ],
];

const cursor = (text: string): string => Buffer.from(text).toString('base64url');

const QUERY_VALUES: readonly string[] = [
  ...JUNK,
  ...['1', '100', '101', '1e2', '10.5', '99999999999999999999', 'NaN', '+1', '0x10', ' 1'],
  ...['position:1', 'position:abc', 'position:-1', 'position:999999999999999', 'position:1e5', '', '{"a":1}'].map(
    cursor,
  ),
  ...['["x",1]', '[]', '[1]', '[null,null]', '{}', '["x",1e999]', '[{},"1"]'].map(cursor),
  ...[
    'AAAA',
    '====',
    'cG9zaXRpb246',
    '-created',
    'created',
    'name',
    '-',
    'name,-name',
    'definition',
    'definition.actions.x',
  ],
  ...[
    'equals(name',
    'equals(name,"x")',
    'equals(name,"\\")',
    'equals(id,x),',
    'equals(,)',
    'any(id,["a"])',
    'and(a,b)',
  ],
  ...[
    'equals(created,now)',
    'greater-than(created,2026-01-01T00:00:00Z)',
    'contains(name,"%_")',
    'not(equals(name,1))',
  ],
  ...[
    'equals(name,"x")'.repeat(90),
    '2026-07-15T00:00:00Z',
    '2026-02-31',
    '9999-12-31T23:59:59Z',
    '-271821-04-20',
    'flow-actions',
  ],
];

/** Requests of one operation: most as its description has them, or wrong in a few places; some that can't be read. */
export function requestsOf(method: string, path: string, operation: Operation, placeholders: readonly string[]) {
  const { parameters = [], requestBody, security = [] } = operation;
  const takesKey = security.some((one) => 'Klaviyo-API-Key' in one);
  const as: fc.Arbitrary<MadeUpRequest['as']> =
    security.length === 0
      ? fc.constant('nobody' as const)
      : fc.oneof(
          { weight: takesKey ? 90 : 2, arbitrary: fc.constant('key' as const) },
          { weight: takesKey ? 8 : 96, arbitrary: fc.constant('session' as const) },
          { weight: 2, arbitrary: fc.constant('nobody' as const) },
        );
  const bodies =
    requestBody === undefined
      ? fc.oneof({ weight: 19, arbitrary: none }, { weight: 1, arbitrary: fc.constant({ text: '{}', toBytes: plain }) })
      : bodiesOf(requestBody);
  return fc
    .record({
      path: pathsOf(path, parameters, placeholders),
      query: queriesOf(parameters),
      body: bodies,
      headers: headersOf,
      contentType: fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom('application/json', 'application/vnd.api+json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=latin1', '', 'x'),
        },
      ),
      as,
    })
    .map(
      ({ path: filled, query, body, headers, contentType, as: who }): MadeUpRequest => ({
        method,
        url: query === '' ? filled : `${filled}?${query}`,
        headers: body === undefined ? headers : { ...headers, 'content-type': contentType },
        ...(body === undefined ? {} : { body }),
        as: who,
      }),
    );
}

const plain = (text: string): Buffer => Buffer.from(text);
const none = fc.constant(undefined);

const headersOf: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 30, arbitrary: fc.constant({ revision: '2026-07-15' }) },
  // Few, so that some are used again for something else.
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => ({ 'idempotency-key': `key-${n}` })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      ...[{ revision: '2026-02-31' }, { revision: 'v1' }, { 'idempotency-key': 'a b' }, { authorization: 'Bearer x' }],
      ...[
        { cookie: 'hookledger_session=x; a' },
        { origin: 'https://elsewhere.example' },
        { 'accept-encoding': '*;q=0' },
        {},
      ],
    ),
  },
);

function pathsOf(
  path: string,
  parameters: readonly Parameter[],
  placeholders: readonly string[],
): fc.Arbitrary<string> {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const values = named.map((name) => {
    const example = parameters.find((one) => one.in === 'path' && one.name === name)?.example;
    return fc.oneof(
      { weight: 7, arbitrary: fc.constant(String(example ?? name)) },
      { weight: 2, arbitrary: fc.constantFrom(...JUNK) },
      { weight: 1, arbitrary: fc.constantFrom(...placeholders.map((one) => `{${one}}`)) },
    );
  });
  return fc.tuple(...values).map((given) => {
    let filled = path;
    for (const [index, name] of named.entries()) filled = filled.replace(`{${name}}`, () => given[index] ?? '');
    return filled;
  });
}

function queriesOf(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const known = parameters.filter((one) => one.in === 'query');
  const fields = known.map(({ name, example, schema }) =>
    fc.oneof(
      { weight: 12, arbitrary: none },
      ...(example === undefined
        ? []
        : [{ weight: 4, arbitrary: fc.constant([name, encodeURIComponent(String(example))] as const) }]),
      {
        weight: 1,
        arbitrary: valuesOf(schema).map((value) => [name, encodeURIComponent(String(value).toWellFormed())] as const),
      },
      { weight: 3, arbitrary: fc.constantFrom(...QUERY_VALUES).map((value) => [name, value] as const) },
    ),
  );
  const more = fc.oneof(
    { weight: 15, arbitrary: none },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom('x', 'page', 'page[size]', '__proto__', 'fields[flow]', '%ff', '', 'filter'),
          fc.constantFrom(...QUERY_VALUES),
        )
        .map((pair) => pair as readonly [string, string]),
    },
  );
  return fc.tuple(...fields, more, more).map((pairs) =>
    pairs
      .filter((pair) => pair !== undefined)
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
  );
}

function bodiesOf({ content }: { content: Record<string, { schema: Schema; example?: unknown }> }) {
  const { schema = {}, example } = content['application/json'] ?? {};
  const right = valuesOf(schema, example);
  const documents = fc.oneof(
    { weight: 3, arbitrary: fc.constant(example) },
    { weight: 4, arbitrary: right },
    { weight: 4, arbitrary: spoiled(fc.constant(example)) },
    { weight: 4, arbitrary: spoiled(right) },
  );
  const texts = documents.map((document) => JSON.stringify(document) ?? 'null');
  return fc.oneof(
    { weight: 12, arbitrary: texts.map((text) => ({ text, toBytes: plain })) },
    { weight: 2, arbitrary: fc.tuple(texts, brokenTexts).map(([text, toBytes]) => ({ text, toBytes })) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, { text: '', toBytes: plain }) },
  );
}
