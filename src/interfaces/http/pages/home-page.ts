import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { loggedInMember } from './logged-in-member.js';
import { PAGE } from './page-options.js';
import { sendPage } from './render.js';

export function homePage(app: HttpServer, { logIn }: HttpDependencies): void {
  app.get('/', PAGE, async (request, reply) => {
    const member = await loggedInMember(logIn, request, reply);
    return sendPage(reply, 'home', { title: 'hookledger runs', member });
  });
}
