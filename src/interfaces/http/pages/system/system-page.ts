import { mayManageMembers, type Role } from '../../../../domain/account/role.js';
import { ApiError } from '../../api-error.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import type { HttpServer } from '../../http-server.js';
import { memberForm, memberPage } from '../member-page.js';
import { sendPage } from '../render.js';
import { shownSystem } from './shown-system.js';

const PATH = '/system';

/** How the installation is: what an on-call engineer looks at first. */
export function systemPage(app: HttpServer, { clock, logIn, system }: HttpDependencies): void {
  memberPage(app, logIn, PATH, async (request, reply, { email, role }) => {
    const { failure, ...shown } = await shownSystem(system, clock.now(), howToRebuild(role));
    if (failure !== undefined) {
      request.log.error({ error: failure, requestId: request.id }, 'the System page shows but a part');
    }
    return sendPage(reply, 'system', { title: 'System', section: 'system', member: { email, role }, ...shown });
  });

  function howToRebuild(role: Role): 'button' | 'command' | 'others' {
    if (!system.canRebuild) return 'command';
    return mayManageMembers(role) ? 'button' : 'others';
  }

  memberForm(
    app,
    logIn,
    `${PATH}/rebuild`,
    'flows:write',
    () => PATH,
    async (_request, reply, { email, role }) => {
      if (!mayManageMembers(role)) {
        const detail = `Building the read models anew takes the role admin or owner; ${email} has the role ${role}.`;
        throw new ApiError('permission_denied', { detail });
      }
      if (!system.canRebuild) {
        const detail =
          'The read models are a file that belongs to this process; stop the server and give hookledger projections rebuild.';
        throw new ApiError('conflict', { detail });
      }
      await system.startRebuild();
      return reply.redirect(PATH, 303);
    },
  );
}
