import type { FastifyBaseLogger } from 'fastify';
import { cutSecrets } from '../../infrastructure/observability/cut-secrets.js';
import { loggable } from '../../infrastructure/observability/loggable.js';
import type { HostLogger } from './options.js';

/** The host's logger, to which only what may be logged gets through: the rules are those of the server's own log. */
export function toHostLogger(host: HostLogger, bindings: object = {}): FastifyBaseLogger {
  const at = (level: keyof HostLogger) => (fields: unknown, message?: string) => {
    // As pino has it, a sentence or an error may come alone.
    const given = typeof fields === 'string' ? {} : fields instanceof Error ? { err: fields } : (fields as object);
    const said = typeof fields === 'string' ? fields : message;
    const known = loggable({ ...bindings, ...given });
    if (said === undefined) host[level](known);
    else host[level](known, cutSecrets(said));
  };
  return {
    level: 'trace',
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    silent: () => {},
    child: (more: object) => toHostLogger(host, { ...bindings, ...more }),
  } as FastifyBaseLogger;
}

/** For a host that gave no logger. */
export const SILENT_HOST: HostLogger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
};
