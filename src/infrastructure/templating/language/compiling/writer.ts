import { escapeHtml } from '../../values/html.js';
import { rendered } from '../../values/rendering.js';
import { PyDateTime, SafeText, type Value } from '../../values/value.js';
import { escapeJson, jsonOf } from '../json/json-writer.js';
import type { ValueForm } from '../json/value-site.js';
import type { Rendering } from '../running/rendering.js';
import { inUtc } from './utc.js';

/** Makes the text of a value, in the form of the place that it is written to. */
export type Writer = (value: Value, run: Rendering) => string;

/** As Django writes it where nothing is escaped. */
export const writePlain: Writer = (value, run) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `${value + 0}`;
  if (value === undefined) return '';
  if (value instanceof SafeText) return value.text;
  return rendered(value instanceof PyDateTime ? inUtc(value) : value, run.budget);
};

/** Escaped for HTML, save what is marked safe. */
export const writeHtml: Writer = (value, run) => {
  if (value instanceof SafeText) return value.text;
  return escapeHtml(writePlain(value, run));
};

/** Into a string of JSON. */
export const writeJsonText: Writer = (value, run) => escapeJson(writePlain(value, run));

/** The writer of a place in JSON; where `html`, texts are escaped for HTML before they are for JSON. */
export function jsonWriter(form: ValueForm, html: boolean): Writer {
  const write = html ? writeHtml : writePlain;
  switch (form) {
    case 'text':
      return html ? (value, run) => escapeJson(writeHtml(value, run)) : writeJsonText;
    case 'name':
      return (value, run) => `"${escapeJson(write(value, run))}"`;
    case 'value':
      if (!html) return (value, run) => jsonOf(value, run.budget);
      return (value, run) => jsonOf(typeof value === 'string' ? escapeHtml(value) : value, run.budget);
  }
}
