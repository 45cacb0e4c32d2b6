import type { HttpServer } from '../http-server.js';
import { newPasswordPage } from './new-password.js';
import type { PageDependencies } from './page-options.js';

/** Where an invited person chooses a password and becomes a member. */
export function invitationPage(app: HttpServer, { members, checkAddress }: PageDependencies): void {
  newPasswordPage(app, checkAddress, {
    path: '/invitations/:token',
    async pageOf(token) {
      const { email, role } = await members.invitationOf(token);
      const sentence = `You are invited as ${role}. Choose a password to join.`;
      return { title: 'Join hookledger', sentence, email, button: 'Join' };
    },
    set: (token, password, requestId) => members.acceptInvitation(token, password, requestId),
    next: '/log-in?notice=joined',
  });
}
