import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Autoescape, TemplateError } from '../../../src/application/ports/template-engine.js';
import { DjangoTemplateEngine } from '../../../src/infrastructure/templating/django-template-engine.js';
import { fromJson } from '../../../src/infrastructure/templating/values/from-json.js';
import type { Dict } from '../../../src/infrastructure/templating/values/value.js';

interface DjangoCase {
  readonly id: string;
  readonly group: string;
  readonly template: string;
  readonly context: Dict;
  readonly autoescape: Autoescape;
  readonly expected?: string;
  readonly error?: 'syntax' | 'render';
}

const engine = new DjangoTemplateEngine({ now: () => Date.UTC(2026, 2, 5, 14, 7, 9) });
const groups = new Map<string, DjangoCase[]>();
for (const line of readFileSync('tests/infrastructure/templating/django-cases.jsonl', 'utf8').trim().split('\n')) {
  // Read as Python reads it, so that 20.0 is a float.
  const djangoCase = fromJson(line) as unknown as DjangoCase;
  const cases = groups.get(djangoCase.group) ?? [];
  groups.set(djangoCase.group, [...cases, djangoCase]);
}

function outcome({ template, context, autoescape }: DjangoCase): string {
  try {
    return `renders ${JSON.stringify(engine.renderValues(template, context, autoescape))}`;
  } catch (error) {
    if (error instanceof TemplateError) return `${error.errorClass} error`;
    throw error;
  }
}

describe('Templates rendered by Django 3.2', () => {
  for (const [group, cases] of groups) {
    it(`${group}: ${cases.length} cases`, () => {
      const failures: string[] = [];
      for (const djangoCase of cases) {
        const { id, template, expected, error } = djangoCase;
        const due = error === undefined ? `renders ${JSON.stringify(expected)}` : `${error} error`;
        const found = outcome(djangoCase);
        if (found !== due) failures.push(`${id} ${template}\n    Django ${due}\n    ours ${found}`);
      }
      expect(failures.join('\n')).to.equal('');
    });
  }
});
