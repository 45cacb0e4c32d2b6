import type { FastifyRequest } from 'fastify';
import type { HttpServer } from '../http-server.js';
import { type NewPasswordPage, sendDeadLink, sendNewPasswordForm, takeNewPassword } from './new-password.js';
import { FORM, PAGE, type PageDependencies } from './page-options.js';

const PATH = '/invitations/:token';

/** Where an invited person chooses a password and becomes a member. */
export function invitationPage(app: HttpServer, { members, checkAddress }: PageDependencies): void {
  const pageOf = async (token: string): Promise<NewPasswordPage> => {
    const { email, role } = await members.invitationOf(token);
    return {
      title: 'Join hookledger',
      sentence: `You are invited as ${role}. Choose a password to join.`,
      email,
      button: 'Join',
    };
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
      return await takeNewPassword(request, reply, await pageOf(token), '/log-in?notice=joined', (password) =>
        members.acceptInvitation(token, password, request.id),
      );
    } catch (error) {
      return sendDeadLink(reply, error);
    }
  });
}

const tokenOf = ({ params }: FastifyRequest): string => (params as { token: string }).token;
