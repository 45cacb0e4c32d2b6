import type { HttpServer } from '../http-server.js';
import { newPasswordPage } from './new-password.js';
import type { PageDependencies } from './page-options.js';

/** Where a member sets a password by the link that they were given. */
export function passwordPage(app: HttpServer, { members, checkAddress }: PageDependencies): void {
  newPasswordPage(app, checkAddress, {
    path: '/password/:token',
    async pageOf(token) {
      const { email } = await members.passwordResetOf(token);
      const sentence = 'Choose a new password. Whoever is logged in with the old one is logged out.';
      return { title: 'Set your password', sentence, email, button: 'Set password' };
    },
    set: (token, password, requestId) => members.resetPassword(token, password, requestId),
    next: '/log-in?notice=password-set',
  });
}
