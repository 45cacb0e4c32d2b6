import { type Autoescape, type TemplateEngine, TemplateError } from '../../application/ports/template-engine.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { findJsonFault } from './json-syntax.js';
import { MAX_TEMPLATE } from './limits.js';
import { RenderRun } from './render-run.js';
import { Scope } from './scope.js';
import { TemplateCache } from './template-cache.js';
import { type CompiledTemplate, compileTemplate } from './template-compiler.js';

const MAX_KEPT_TEMPLATES = 1000;
const MAX_KEPT_CHARACTERS = 16 * 1024 * 1024;

/**
 * nunjucks' syntax over own data only. A compiled template serves every mode of escaping, since values are escaped as
 * they are written.
 */
export class NunjucksTemplateEngine implements TemplateEngine {
  readonly #compiled = new TemplateCache<CompiledTemplate>(MAX_KEPT_TEMPLATES, MAX_KEPT_CHARACTERS);

  check(template: string, _autoescape: Autoescape): void {
    this.#compile(template);
  }

  render(template: string, variables: JsonObject, autoescape: Autoescape): string {
    const compiled = this.#compile(template);
    const run = new RenderRun(autoescape);
    let text: string;
    try {
      text = compiled(run, new Scope(variables));
    } catch (error) {
      throw renderError(error, run);
    }
    if (autoescape === 'json') assertJson(text);
    return text;
  }

  #compile(template: string): CompiledTemplate {
    const kept = this.#compiled.get(template);
    if (kept !== undefined) return kept;
    if (template.length > MAX_TEMPLATE) {
      throw new TemplateError('limit', `The template has over ${MAX_TEMPLATE} characters.`);
    }
    const compiled = compileTemplate(template);
    this.#compiled.set(template, compiled);
    return compiled;
  }
}

function renderError(error: unknown, run: RenderRun): TemplateError {
  if (error instanceof TemplateError) return new TemplateError(error.errorClass, error.message, run.line, run.column);
  // A stack that overflows, or a text longer than JavaScript can hold.
  if (error instanceof RangeError) {
    return new TemplateError('limit', 'A value is too long or nested too deeply.', run.line, run.column);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new TemplateError('render', `The template can not be rendered: ${reason}.`, run.line, run.column);
}

function assertJson(body: string): void {
  try {
    JSON.parse(body);
  } catch {
    const fault = findJsonFault(body);
    const where = fault === undefined ? '' : ` at its line ${fault.line}, column ${fault.column}: ${fault.message}`;
    throw new TemplateError('render', `The rendered body is not valid JSON${where}.`);
  }
}
