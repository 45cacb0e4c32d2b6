import type { Autoescape } from '../../application/ports/template-engine.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { SettingsError } from '../../settings.js';
import { renderJsonLines } from './template-render.js';

const MODES: readonly string[] = ['off', 'html', 'json'];

export async function renderTemplates(flags: { autoescape: string }): Promise<void> {
  if (!MODES.includes(flags.autoescape)) {
    throw new SettingsError(`--autoescape is '${flags.autoescape}'; it takes one of ${MODES.join(', ')}.`);
  }
  await renderJsonLines(
    process.stdin,
    process.stdout,
    new DjangoTemplateEngine(new SystemClock()),
    flags.autoescape as Autoescape,
  );
}
