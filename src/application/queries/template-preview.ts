import type { FlowTriggerType } from '../../domain/flow/flow-trigger.js';
import type { Json, JsonObject } from '../../domain/kernel/json.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { hasEventVariables, type TriggerKind } from '../../domain/trigger/trigger.js';
import { type TemplateEngine, TemplateError } from '../ports/template-engine.js';
import { templateVariables } from '../template-variables.js';

/** A body, and the sample that it is tried out with. */
export interface PreviewRequest {
  /** The body's template. */
  body: string;
  /** What starts the flow; `metric` unless given. */
  triggerType?: FlowTriggerType;
  /** A profile that is known. */
  profileId?: string;
  /** Attributes of a sample profile; they go before those of one that is known. */
  profile?: ProfileAttributes;
  /** The properties of a sample event; of no matter where no event starts the flow. */
  event?: JsonObject;
}

/** What a body is rendered with before there is a delivery. */
export interface PreviewSample {
  triggerKind: TriggerKind;
  profileId: string;
  profile: ProfileAttributes;
  /** The properties of a sample event; of no matter where no event starts the flow. */
  event: JsonObject;
  /** Of a real event. */
  eventId?: string;
}

/** What can be copied into a body. */
export interface ListedVariable {
  /** As a body writes it between its braces. */
  variable: string;
  /** The sample's value. */
  sample: Json;
}

/** What a body comes to with a sample. */
export interface TemplatePreview {
  /** The body as it would be sent. */
  rendered: string;
  /** A sentence each: what the sample lacks, and what is not there for this trigger. */
  warnings: readonly string[];
  /** What can be copied into a body, with the sample's values. */
  variables: readonly ListedVariable[];
}

/** How many variables are listed, and how deep: a panel that people read. */
const MOST_VARIABLES = 300;
const DEEPEST = 3;

/** What samples are made with. */
export interface PreviewSources {
  templates: TemplateEngine;
  organization: string;
  profiles: { profile(profileId: string): Promise<{ attributes: ProfileAttributes } | undefined> };
}

/**
 * Renders a body with a sample, as a delivery would.
 * @throws RuleViolation profile_unknown (pointer: `/profileId`), body_not_rendered (`/body`)
 */
export async function previewTemplate(
  { templates, organization, profiles }: PreviewSources,
  { body, triggerType = 'metric', profileId, profile, event = {} }: PreviewRequest,
): Promise<TemplatePreview> {
  const known = profileId === undefined ? undefined : await profiles.profile(profileId);
  if (profileId !== undefined && known === undefined) {
    throw new RuleViolation('profile_unknown', `There is no profile with the id '${profileId}'.`, '/profileId');
  }
  const attributes = { ...known?.attributes, ...profile };
  const sample = { triggerKind: triggerType, profileId: profileId ?? 'sample', profile: attributes, event };
  try {
    return previewWith(templates, organization, body, sample);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const detail = `The body can't be rendered${error.place}: ${error.message}`;
    throw new RuleViolation('body_not_rendered', detail, '/body');
  }
}

/** Renders a body with a sample that is whole. @throws TemplateError */
export function previewWith(
  templates: TemplateEngine,
  organization: string,
  body: string,
  sample: PreviewSample,
): TemplatePreview {
  const { triggerKind } = sample;
  const variables = variablesOf(organization, sample);
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

/** What can be copied into a body, whatever the body says by now. */
export const listVariables = (organization: string, sample: PreviewSample): readonly ListedVariable[] =>
  listed(variablesOf(organization, sample));

function variablesOf(
  organization: string,
  { triggerKind, profileId, profile, event, eventId = SAMPLE_EVENT_ID }: PreviewSample,
): JsonObject {
  return templateVariables(profileId, profile, eventId, { kind: triggerKind, properties: event }, organization);
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
function listed({ profile: _same, ...variables }: JsonObject): ListedVariable[] {
  const found: ListedVariable[] = [];
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
