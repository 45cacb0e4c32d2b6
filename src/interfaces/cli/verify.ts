import { basename } from 'node:path';
import { verifyChain } from '../../infrastructure/event-store/sqlite/verify-chain.js';
import { readSettings, SettingsError } from '../../settings.js';
import { requireEventStore } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

/** From how many events on the progress is shown, and after how many again. */
const PROGRESS_EVERY = 100_000;

/** Walks the whole log and says on one line that it is as it was written. @throws WorkFailed where it isn't, or isn't there */
export async function verify(flags: { data?: string; expect?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const kept = flags.expect === undefined ? undefined : keptHash(flags.expect);
  requireEventStore(settings);
  if (settings.eventStore.kind !== 'sqlite')
    throw new WorkFailed('verify walks an event store in a file; this one is a server.');
  const eventsPath = settings.eventStore.path;
  const { events, streams, position, hash, broken } = verifyChain(eventsPath, { kept, onProgress: showProgress });
  const name = basename(eventsPath);
  if (broken !== undefined) {
    throw new WorkFailed(
      `${name} is not as it was written: position ${broken.position} is the first broken one: ${broken.problem}. ${counted(events, 'event')} before it ${events === 1 ? 'is' : 'are'} as written; compare with a back-up.`,
    );
  }
  const upTo = events === 0 ? '' : `, up to position ${position}; newest hash ${position}:${hash}`;
  process.stdout.write(
    `${name} is as it was written: ${counted(events, 'event')} in ${counted(streams, 'stream')}${upTo}\n`,
  );
}

/** `POSITION:HASH`, as an earlier `verify` printed it. */
function keptHash(text: string): { position: number; hash: string } {
  const [, position, hash] = /^(\d{1,15}):([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw new SettingsError(`--expect is '${text}'; it takes POSITION:HASH as an earlier verify printed it.`);
  }
  return { position: Number(position), hash };
}

function showProgress(events: number): void {
  if (process.stderr.isTTY && events % PROGRESS_EVERY === 0) {
    process.stderr.write(`${events.toLocaleString('en-US')} events so far …\n`);
  }
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
