import type { RecordedEvent } from '../ports/event-store.js';

/** A line isn't an event as an export writes it; the message says why, and goes on from "line 7 …". */
export class NotExported extends Error {
  override readonly name = 'NotExported';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What no store takes in a name: control characters, and half a surrogate pair. */
const NOT_PLAIN = /[\p{Cc}\p{Cs}]/u;

type Fields = Readonly<Record<string, unknown>>;
type Check = readonly [holds: (value: unknown) => boolean, takes: string];

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const OBJECT: Check = [isObject, 'an object'];
const TEXT: Check = [(value) => typeof value === 'string', 'a text'];
const NAME: Check = [
  (value) => typeof value === 'string' && value !== '' && !NOT_PLAIN.test(value),
  'plain text, and not empty',
];
const COUNT: Check = [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number from 0 on'];

const EVENT: Readonly<Record<string, Check>> = {
  position: COUNT,
  stream: NAME,
  revision: COUNT,
  id: [(value) => typeof value === 'string' && UUID.test(value), 'a UUID in lowercase'],
  type: NAME,
  data: [(value) => typeof value === 'object' && value !== null, 'an object'],
  metadata: OBJECT,
};

const METADATA: Readonly<Record<string, Check>> = {
  correlationId: TEXT,
  causationId: TEXT,
  actor: OBJECT,
  time: TEXT,
  schemaVersion: [(value) => Number.isSafeInteger(value) && Number(value) >= 1, 'a whole number from 1 on'],
};

/** The event that an export wrote as this line. @throws NotExported */
export function exportedEvent(line: string): RecordedEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new NotExported('is not JSON');
  }
  if (!isObject(event)) throw new NotExported('is no event: it is not a JSON object');
  check(event, EVENT, '');
  check(event.metadata as Fields, METADATA, 'metadata.');
  return event as unknown as RecordedEvent;
}

/** Fields that aren't known are refused: a store that has no place for them would drop them without a word. */
function check(fields: Fields, checks: Readonly<Record<string, Check>>, path: string): void {
  for (const [name, [holds, takes]] of Object.entries(checks)) {
    if (!Object.hasOwn(fields, name)) throw new NotExported(`is no event: it has no ${path}${name}`);
    if (!holds(fields[name])) throw new NotExported(`is no event: its ${path}${name} has to be ${takes}`);
  }
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) {
    throw new NotExported(`has ${JSON.stringify(path + unknown)}, which this version of hookledger does not know`);
  }
}
