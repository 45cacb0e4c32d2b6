import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Autoescape } from '../../../src/application/ports/template-engine.js';
import { DjangoTemplateEngine } from '../../../src/infrastructure/templating/django-template-engine.js';
import { renderJsonLines } from '../../../src/interfaces/cli/template-render.js';

const engine = new DjangoTemplateEngine({ now: () => 0 });

async function results(input: Iterable<string | Buffer>, autoescape: Autoescape = 'off'): Promise<unknown[]> {
  const output = new PassThrough();
  const done = renderJsonLines(Readable.from(input, { objectMode: true }), output, engine, autoescape).then(() =>
    output.end(),
  );
  let text = '';
  for await (const chunk of output) text += chunk;
  await done;
  expect(text === '' || text.endsWith('\n')).to.equal(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

describe('template render --jsonl', () => {
  it('renders a case a line, each in its mode or the default one', async () => {
    const input = [
      line({ id: 'a', template: '{{ v }}', context: { v: '<' } }),
      line({ id: 'b', template: '{{ v }}', context: { v: '<' }, autoescape: 'html' }),
      line({ id: 'c', template: '{{ v }}', context: { v: '<' }, autoescape: 'json' }),
      '\n',
      JSON.stringify({ id: 4, template: '', context: {} }),
    ];
    expect(await results(input)).to.deep.equal([
      { id: 'a', output: '<' },
      { id: 'b', output: '&lt;' },
      { id: 'c', output: '"<"' },
      { id: 4, output: '' },
    ]);
    expect((await results(input, 'json'))[0]).to.deep.equal({ id: 'a', output: '"<"' });
  });

  it('tells of errors with their class, line and column', async () => {
    const input = [
      line({ id: 's', template: 'a\n{{ x|uper }}', context: {} }),
      line({ id: 'r', template: '{{ x|divisibleby:0 }}', context: { x: 5 } }),
      line({ id: 'l', template: '{% for i in x %}{{ i }}{% endfor %}', context: { x: Array(100_001).fill('') } }),
      line({ id: 'j', template: '[', context: {}, autoescape: 'json' }),
    ];
    expect(await results(input)).to.deep.equal([
      { id: 's', error: 'syntax', message: 'There is no filter "uper"; did you mean "upper"?', line: 2, column: 6 },
      {
        id: 'r',
        error: 'render',
        message: "The template can't be rendered: integer division or modulo by zero.",
        line: 1,
        column: 6,
      },
      { id: 'l', error: 'limit', message: "The template's loops take over 100000 turns.", line: 1, column: 17 },
      {
        id: 'j',
        error: 'syntax',
        message: 'The body is not JSON: it ends where a value or "]" is due.',
        line: 1,
        column: 1,
      },
    ]);
  });

  it('answers lines that are no cases, and goes on', async () => {
    const input = [
      '{"id": "a", \n',
      '5\n',
      line({ id: 'b', template: 'x', context: [] }),
      line({ id: 'c', template: 1, context: {} }),
    ];
    const rest = [line({ id: 'd', template: '', context: {}, autoescape: 'xml' }), line({ id: 'e', template: 'e' })];
    const message = (number: number) => `line ${number} is not a JSON object with id, template and context`;
    expect(await results([...input, ...rest])).to.deep.equal([
      { id: null, error: 'syntax', message: message(1) },
      { id: null, error: 'syntax', message: message(2) },
      { id: 'b', error: 'syntax', message: message(3) },
      { id: 'c', error: 'syntax', message: message(4) },
      { id: 'd', error: 'syntax', message: 'line 5 has an autoescape other than off, html and json' },
      { id: 'e', output: 'e' },
    ]);
  });

  it('reads a context as Python does: $datetime is a moment, at any depth, 20.0 a float, and big numbers are whole', async () => {
    const context =
      '{"at": {"$datetime": "2024-05-06T07:08:09+02:00"}, "deep": [{"at": {"$datetime": "2024-05-06T07:08:09"}}], ' +
      '"other": {"$datetime": "x", "more": 1}, "price": 20.0, "big": 12345678901234567890}';
    const template = "{{ at|date:'c' }} {{ deep.0.at|date:'H:i' }} {{ other.more }} {{ price }} {{ big }}";
    expect(
      await results([`{"id": 1, "template": ${JSON.stringify(template)}, "context": ${context}}\n`]),
    ).to.deep.equal([{ id: 1, output: '2024-05-06T05:08:09+00:00 07:08 1 20.0 12345678901234567890' }]);
    const wrong = `{"id": 2, "template": "", "context": {"at": {"$datetime": "soon"}}}\n`;
    expect(await results([wrong])).to.deep.equal([
      { id: 2, error: 'syntax', message: `line 1 has a context that can't be read: "soon" is no ISO 8601 date-time.` },
    ]);
  });

  it('refuses a line that is not UTF-8, and goes on', async () => {
    const input = [Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), line({ id: 1, template: 'a' })];
    expect(await results(input)).to.deep.equal([
      { id: null, error: 'syntax', message: 'line 1 is not UTF-8' },
      { id: 1, output: 'a' },
    ]);
  });

  it('puts lines and characters together over chunks', async () => {
    const bytes = Buffer.from(
      line({ id: 'é', template: '{{ v }}\r', context: { v: '😀' } }) + line({ id: 2, template: 'b', context: {} }),
    );
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await results(chunks)).to.deep.equal([
      { id: 'é', output: '😀\r' },
      { id: 2, output: 'b' },
    ]);
  });

  it('answers a line that is too long without keeping it', async () => {
    const part = 'x'.repeat(1024 * 1024);
    const input = [...Array<string>(17).fill(part), '\n', line({ id: 'next', template: 'n', context: {} })];
    expect(await results(input)).to.deep.equal([
      { id: null, error: 'limit', message: 'line 1 has over 16777216 bytes' },
      { id: 'next', output: 'n' },
    ]);
  });

  it('reads no further than the output takes', async () => {
    let read = 0;
    function* cases() {
      for (; read < 5000; read++) yield line({ id: read, template: 'x', context: {} });
    }
    let release = () => {};
    let taken = 0;
    const output = new Writable({
      highWaterMark: 100,
      write(chunk: Buffer, _encoding, callback) {
        taken += chunk.toString().split('\n').length - 1;
        release = callback;
      },
    });
    let ended = false;
    const done = renderJsonLines(Readable.from(cases(), { highWaterMark: 4 }), output, engine, 'off').then(() => {
      ended = true;
    });
    while (!ended || taken < 5000) {
      await turn();
      expect(read - taken).to.be.lessThan(50);
      const next = release;
      release = () => {};
      next();
    }
    await done;
    expect(taken).to.equal(5000);
  });
});
