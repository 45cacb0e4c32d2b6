import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { type Autoescape, TemplateError } from '../../application/ports/template-engine.js';
import type { Json, JsonObject } from '../../domain/kernel/json.js';
import type { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { fromJson } from '../../infrastructure/templating/values/from-json.js';
import type { Dict } from '../../infrastructure/templating/values/value.js';
import { linesOf } from './lines.js';

/** Bytes of a line: a template of 1 MiB and a context of 5 MB, escaped. */
const MAX_LINE = 16 * 1024 * 1024;

const MODES: readonly unknown[] = ['off', 'html', 'json'] satisfies Autoescape[];

type Result =
  | { readonly id: Json; readonly output: string }
  | {
      readonly id: Json;
      readonly error: string;
      readonly message: string;
      readonly line?: number;
      readonly column?: number;
    };

/**
 * Renders a case a line (`id, template, context, autoescape?`) into a result a line (`id` with `output`, or with `error`,
 * `message`, `line` and `column` where known), in order. A line that is no case gets a result too. Reading waits for the
 * output to take what was written, so memory stays flat.
 */
export async function renderJsonLines(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  engine: DjangoTemplateEngine,
  defaultAutoescape: Autoescape,
): Promise<void> {
  let number = 0;
  for await (const { bytes } of linesOf(input, MAX_LINE)) {
    number++;
    const result = resultOf(bytes, number, engine, defaultAutoescape);
    if (result !== undefined && !output.write(`${JSON.stringify(result)}\n`)) await once(output, 'drain');
  }
}

/** undefined for an empty line. */
function resultOf(
  bytes: Buffer | undefined,
  number: number,
  engine: DjangoTemplateEngine,
  defaultAutoescape: Autoescape,
): Result | undefined {
  if (bytes === undefined) return tooLong(number);
  if (!isUtf8(bytes)) return refused(null, `line ${number} is not UTF-8`);
  const line = bytes.toString('utf8');
  return line.trim() === '' ? undefined : renderLine(line, number, engine, defaultAutoescape);
}

function renderLine(line: string, number: number, engine: DjangoTemplateEngine, defaultAutoescape: Autoescape): Result {
  const parsed = parseCase(line);
  const id = isObject(parsed) ? (parsed.id ?? null) : null;
  // A template without variables needs none.
  const given = isObject(parsed) ? (parsed.context ?? {}) : undefined;
  if (!isObject(parsed) || parsed.id === undefined || typeof parsed.template !== 'string' || !isObject(given)) {
    return refused(id, `line ${number} is not a JSON object with id, template and context`);
  }
  const autoescape = parsed.autoescape ?? defaultAutoescape;
  if (!isMode(autoescape)) return refused(id, `line ${number} has an autoescape other than off, html and json`);
  let context: Dict;
  try {
    // Read again as Python reads JSON: 20.0 is no 20, big whole numbers keep their digits, $datetime is a moment.
    context = ((fromJson(line) as Dict).context ?? {}) as Dict;
  } catch (error) {
    return refused(id, `line ${number} has a context that can't be read: ${(error as Error).message}`);
  }
  try {
    return { id, output: engine.renderValues(parsed.template, context, autoescape) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { errorClass, message, line: at, column } = error;
    const position = { ...(at === undefined ? {} : { line: at }), ...(column === undefined ? {} : { column }) };
    return { id, error: errorClass, message, ...position };
  }
}

function parseCase(line: string): Json | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function tooLong(number: number): Result {
  return { id: null, error: 'limit', message: `line ${number} has over ${MAX_LINE} bytes` };
}

function refused(id: Json, message: string): Result {
  return { id, error: 'syntax', message };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMode(value: unknown): value is Autoescape {
  return MODES.includes(value);
}
