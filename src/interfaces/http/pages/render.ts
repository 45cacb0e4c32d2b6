import type { FastifyReply } from 'fastify';
import nunjucks from 'nunjucks';
import type { Authenticated } from '../../../application/commands/log-in.js';
import type { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { themeOf } from './account/theme.js';
import { assetPath } from './assets.js';
import { SECTIONS, type Section } from './sections.js';
import { statusClass, statusWords } from './status-words.js';
import { accountTemplate } from './templates/account.js';
import { analyticsTemplate } from './templates/analytics.js';
import { analyticsPartsTemplate } from './templates/analytics-parts.js';
import { deliveryTemplate } from './templates/delivery.js';
import { editorTemplate } from './templates/editor.js';
import { failureTemplate } from './templates/failure.js';
import { fieldsTemplate } from './templates/fields.js';
import { flowTemplate } from './templates/flow.js';
import { flowChainTemplate } from './templates/flow-chain.js';
import { flowsTemplate } from './templates/flows.js';
import { layoutTemplate } from './templates/layout.js';
import { logInTemplate } from './templates/log-in.js';
import { newFlowTemplate } from './templates/new-flow.js';
import { newPasswordTemplate } from './templates/new-password.js';
import { previewPartTemplate, previewTemplate } from './templates/preview.js';
import { queueTemplate } from './templates/queue.js';
import { recoveryCodesTemplate } from './templates/recovery-codes.js';
import { resendTemplate, resentTemplate } from './templates/resend.js';
import { revisionsTemplate } from './templates/revisions.js';
import { setUpTemplate } from './templates/set-up.js';
import { shownTemplate } from './templates/shown.js';
import { systemTemplate } from './templates/system.js';
import { twoStepTemplate } from './templates/two-step.js';
import { twoStepReminderTemplate } from './templates/two-step-reminder.js';

const TEMPLATES = {
  layout: layoutTemplate,
  fields: fieldsTemplate,
  shown: shownTemplate,
  delivery: deliveryTemplate,
  'two-step-reminder': twoStepReminderTemplate,
  account: accountTemplate,
  failure: failureTemplate,
  'analytics-parts': analyticsPartsTemplate,
  analytics: analyticsTemplate,
  queue: queueTemplate,
  resend: resendTemplate,
  resent: resentTemplate,
  'log-in': logInTemplate,
  'new-password': newPasswordTemplate,
  'recovery-codes': recoveryCodesTemplate,
  system: systemTemplate,
  'set-up': setUpTemplate,
  'two-step': twoStepTemplate,
  flows: flowsTemplate,
  'new-flow': newFlowTemplate,
  flow: flowTemplate,
  'flow-chain': flowChainTemplate,
  editor: editorTemplate,
  'preview-part': previewPartTemplate,
  preview: previewTemplate,
  revisions: revisionsTemplate,
} as const;
type TemplateName = keyof typeof TEMPLATES;

/** A value that a page forgot is a fault, not an empty place in it. */
const environment = new nunjucks.Environment(
  { getSource: (name: string) => ({ src: TEMPLATES[name as TemplateName], path: name, noCache: false }) },
  { autoescape: true, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true },
);

/** Figures as people read them, in English: pages are. */
const NUMBERS = new Intl.NumberFormat('en');

environment.addFilter('number', (value: number) => NUMBERS.format(value));
environment.addFilter('utc', (at: string) => `${at.slice(0, 19).replace('T', ' ')} UTC`);
environment.addGlobal('asset', assetPath);
environment.addGlobal('SECTIONS', SECTIONS);
environment.addFilter('statusWords', statusWords);
environment.addFilter('statusClass', statusClass);

/** Compiled here, so that a fault in one stops the server's start and not a visitor. */
const COMPILED = new Map(Object.keys(TEMPLATES).map((name) => [name, environment.getTemplate(name, true)]));

/** What was wrong with a form; `field` where it is about one of its fields. */
export interface Problem {
  message: string;
  field?: string;
}

/** A command's refusal, shown at the field that its pointer names. */
export const problemOf = ({ message, pointer }: RuleViolation): Problem =>
  pointer === '' ? { message } : { message, field: pointer.slice(1) };

/** What every page takes beside its own values. */
export interface Page extends Readonly<Record<string, unknown>> {
  title: string;
  /** Of the dashboard's bar. */
  section?: Section;
  /** What leads back to where the page belongs, the widest first. */
  crumbs?: readonly { label: string; path: string }[];
  /** Who is logged in. */
  member?: Pick<Authenticated, 'email' | 'role'> | undefined;
  notice?: string | undefined;
  problem?: Problem | undefined;
}

/**
 * Answers with a page. Under the API's `no-referrer` browsers send forms with `Origin: null` (Fetch, "append a request Origin
 * header"), which plain HTTP has nothing but to tell our own pages by; `strict-origin` shows the origin, and never a path.
 */
export function sendPage(reply: FastifyReply, name: TemplateName, page: Page): FastifyReply {
  const { request } = reply;
  const around = { theme: themeOf(request), mark: request.readModelsMark };
  const html = (COMPILED.get(name) as nunjucks.Template).render({ ...around, ...page });
  return reply.headers({ 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'strict-origin' }).send(html);
}
