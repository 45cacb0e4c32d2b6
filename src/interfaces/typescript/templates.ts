import {
  type PreviewRequest,
  type PreviewSources,
  previewTemplate,
  type TemplatePreview,
} from '../../application/queries/template-preview.js';
import { checkedPreview } from './checked-input.js';

/** Body templates, before they are in an action. */
export interface Templates {
  /**
   * Renders a body with a sample, as a delivery would, and records nothing.
   * @throws RuleViolation `body_not_rendered`, which says where in the body; `profile_unknown`, `input_invalid`
   */
  preview(request: PreviewRequest): Promise<TemplatePreview>;
}

export const templatesOf = (sources: PreviewSources): Templates => ({
  preview: async (request) => previewTemplate(sources, checkedPreview(request)),
});
