import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuleViolation } from '../../../domain/kernel/rule-violation.js';
import type { AddressLimit } from '../address-limit.js';
import type { HttpServer } from '../http-server.js';
import { fieldOf } from './form-body.js';
import { FORM, PAGE } from './page-options.js';
import { type Problem, problemOf, sendPage } from './render.js';

/** A one-time link by which somebody sets a password. */
export interface PasswordLink {
  /** With `:token` in it. */
  path: string;
  /** Whose password it is. @throws RuleViolation where the link works no more */
  pageOf(token: string): Promise<NewPasswordForm>;
  set(token: string, password: string, requestId: string): Promise<unknown>;
  /** Where to go on after it. */
  next: string;
}

export interface NewPasswordForm {
  title: string;
  /** Who sets a password and why, in a sentence. */
  sentence: string;
  email: string;
  button: string;
}

/** The page that asks for a new password twice, and sets it. */
export function newPasswordPage(app: HttpServer, checkAddress: AddressLimit, link: PasswordLink): void {
  app.get(link.path, PAGE, async (request, reply) => {
    try {
      return sendForm(reply, await link.pageOf(tokenOf(request)));
    } catch (error) {
      return sendDeadLink(reply, error);
    }
  });

  app.post(link.path, { ...FORM, onRequest: checkAddress }, async (request, reply) => {
    try {
      const problem = await takePassword(request, link);
      if (problem === undefined) return reply.redirect(link.next, 303);
      return sendForm(reply.code(400), await link.pageOf(tokenOf(request)), problem);
    } catch (error) {
      return sendDeadLink(reply, error);
    }
  });
}

function sendForm(reply: FastifyReply, form: NewPasswordForm, problem?: Problem): FastifyReply {
  return sendPage(reply, 'new-password', { ...form, problem });
}

/** Sets the password that the form holds. @returns what is wrong with it, if anything */
async function takePassword(request: FastifyRequest, link: PasswordLink): Promise<Problem | undefined> {
  const password = fieldOf(request, 'password');
  if (password !== fieldOf(request, 'repeated')) return PASSWORDS_DIFFER;
  try {
    await link.set(tokenOf(request), password, request.id);
    return undefined;
  } catch (error) {
    if (!(error instanceof RuleViolation) || error.rule !== 'password_too_weak') throw error;
    return problemOf(error);
  }
}

/** A new password is typed twice, since nobody sees what they type. */
export const PASSWORDS_DIFFER: Problem = {
  message: 'The two passwords differ; type the same one twice.',
  field: 'repeated',
};

/** Answers a link that works no more (410: it did, and won't again). @throws error where it is no refusal */
function sendDeadLink(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof RuleViolation)) throw error;
  const message = `${error.message} An owner or admin can make one.`;
  return sendPage(reply.code(410), 'failure', { title: 'This link works no more', message });
}

const tokenOf = ({ params }: FastifyRequest): string => (params as { token: string }).token;
