import type { FastifyRequest } from 'fastify';
import type { HttpServer } from '../http-server.js';
import { type NewPasswordPage, sendDeadLink, sendNewPasswordForm, takeNewPassword } from './new-password.js';
import { FORM, PAGE, type PageDependencies } from './page-options.js';

const PATH = '/password/:token';

/** Where a member sets a password by the link that they were given. */
export function passwordPage(app: HttpServer, { members, checkAddress }: PageDependencies): void {
  const pageOf = async (token: string): Promise<NewPasswordPage> => {
    const { email } = await members.passwordResetOf(token);
    const sentence = 'Choose a new password. Whoever is logged in with the old one is logged out.';
    return { title: 'Set your password', sentence, email, button: 'Set password' };
  };

  app.get(PATH, PAGE, async (request, reply) => {
    try {
      return sendNewPasswordForm(reply, await pageOf(tokenOf(request)));
    } catch (error) {
      return sendDeadLink(reply, error);
    }
  });

  app.post(PATH, { ...FORM, onRequest: checkAddress }, async (request, reply) => {
    const token = tokenOf(request);
    try {
      return await takeNewPassword(request, reply, await pageOf(token), '/log-in?notice=password-set', (password) =>
        members.resetPassword(token, password, request.id),
      );
    } catch (error) {
      return sendDeadLink(reply, error);
    }
  });
}

const tokenOf = ({ params }: FastifyRequest): string => (params as { token: string }).token;
