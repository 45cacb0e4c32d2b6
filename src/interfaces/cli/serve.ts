import type { FastifyInstance } from 'fastify';
import { MemberCommands } from '../../application/commands/members.js';
import { setUpTokenOf } from '../../application/set-up-token.js';
import { createContainer, TOKENS } from '../../container.js';
import { Engine } from '../../engine.js';
import { createLogger } from '../../infrastructure/observability/pino-logger.js';
import { KeyRing } from '../../infrastructure/security/key-ring.js';
import { lockedAlone } from '../../infrastructure/system/data-lock.js';
import { ROLES, readSettings, SettingsError } from '../../settings.js';
import { WorkFailed } from './work-failed.js';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8620;

const MASTER_KEY_IN_FILE =
  'HOOKLEDGER_MASTER_KEY is not set, so the master key is kept in keys.db (mode 600): back it up, apart from the events, since what is sealed opens with nothing else';

/** Runs until SIGTERM or SIGINT; then ends what is under way and resolves. */
export async function serve(flags: { data?: string; host?: string; port?: number; roles?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const host = flags.host ?? (process.env.HOOKLEDGER_HOST || DEFAULT_HOST);
  const port = flags.port ?? portFrom(process.env.HOOKLEDGER_PORT);
  if (settings.readModels.kind === 'sqlite' && settings.roles.size < ROLES.length) {
    throw new SettingsError(
      `--roles ${[...settings.roles].join(',')} leaves parts to other processes, and these can't share read models in a file; set HOOKLEDGER_READ_MODELS to a postgres:// URL.`,
    );
  }
  const stopped = stopSignal();
  const unlock = lockedAlone(settings, 'A hookledger server');
  try {
    const logger = createLogger(settings.logLevel);
    const container = await createContainer(settings, logger);
    const engine = container.get(Engine);
    if (container.get(KeyRing).masterKeyInFile) {
      logger.info({}, MASTER_KEY_IN_FILE);
    }
    try {
      await engine.start();
      const server = await container.getAsync(TOKENS.HttpServer);
      try {
        const address = await listen(server, host, port);
        process.stdout.write(`listening on ${address}\n`);
        if (settings.roles.has('api') && !(await container.get(MemberCommands).isSetUp())) {
          const token = setUpTokenOf(container.get(TOKENS.Vault));
          process.stdout.write(`no members yet: set up the owner at ${address}/set-up?token=${token}\n`);
        }
        const signal = await stopped;
        logger.info({ signal }, 'draining: no new requests, attempts under way are finished');
      } finally {
        await server.close();
      }
    } finally {
      await engine.stop();
      logger.info({}, 'stopped');
    }
  } finally {
    unlock();
  }
}

/** @throws WorkFailed where nothing can listen there */
async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const sentence = CANT_LISTEN[code ?? ''];
    if (sentence === undefined) throw error;
    throw new WorkFailed(`Nothing can listen on ${host}, port ${port}: ${sentence}`);
  }
}

const CANT_LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something does already; stop it, or give another port by --port.',
  EACCES: 'this user may not; give a port from 1024 on by --port.',
  EADDRNOTAVAIL: 'this machine does not have that address; give another by --host.',
  ENOTFOUND: 'that name is not known; give an address of this machine by --host.',
};

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SettingsError(`HOOKLEDGER_PORT is '${text}'; it takes a number from 0 to 65535.`);
  }
  return port;
}

/** Asked once, the server drains; asked again, it ends at once, and what is lost by that is taken up by the next one. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
