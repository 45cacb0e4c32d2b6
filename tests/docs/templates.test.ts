import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Autoescape, TemplateError } from '../../src/application/ports/template-engine.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { fromJson } from '../../src/infrastructure/templating/values/from-json.js';
import type { Dict } from '../../src/infrastructure/templating/values/value.js';

interface Example {
  line: number;
  mode: Autoescape;
  template: string;
  context: string;
  output?: string;
  error?: string;
}

const HEAD = /^\| template(?:, (html|json))? \| context \| (output|error) \|$/;
const NOW = Date.parse('2024-03-01T12:00:00Z');

/** The rows of the page's tables of examples. */
function examples(page: string): Example[] {
  const found: Example[] = [];
  let head: RegExpExecArray | null = null;
  for (const [index, line] of page.split('\n').entries()) {
    head = HEAD.exec(line) ?? (line.startsWith('|') ? head : null);
    if (head === null || HEAD.test(line) || /^\| ---/.test(line)) continue;
    // A cell ends at a bar that no backslash stands before.
    const [template = '', context = '', result = ''] = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replace(/^`|`$/g, '').replaceAll('\\|', '|'));
    const mode = (head[1] ?? 'off') as Autoescape;
    const expected = head[2] === 'error' ? { error: result } : { output: result };
    found.push({ line: index + 1, mode, template, context, ...expected });
  }
  return found;
}

describe('docs/templates.md', () => {
  const all = examples(readFileSync('docs/templates.md', 'utf8'));
  const engine = new DjangoTemplateEngine({ now: () => NOW });

  it('shows the dialect by examples', () => {
    expect(all.length).to.be.greaterThan(200);
  });

  it('is right in each of them', () => {
    const wrong: string[] = [];
    for (const { line, mode, template, context, output, error } of all) {
      let got: string;
      try {
        got = engine.renderValues(template, fromJson(context) as Dict, mode);
      } catch (refusal) {
        if (!(refusal instanceof TemplateError)) throw refusal;
        got = error === undefined ? `${refusal.errorClass}: ${refusal.message}` : refusal.errorClass;
      }
      if (got !== (output ?? error)) wrong.push(`line ${line}: ${template} gives ${got}`);
    }
    expect(wrong).to.deep.equal([]);
  });
});
