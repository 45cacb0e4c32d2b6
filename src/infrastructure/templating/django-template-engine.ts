import type { Autoescape, TemplateEngine, UsedVariable } from '../../application/ports/template-engine.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { DJANGO_FILTERS } from './filters/django/django-filters.js';
import type { Filter } from './filters/filter.js';
import { KLAVIYO_FILTERS } from './filters/klaviyo/klaviyo-filters.js';
import { CompiledTemplate } from './language/compiled-template.js';
import { usedVariables } from './language/used-variables.js';
import { TemplateCache } from './template-cache.js';
import { fromPlain } from './values/from-json.js';
import type { Dict } from './values/value.js';

const MAX_KEPT_TEMPLATES = 1000;
const MAX_KEPT_CHARACTERS = 16 * 1024 * 1024;
/** Where both have a filter of one name, Django's rules hold. */
const FILTERS: ReadonlyMap<string, Filter> = new Map([...KLAVIYO_FILTERS, ...DJANGO_FILTERS]);

/** Django's template language with Klaviyo's filters and tags. A template is compiled once for each mode of escaping. */
export class DjangoTemplateEngine implements TemplateEngine {
  readonly #compiled: Readonly<Record<Autoescape, TemplateCache<CompiledTemplate>>> = {
    off: new TemplateCache(MAX_KEPT_TEMPLATES, MAX_KEPT_CHARACTERS),
    html: new TemplateCache(MAX_KEPT_TEMPLATES, MAX_KEPT_CHARACTERS),
    json: new TemplateCache(MAX_KEPT_TEMPLATES, MAX_KEPT_CHARACTERS),
  };
  /** The template rendered last: a burst of deliveries has one. */
  #last: { readonly template: string; readonly compiled: CompiledTemplate } | undefined;
  readonly #now: () => number;

  constructor(clock: { now(): number }) {
    this.#now = () => clock.now();
  }

  check(template: string, autoescape: Autoescape): void {
    this.#compile(template, autoescape);
  }

  render(template: string, variables: JsonObject, autoescape: Autoescape): string {
    return this.renderValues(template, fromPlain(variables), autoescape);
  }

  /**
   * Renders with Python's values, such as `values/from-json.ts` reads them: `20.0` stays a float.
   * @throws TemplateError
   */
  renderValues(template: string, context: Dict, autoescape: Autoescape): string {
    return this.#compile(template, autoescape).render(context, this.#now);
  }

  /**
   * The caller's variables that a template reads, with their places.
   * @throws TemplateError
   */
  variablesOf(template: string): readonly UsedVariable[] {
    return usedVariables(template, FILTERS);
  }

  #compile(template: string, autoescape: Autoescape): CompiledTemplate {
    if (this.#last?.template === template && this.#last.compiled.mode === autoescape) return this.#last.compiled;
    const cache = this.#compiled[autoescape];
    let compiled = cache.get(template);
    if (compiled === undefined) {
      compiled = new CompiledTemplate(template, FILTERS, autoescape);
      cache.set(template, compiled);
    }
    this.#last = { template, compiled };
    return compiled;
  }
}
