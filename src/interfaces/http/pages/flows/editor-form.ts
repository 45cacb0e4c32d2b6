import type { FastifyRequest } from 'fastify';
import type { Vault } from '../../../../application/ports/vault.js';
import { restoreHeaders } from '../../../../application/sealing/header-values.js';
import { RuleViolation } from '../../../../domain/kernel/rule-violation.js';
import { hasEventVariables } from '../../../../domain/trigger/trigger.js';
import type { RequestHeaders } from '../../../../domain/webhook-action/request-headers.js';
import type { WebhookActionConfiguration } from '../../../../domain/webhook-action/webhook-action.js';
import type { FlowView, WebhookActionView } from '../../../../projections/flows/flow-queries.js';
import { fieldOf, fieldsOf } from '../form-body.js';

/** What stands in the editor's fields. */
export interface EditorForm {
  name: string;
  url: string;
  headers: readonly HeaderRow[];
  body: string;
  /** Where in the flow a new webhook is put in. */
  place: string;
}

interface HeaderRow {
  name: string;
  value: string;
}

const LONGEST_NAME = 255;

export const EMPTY_ROW: HeaderRow = { name: '', value: '' };

export const freshForm = ({ trigger }: FlowView, place: string): EditorForm => ({
  name: '',
  url: '',
  headers: [],
  body: hasEventVariables(trigger.type)
    ? '{\n  "event_id": {{ event.event_id }},\n  "email": {{ person.email }},\n  "value": {{ event|lookup:\'$value\' }}\n}'
    : '{\n  "profile_id": {{ person.id }},\n  "email": {{ person.email }},\n  "first_name": {{ person.first_name }}\n}',
  place,
});

/** As it was saved; header values are partially hashed. */
export const savedForm = ({ name, url, headers, body }: WebhookActionView): EditorForm => ({
  name,
  url,
  headers: Object.entries(headers).map(([header, value]) => ({ name: header, value })),
  body,
  place: '',
});

export function typedForm(request: FastifyRequest): EditorForm {
  const values = fieldsOf(request, 'header-value');
  return {
    name: fieldOf(request, 'name').trim(),
    url: fieldOf(request, 'url').trim(),
    headers: fieldsOf(request, 'header-name').map((name, index) => ({ name: name.trim(), value: values[index] ?? '' })),
    // Forms are sent with the line ends of the network (WHATWG HTML, "constructing the entry list").
    body: fieldOf(request, 'body').replaceAll('\r\n', '\n'),
    place: fieldOf(request, 'place'),
  };
}

/**
 * @param kept the headers saved before: a value that is given as it was shown stands for the one that is kept
 * @throws RuleViolation name_too_long, header_name_missing, header_repeated, header_value_hidden
 */
export function configurationOf(form: EditorForm, kept: RequestHeaders, vault: Vault): WebhookActionConfiguration {
  const { name, url, body } = form;
  if (name.length > LONGEST_NAME) {
    throw new RuleViolation('name_too_long', `A name has at most ${LONGEST_NAME} characters; shorten it.`, '/name');
  }
  return { name, url, headers: restoreHeaders(headersOf(form), kept, vault), body };
}

/** Rows that are empty are none. */
function headersOf({ headers }: EditorForm): RequestHeaders {
  const rows = headers.filter(({ name, value }) => name !== '' || value !== '');
  const names = new Set<string>();
  for (const { name } of rows) {
    if (name === '') {
      throw new RuleViolation('header_name_missing', 'A header has a value and no name; give it one.', '/headers');
    }
    if (names.has(name)) {
      throw new RuleViolation('header_repeated', `The header ${name} is given twice; keep one.`, '/headers');
    }
    names.add(name);
  }
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
