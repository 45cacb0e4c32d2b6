import { TemplateError } from '../../../../application/ports/template-engine.js';
import { type PreviewSample, previewWith } from '../../../../application/queries/template-preview.js';
import { findJsonFault } from '../../../../infrastructure/templating/json-syntax.js';
import type { HttpDependencies } from '../../http-dependencies.js';

/** A body as it would be sent, or why it can't be; fields that don't apply are null. */
export interface BodyPreview {
  rendered: string | null;
  bytes: number;
  /** A sentence each. */
  warnings: readonly string[];
  /** Where the template breaks off; line and column count from 1. */
  error: { message: string; line: number | null; column: number | null } | null;
}

export function bodyPreview(
  { templates, organization }: HttpDependencies,
  sample: PreviewSample,
  body: string,
): BodyPreview {
  try {
    const { rendered, warnings } = previewWith(templates, organization, body, sample);
    // Only what a template marks as safe can spoil it.
    const fault = findJsonFault(rendered);
    const spoiled =
      fault === undefined
        ? []
        : [`With this sample the body is not JSON: ${fault.message} (line ${fault.line}, column ${fault.column}).`];
    return { rendered, bytes: Buffer.byteLength(rendered), warnings: [...spoiled, ...warnings], error: null };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { message, line = null, column = null } = error;
    return { rendered: null, bytes: 0, warnings: [], error: { message, line, column } };
  }
}
