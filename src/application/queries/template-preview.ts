import type { Json, JsonObject } from '../../domain/kernel/json.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { hasEventVariables, type TriggerKind } from '../../domain/trigger/trigger.js';
import type { TemplateEngine } from '../ports/template-engine.js';
import { templateVariables } from '../template-variables.js';

export interface PreviewRequest {
  /** The body's template. */
  body: string;
  triggerKind: TriggerKind;
  profileId: string;
  profile: ProfileAttributes;
  /** The properties of a sample event; of no matter where no event starts the flow. */
  event: JsonObject;
}

export interface TemplatePreview {
  /** The body as it would be sent. */
  rendered: string;
  /** A sentence each: what the sample lacks, and what is not there for this trigger. */
  warnings: readonly string[];
  /** What can be copied into a body, with the sample's values. */
  variables: readonly { variable: string; sample: Json }[];
}

/** How many variables are listed, and how deep: a panel that people read. */
const MOST_VARIABLES = 300;
const DEEPEST = 3;

/** Renders a body with a sample, as a delivery would. @throws TemplateError */
export function previewTemplate(
  templates: TemplateEngine,
  organization: string,
  { body, triggerKind, profileId, profile, event }: PreviewRequest,
): TemplatePreview {
  const sample = { kind: triggerKind, properties: event };
  const variables = templateVariables(profileId, profile, SAMPLE_EVENT_ID, sample, organization);
  const rendered = templates.render(body, variables, 'json');
  const warnings = new Set<string>();
  for (const { path, line, column } of templates.variablesOf(body)) {
    const place = `(line ${line}, column ${column})`;
    if (/^event(?:\.|$)/.test(path) && !hasEventVariables(triggerKind)) {
      warnings.add(`${path} ${place} is an event's, and a flow that a ${triggerKind} starts has no event.`);
    } else if (valueAt(variables, path) === undefined) {
      warnings.add(`${path} ${place} is not in the sample: it is written as null, and inside of a text as nothing.`);
    }
  }
  return { rendered, warnings: [...warnings], variables: listed(variables) };
}

const SAMPLE_EVENT_ID = '00000000-0000-0000-0000-000000000000';

/** A value by its dotted path: own properties, and items of lists by their numbers. */
function valueAt(variables: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = variables;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** Each value by the words that read it; names with blanks or signs by `lookup`. */
function listed({ profile: _same, ...variables }: JsonObject): { variable: string; sample: Json }[] {
  const found: { variable: string; sample: Json }[] = [];
  const visit = (variable: string, value: Json, depth: number): void => {
    if (found.length >= MOST_VARIABLES) return;
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value) && depth < DEEPEST;
    if (!inside) {
      found.push({ variable, sample: value });
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      const plain = /^[A-Za-z]\w*$/.test(name) && !variable.includes('|');
      // A quote in a name can't be written in a template's literal of the same quote.
      const quote = name.includes("'") ? '"' : "'";
      visit(plain ? `${variable}.${name}` : `${variable}|lookup:${quote}${name}${quote}`, item, depth + 1);
    }
  };
  for (const [name, value] of Object.entries(variables)) visit(name, value, 1);
  return found;
}
