import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { type ImportLine, ImportStopped, importEvents } from '../../application/moving/import-events.js';
import { AS_STORED } from '../../application/ports/upcaster.js';
import { lockForThisProcess } from '../../infrastructure/system/process-lock.js';
import { readSettings, type Settings, SettingsError } from '../../settings.js';
import { counted } from './counted.js';
import { linesOf } from './lines.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withEventStore } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

/** Far more than an event can have: a body of 1 MiB, in many attempts. */
const MAX_LINE = 64 * 1024 * 1024;

/** Appends what an export wrote, from standard input, to the event store of the settings. @throws WorkFailed */
export async function importEventLines(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  if (process.stdin.isTTY) {
    throw new SettingsError('import reads from standard input what an export wrote: hookledger import < events.ndjson');
  }
  const unlock = lock(settings);
  try {
    const { events, streams, before } = await withEventStore(
      settings,
      (eventStore) => importEvents(eventStore, importLines(process.stdin), showProgress),
      AS_STORED,
    );
    const there = before === 0 ? '' : `; ${before.toLocaleString('en-US')} of them were there already`;
    const sentence = `${counted(events, 'event')} in ${counted(streams, 'stream')} imported${there}`;
    printResult(flags, { events, streams, before }, sentence);
  } catch (error) {
    if (error instanceof ImportStopped) throw new WorkFailed(error.message, { cause: error });
    throw error;
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    unlock();
  }
}

/** A server on the same file would go on from what isn't all there yet. Who else uses a cluster can't be known here. */
function lock({ eventStore, dataDir }: Settings): () => void {
  if (eventStore.kind !== 'sqlite') return () => {};
  return lockForThisProcess(join(dataDir, 'server.lock'), 'A hookledger server');
}

async function* importLines(input: NodeJS.ReadableStream): AsyncGenerator<ImportLine> {
  for await (const { bytes, ended } of linesOf(input, MAX_LINE)) {
    if (bytes === undefined) yield { text: undefined, problem: `has over ${MAX_LINE} bytes`, ended };
    else if (isUtf8(bytes)) yield { text: bytes.toString('utf8'), ended };
    else yield { text: undefined, problem: 'is not UTF-8', ended };
  }
}

function showProgress(lines: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${counted(lines, 'line')} so far …`);
}
