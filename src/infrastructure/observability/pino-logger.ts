import { type Logger as PinoLogger, pino } from 'pino';

/**
 * Logs as JSON lines on standard error; standard output is for what a command prints. Whatever could be a secret is cut
 * out by its place, so that no caller has to think of it.
 */
export function createLogger(level: string): PinoLogger {
  const options = {
    level,
    base: null,
    redact: [
      'headers',
      '*.headers',
      'body',
      '*.body',
      'authorization',
      '*.authorization',
      'req.headers',
      'res.headers',
    ],
    serializers: { error: pino.stdSerializers.err },
  };
  return pino(options, pino.destination({ fd: 2, sync: true }));
}
