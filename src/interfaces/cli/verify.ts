import { basename } from 'node:path';
import { ContentsDigest } from '../../application/moving/contents-digest.js';
import { type ContentsReport, readContents } from '../../application/moving/read-contents.js';
import { AS_STORED } from '../../application/ports/upcaster.js';
import { verifyChain } from '../../infrastructure/event-store/sqlite/verify-chain.js';
import { type EventStoreLocation, readSettings, SettingsError, shownLocation } from '../../settings.js';
import { counted } from './counted.js';
import { type JsonFlag, printResult } from './print-result.js';
import { requireEventStore, withExistingEventStore } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

/** From how many events on the progress is shown, and after how many again. */
const PROGRESS_EVERY = 100_000;

interface Flags extends JsonFlag {
  data?: string;
  expect?: string;
  expectContents?: string;
}

interface Verified extends ContentsReport {
  name: string;
  /** The newest event's hash, where the store has a hash chain. */
  hash?: string;
}

type KeptHash = { position: number; hash: string };

/** Walks the whole log and says on one line that it is as it was written. @throws WorkFailed where it isn't, or isn't there */
export async function verify(flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const kept = flags.expect === undefined ? undefined : keptHash(flags.expect, settings.eventStore);
  const expected = flags.expectContents === undefined ? undefined : expectedContents(flags.expectContents);
  requireEventStore(settings);
  const { eventStore } = settings;
  const { name, events, streams, position, hash, contents, broken }: Verified =
    eventStore.kind === 'sqlite'
      ? verifyFile(eventStore.path, kept)
      : {
          name: shownLocation(eventStore),
          ...(await withExistingEventStore(settings, (store) => readContents(store, showProgress), AS_STORED)),
        };
  if (broken !== undefined) {
    throw new WorkFailed(
      `${name} is not as it was written: position ${broken.position} is the first broken one: ${broken.problem}. ${counted(events, 'event')} before it ${events === 1 ? 'is' : 'are'} as written; compare with a back-up.`,
    );
  }
  const found = `${counted(events, 'event')} in ${counted(streams, 'stream')}`;
  if (expected !== undefined && expected !== contents) {
    throw new WorkFailed(`${name} does not hold the contents ${expected}: its ${found} are ${contents}.`);
  }
  const upTo = events === 0 ? '' : `, up to position ${position}`;
  const newest = events === 0 || hash === undefined ? '' : `; newest hash ${position}:${hash}`;
  printResult(
    flags,
    { name, events, streams, position, ...(hash === undefined ? {} : { hash }), contents },
    `${name} is as it was written: ${found}${upTo}${newest}; contents ${contents}`,
  );
}

/** Reads the file in one walk: a running server may append between two. */
function verifyFile(path: string, kept: KeptHash | undefined): Verified {
  const digest = new ContentsDigest();
  const report = verifyChain(path, {
    kept,
    onProgress: showProgress,
    onEvent: ({ data, metadata, ...event }) =>
      digest.add({ ...event, data: JSON.parse(data), metadata: JSON.parse(metadata) }),
  });
  return { ...report, name: basename(path), contents: digest.text };
}

/** `POSITION:HASH`, as an earlier `verify` printed it. */
function keptHash(text: string, eventStore: EventStoreLocation): KeptHash {
  if (eventStore.kind !== 'sqlite') {
    throw new SettingsError(
      `--expect takes a hash of the chain, which ${shownLocation(eventStore)} has not; it takes --expect-contents.`,
    );
  }
  const [, position, hash] = /^(\d{1,15}):([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw new SettingsError(`--expect is '${text}'; it takes POSITION:HASH as an earlier verify printed it.`);
  }
  return { position: Number(position), hash };
}

/** `sha256:HEX`, as a `verify` of any store printed it. */
function expectedContents(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new SettingsError(`--expect-contents is '${text}'; it takes sha256:HEX as another verify printed it.`);
}

function showProgress(events: number): void {
  if (process.stderr.isTTY && events % PROGRESS_EVERY === 0) {
    process.stderr.write(`${events.toLocaleString('en-US')} events so far …\n`);
  }
}
