import { type Autoescape, TemplateError } from '../../../application/ports/template-engine.js';
import type { Filter } from '../filters/filter.js';
import { findJsonFault } from '../json-syntax.js';
import { type Dict, PyError } from '../values/value.js';
import type { Part } from './compiling/part.js';
import { TemplateCompiler } from './compiling/template-compiler.js';
import { followJson, type JsonFlow } from './json/json-flow.js';
import { type AnyNode, placeOf } from './parsing/nodes.js';
import { TAGS } from './parsing/tags/tags.js';
import { TemplateParser } from './parsing/template-parser.js';
import { MissingVariable } from './running/missing-variable.js';
import { Rendering } from './running/rendering.js';

const NO_FLOW: JsonFlow = { forms: new Map(), raw: undefined };

/** A template that is ready to be rendered, in one mode of escaping. */
export class CompiledTemplate {
  readonly #part: Part;
  readonly #slots: number;
  readonly #cycles: number;
  readonly #raw: AnyNode | undefined;

  /** @throws TemplateError `syntax` or `limit` */
  constructor(
    source: string,
    filters: ReadonlyMap<string, Filter>,
    readonly mode: Autoescape,
  ) {
    const body = new TemplateParser(source, filters, TAGS).parse();
    const { forms, raw } = mode === 'json' ? followJson(body, filters) : NO_FLOW;
    const compiler = new TemplateCompiler(body, filters, mode, forms);
    this.#part = compiler.compile();
    this.#slots = compiler.slots;
    this.#cycles = compiler.cycles;
    this.#raw = raw;
  }

  /** @throws TemplateError `render` or `limit` */
  render(variables: Dict, now: () => number): string {
    const run = new Rendering(variables, this.mode === 'html', now, this.#slots, this.#cycles);
    let text: string;
    try {
      text = this.#part(run);
    } catch (error) {
      throw renderError(error, run);
    }
    if (this.#raw !== undefined) assertJson(text, this.#raw);
    return text;
  }
}

function renderError(error: unknown, { node }: Rendering): TemplateError {
  const { line, column } = node === undefined ? { line: undefined, column: undefined } : placeOf(node);
  if (error instanceof TemplateError) return new TemplateError(error.errorClass, error.message, line, column);
  // A stack that overflows, or a text longer than JavaScript can hold.
  if (error instanceof RangeError) {
    return new TemplateError('limit', 'A value is too long or nested too deeply.', line, column);
  }
  if (error instanceof PyError || error instanceof MissingVariable) {
    return new TemplateError('render', `The template can't be rendered: ${error.message}.`, line, column);
  }
  throw error;
}

/** A value that is written by `safe` is the template's own risk; what it makes of the body is seen only here. */
function assertJson(body: string, raw: AnyNode): void {
  try {
    JSON.parse(body);
  } catch {
    const fault = findJsonFault(body);
    const where = fault === undefined ? '' : ` at its line ${fault.line}, column ${fault.column}: ${fault.message}`;
    const { line, column } = placeOf(raw);
    const message = `The rendered body is not valid JSON${where}. Here a value is written raw, by "safe".`;
    throw new TemplateError('render', message, line, column);
  }
}
