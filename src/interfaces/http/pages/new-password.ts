import type { FastifyReply, FastifyRequest } from 'fastify';
import { MAX_LENGTH, MIN_LENGTH } from '../../../domain/account/password.js';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import { fieldOf } from './form-body.js';
import { type Page, type Problem, problemOf, sendPage } from './render.js';

export interface NewPasswordPage {
  title: string;
  /** Who sets a password and why, in a sentence. */
  sentence: string;
  email: string;
  button: string;
}

/** The form that asks for a new password twice; it is sent to the address that it has. */
export function sendNewPasswordForm(reply: FastifyReply, page: NewPasswordPage, problem?: Problem): FastifyReply {
  const values: Page = { ...page, problem, minLength: MIN_LENGTH, maxLength: MAX_LENGTH };
  return sendPage(reply, 'new-password', values);
}

/** Sets the password that the form holds and goes on to `next`; or shows the form again and what is wrong with it. */
export async function takeNewPassword(
  request: FastifyRequest,
  reply: FastifyReply,
  page: NewPasswordPage,
  next: string,
  set: (password: string) => Promise<unknown>,
): Promise<FastifyReply> {
  const password = fieldOf(request, 'password');
  if (password !== fieldOf(request, 'repeated')) {
    const problem = { message: 'The two passwords differ; type the same one twice.', field: 'repeated' };
    return sendNewPasswordForm(reply.code(400), page, problem);
  }
  try {
    await set(password);
  } catch (error) {
    if (!(error instanceof RuleViolation) || error.rule !== 'password_too_weak') throw error;
    return sendNewPasswordForm(reply.code(400), page, problemOf(error));
  }
  return reply.redirect(next, 303);
}

/** Answers a link that works no more (410: it did, and won't again). @throws error where it is no refusal */
export function sendDeadLink(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof RuleViolation)) throw error;
  const message = `${error.message} An owner or admin can make one.`;
  return sendPage(reply.code(410), 'failure', { title: 'This link works no more', message });
}
