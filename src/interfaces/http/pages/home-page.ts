import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { loggedInMember } from './logged-in-member.js';
import { PAGE } from './page-options.js';

/** Leads to where one begins: members to their figures, others to the log-in, the very first one to the set-up. */
export function homePage(app: HttpServer, { logIn, members }: HttpDependencies): void {
  app.get('/', PAGE, async (request, reply) => {
    if ((await loggedInMember(logIn, request, reply)) !== undefined) return reply.redirect('/analytics', 303);
    return reply.redirect((await members.isSetUp()) ? '/log-in' : '/set-up', 303);
  });
}
