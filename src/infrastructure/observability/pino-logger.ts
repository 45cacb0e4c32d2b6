import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { loggable, loggableError } from './loggable.js';

/**
 * Logs as JSON lines on standard error; standard output is for what a command prints. The last thing that happens to a line
 * is that all but known fields is cut out of it, so that no caller has to think of it, and no library either: fields, those
 * of child loggers and the message all come by here.
 */
export function createLogger(level: string, to: DestinationStream = standardError()): PinoLogger {
  const options = {
    level,
    base: null,
    serializers: { error: loggableError, err: loggableError },
    hooks: { streamWrite: (line: string) => `${JSON.stringify(loggable(JSON.parse(line)))}\n` },
  };
  return pino(options, to);
}

const standardError = (): DestinationStream => pino.destination({ fd: 2, sync: true });
