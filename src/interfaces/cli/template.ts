import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { type Autoescape, TemplateError } from '../../application/ports/template-engine.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { SettingsError } from '../../settings.js';
import { type JsonFlag, printResult } from './print-result.js';
import { renderJsonLines } from './template-render.js';
import { WorkFailed } from './work-failed.js';

const MODES: readonly string[] = ['off', 'html', 'json'];

/**
 * Checks one body as it would be when saved. What is wrong goes to standard error as `file:line:column: message`.
 * @param file a path, or `-` for standard input
 */
export async function checkTemplate(file: string, flags: JsonFlag & { autoescape: string }): Promise<void> {
  const mode = modeOf(flags.autoescape);
  const bytes = file === '-' ? await buffer(process.stdin) : readTemplate(file);
  if (!isUtf8(bytes)) throw new WorkFailed(`${file} is not UTF-8; save it as such.`);
  const source = bytes.toString('utf8');
  try {
    new DjangoTemplateEngine(new SystemClock()).check(source, mode);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { line = 1, column = 1, message } = error;
    if (flags.json) process.stdout.write(`${JSON.stringify({ file, valid: false, line, column, message })}\n`);
    else process.stderr.write(`${file}:${line}:${column}: ${message}\n`);
    process.exitCode = 1;
    return;
  }
  const sentence = `${file} is a valid body${mode === 'json' ? '' : ` in the mode ${mode}`}.`;
  printResult(flags, { file, valid: true }, sentence);
}

function readTemplate(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new WorkFailed(`${file} can't be read: ${(error as Error).message}`);
  }
}

function modeOf(autoescape: string): Autoescape {
  if (MODES.includes(autoescape)) return autoescape as Autoescape;
  throw new SettingsError(`--autoescape is '${autoescape}'; it takes one of ${MODES.join(', ')}.`);
}

export async function renderTemplates(flags: { autoescape: string }): Promise<void> {
  const mode = modeOf(flags.autoescape);
  await renderJsonLines(process.stdin, process.stdout, new DjangoTemplateEngine(new SystemClock()), mode);
}
